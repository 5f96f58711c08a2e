import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conclude, median } from "../rounds.js";
import { type HourlyFile, writeHourlyFiles } from "./batches.js";
import { Dlt, prepareDlt } from "./with-dlt.js";
import { Sluice } from "./with-sluice.js";

/**
 * 24 hourly batches of the flights through the local account, one after another, against dlt into a plain PostgreSQL.
 * By turns, hour by hour, after one small batch each. The two do not do the same work: what ours is spent on is printed.
 */
export async function endToEnd(args: readonly string[]): Promise<void> {
  const hours = Number(args[0] ?? 24);
  prepareDlt();
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const dlt = await Dlt.start();
  try {
    const sluice = await Sluice.start();
    try {
      const [warmUp, ...files] = writeHourlyFiles(folder, hours);
      if (warmUp)
        console.log(
          `warm-up  sluice ${(await sluice.load(warmUp)).toFixed(2)} s, dlt ${(await dlt.load(warmUp.path)).toFixed(2)} s`,
        );
      const runs = { sluice: [] as number[], dlt: [] as number[] };
      for (const file of files) {
        const seconds = { sluice: await sluice.load(file), dlt: await dlt.load(file.path) };
        runs.sluice.push(seconds.sluice);
        runs.dlt.push(seconds.dlt);
        console.log(
          `${file.folder}  ${file.rows} rows: sluice ${seconds.sluice.toFixed(2)} s, dlt ${seconds.dlt.toFixed(2)} s`,
        );
      }
      await printStates(sluice, files);
      console.log(`rows in the table: sluice ${await sluice.count()}, dlt ${await dlt.count()}`);
      const ratio = sum(runs.sluice) / sum(runs.dlt);
      const early = sum(runs.sluice.slice(0, 10)) / sum(runs.dlt.slice(0, 10));
      conclude({
        name: "end-to-end",
        ratio,
        target: targets.all,
        met: ratio <= targets.all && early <= targets.firstTen,
        runs: { ...runs, firstTen: { ratio: early, target: targets.firstTen } },
      });
    } finally {
      await sluice.stop();
    }
  } finally {
    await dlt.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const targets = { all: 1.35, firstTen: 1.2 } as const;

/** The median of each state over all batches, and of what lies before, between and after them. */
async function printStates(sluice: Sluice, files: readonly HourlyFile[]): Promise<void> {
  const batches = await Promise.all(files.map((file) => sluice.states(file)));
  const names = [...new Set(batches.flatMap((states) => [...states.keys()]))];
  for (const name of names) {
    const seconds = median(batches.map((states) => states.get(name) ?? 0));
    if (seconds >= 0.005) console.log(`${seconds.toFixed(3)} s  ${name}`);
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
