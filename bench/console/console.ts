import { launchChromium } from "../../test/console/chromium.js";
import { conclude } from "../rounds.js";
import { measureFrames } from "./frames.js";
import { measureLarge } from "./large.js";

/** A frame of a screen of 60 Hz; up to twice of it nobody sees a stutter. */
const frameMs = 1000 / 60;
const most = { frames: 2 * frameMs, firstViewSeconds: 1.5, megabytes: 200 } as const;
const rounded = (value: number) => Math.round(value * 100) / 100;

/** `npm run bench -- console`: a first view of many loads, the server's memory, and frames. The ratio is the worst share of what each may be. */
export async function consoleBenchmark(): Promise<void> {
  const browser = await launchChromium();
  try {
    const large = await measureLarge(browser);
    process.stderr.write(
      `300 datasets, 100,000 loads: first view after ${rounded(large.firstViewSeconds)} s, server ${Math.round(large.megabytes)} MB, ` +
        `a look without news ${Math.round(large.lookMilliseconds)} ms and ${JSON.stringify(large.calls)}\n`,
    );
    const frames = await measureFrames(browser);
    const shares = {
      // Frames come in whole steps of the screen; a tenth is the clock's jitter.
      frames: Math.round((frames / most.frames) * 20) / 20,
      firstView: large.firstViewSeconds / most.firstViewSeconds,
      memory: large.megabytes / most.megabytes,
    };
    process.stderr.write(`shares of what may be: ${JSON.stringify(shares)}\n`);
    const ratio = rounded(Math.max(...Object.values(shares)));
    conclude({ name: "console", ratio, target: 1, met: ratio <= 1, runs: 1 });
  } finally {
    await browser.close();
  }
}
