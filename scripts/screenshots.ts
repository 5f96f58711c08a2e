// Pictures of the console with made-up data, in both themes, into a folder outside the repository.
// usage: npm run screenshots [-- <folder>]
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { pageFiles } from "../console/server/page.js";
import { serveConsole } from "../console/server/server.js";
import { launchChromium } from "../test/console/chromium.js";
import { FakeBackend } from "../test/console/fake-backend.js";

const views: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  [
    "overview",
    async (page) => {
      await page.locator("spark-plot canvas").first().waitFor();
    },
  ],
  [
    "map",
    async (page) => {
      await page.evaluate("location.hash = '#/map'");
      await page.locator("heat-map").waitFor();
    },
  ],
  [
    "failed",
    async (page) => {
      await page.evaluate("location.hash = '#/run/orders_emea/2026-11-25T01'");
      await page.locator("run-timeline").waitFor();
    },
  ],
  [
    "machine",
    async (page) => {
      await page.getByRole("button", { name: "Whole machine" }).click();
      await page.getByRole("img", { name: "Swap the tables: not entered" }).waitFor();
    },
  ],
  [
    "rerun",
    async (page) => {
      await page.getByRole("button", { name: "Rerun…" }).click();
      await page.getByText("It will be").waitFor();
    },
  ],
  [
    "rejects",
    async (page) => {
      await page.keyboard.press("Escape");
      await page.evaluate("location.hash = '#/rejects/orders_emea/2026-11-25T01'");
      await page.getByText("12,50").first().waitFor();
    },
  ],
];

async function main(): Promise<void> {
  const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "sluice-screenshots-"));
  mkdirSync(folder, { recursive: true });
  const served = await serveConsole({ backend: new FakeBackend({ datasets: 60 }), assets: await pageFiles(), port: 0 });
  const browser = await launchChromium();
  try {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
      page.on("pageerror", (error) => process.stderr.write(`${error}\n`));
      page.on("console", (message) => process.stderr.write(`${message.text()}\n`));
      await page.goto(served.url);
      for (const [name, open] of views) {
        await open(page);
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await served.close();
  }
  process.stdout.write(`${folder}\n`);
}

await main();
