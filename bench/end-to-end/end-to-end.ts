import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conclude } from "../rounds.js";
import { writeHourlyFiles } from "./batches.js";
import { Dlt, prepareDlt } from "./with-dlt.js";
import { Sluice } from "./with-sluice.js";

/**
 * 24 hourly batches of the flights through the local account, one after another, against dlt into a plain PostgreSQL.
 * By turns, hour by hour, after one small batch each. No target: the two do not do the same work.
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
      console.log(`rows in the table: sluice ${await sluice.count()}, dlt ${await dlt.count()}`);
      const ratio = sum(runs.sluice) / sum(runs.dlt);
      conclude({
        name: "end-to-end",
        ratio,
        target: null,
        met: true,
        runs: { ...runs, seconds: { sluice: sum(runs.sluice), dlt: sum(runs.dlt) } },
      });
    } finally {
      await sluice.stop();
    }
  } finally {
    await dlt.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
