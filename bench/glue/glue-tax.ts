import { conclude, measure, sizes } from "../rounds.js";
import { startWorker } from "./worker.js";

/** The whole job against plain Spark CSV → Parquet with the same explicit schema: at most 1.3 warm. */
export async function glueTax(args: readonly string[]): Promise<void> {
  const worker = startWorker();
  try {
    const { rows, bytes } = await worker.ask("prepare");
    console.log(`${rows} rows, ${((bytes ?? 0) / 1e6).toFixed(1)} MB of CSV`);
    const run = (command: "plain" | "job") => async () => {
      const { seconds, report } = await worker.ask(command);
      if (report) console.log(`         ${JSON.stringify(report)}`);
      return seconds ?? 0;
    };
    const measured = await measure({ plain: run("plain"), job: run("job") }, sizes(args));
    const ratio = (measured.job?.median ?? Number.NaN) / (measured.plain?.median ?? Number.NaN);
    if (!(ratio <= 1.3)) console.log((await worker.ask("explain")).plan);
    conclude({ name: "glue-tax", ratio, target: 1.3, met: ratio <= 1.3, runs: measured });
  } finally {
    await worker.stop();
  }
}
