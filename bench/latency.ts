import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseTree } from "./base-tree.js";
import { writeHourlyFiles } from "./end-to-end/batches.js";
import { Sluice } from "./end-to-end/with-sluice.js";
import { conclude, median } from "./rounds.js";

const target = 0.4;
const warmUps = 3;
/** 3,003,000 flights in so many files: about 1 MB each. */
const filesOfOneMegabyte = 120;

/**
 * One batch of 1 MB from its delivery to the end of its load, warm, in the local account: this build with `engine: auto` against
 * the base, whose batches all go through Spark; `catalogue: partition` in both. By turns, each in an account of its own.
 */
export async function latency(args: readonly string[]): Promise<void> {
  const rounds = Number(args[0] ?? 9);
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const started: Sluice[] = [];
  try {
    const files = writeHourlyFiles(folder, filesOfOneMegabyte).slice(1, 1 + warmUps + rounds);
    const ours = await Sluice.start();
    started.push(ours);
    const base = await Sluice.start(baseTree());
    started.push(base);
    const runs = { ours: [] as number[], base: [] as number[] };
    for (const [round, file] of files.entries()) {
      const seconds = { ours: 0, base: 0 };
      for (const side of round % 2 === 0 ? (["ours", "base"] as const) : (["base", "ours"] as const)) {
        seconds[side] = await (side === "ours" ? ours : base).load(file);
      }
      const what = round < warmUps ? "warm-up" : `round ${round - warmUps + 1}`;
      console.log(`${what.padEnd(8)} ours ${seconds.ours.toFixed(2)} s, base ${seconds.base.toFixed(2)} s`);
      if (round < warmUps) continue;
      runs.ours.push(seconds.ours);
      runs.base.push(seconds.base);
    }
    const rows = { ours: await ours.count(), base: await base.count() };
    if (rows.ours !== rows.base) throw new Error(`the tables differ: ${rows.ours} and ${rows.base} rows`);
    const ratio = median(runs.ours) / median(runs.base);
    conclude({ name: "latency", ratio, target, met: ratio <= target, runs });
  } finally {
    for (const sluice of started) await sluice.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
