import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { pageFiles } from "../../console/server/page.js";
import { serveConsole } from "../../console/server/server.js";
import { FakeBackend } from "../../test/console/fake-backend.js";

const [datasets, hours, frames] = [200, 168, 300];
/** Scrolls through the map by so much a frame, to the end and back. @returns milliseconds of each frame and drawing */
const scrolled = `(async () => {
  const map = document.querySelector("sluice-console").shadowRoot.querySelector("map-view").shadowRoot.querySelector("heat-map");
  const scroller = map.shadowRoot.querySelector(".scroller");
  const next = () => new Promise(requestAnimationFrame);
  const [deltas, drawings] = [[], []];
  let before = await next();
  let step = 40;
  for (let frame = 0; frame < ${frames}; frame++) {
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) step = -40;
    scroller.scrollTop += step;
    const now = await next();
    deltas.push(now - before);
    before = now;
    drawings.push(map.drawnMs);
  }
  return { deltas, drawings, height: scroller.scrollHeight };
})()`;
const Scrolled = z.object({ deltas: z.array(z.number()), drawings: z.array(z.number()), height: z.number() });

const percentile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const rounded = (value: number) => Math.round(value * 10) / 10;

/** Does the heat map of 200 datasets × 168 hours scroll without a stutter? @returns the 95th percentile of its frames, in milliseconds */
export async function measureFrames(browser: Browser): Promise<number> {
  const served = await serveConsole({
    backend: new FakeBackend({ datasets, hours }),
    assets: await pageFiles(),
    port: 0,
  });
  try {
    return report(await measure(await browser.newPage({ viewport: { width: 1280, height: 800 } }), served.url));
  } finally {
    await served.close();
  }
}

async function measure(page: Page, url: string) {
  const begin = performance.now();
  await page.goto(url);
  await page.goto(`${new URL(url).origin}/#/map`);
  await page.locator("#active").waitFor({ state: "attached" });
  const openMs = performance.now() - begin;
  // What belongs to the loading is over.
  await sleep(500);
  const { deltas, drawings, height } = Scrolled.parse(await page.evaluate(scrolled));
  const keys = performance.now();
  await page.getByRole("grid").focus();
  for (let press = 0; press < 100; press++) await page.keyboard.press("ArrowDown");
  return { openMs, deltas, drawings, height, keyMs: (performance.now() - keys) / 100 };
}

function report({ openMs, deltas, drawings, height, keyMs }: Awaited<ReturnType<typeof measure>>): number {
  const p95 = percentile(deltas, 0.95);
  process.stderr.write(
    `${datasets} datasets × ${hours} hours, ${height} px high: open after ${Math.round(openMs)} ms\n` +
      `${frames} frames of scrolling: median ${rounded(percentile(deltas, 0.5))} ms, 95 % ${rounded(p95)} ms, longest ${rounded(Math.max(...deltas))} ms\n` +
      `drawing the canvas: at most ${rounded(Math.max(...drawings))} ms; an arrow key: ${rounded(keyMs)} ms\n`,
  );
  return p95;
}
