import { baseTree } from "../base-tree.js";
import { type Measured, measure, median, sizes } from "../rounds.js";
import { startWorker, type Worker } from "./worker.js";

/** The job may take this much of plain Spark's time, and must be so fast against the build before. */
const targets = { plain: 1.3, before: 0.97 } as const;
/** A bound near 1 needs many rounds. */
const defaults = ["2", "15"];

/**
 * The whole job, warm, against plain Spark CSV → Parquet with the same explicit schema, and against the job of the build
 * before: once by a contract whose SQL the core evaluates, once by one that leaves SQL to Spark.
 * `npm run bench -- glue-tax [warm-ups] [rounds]`
 */
export async function glueTax(args: readonly string[]): Promise<void> {
  const [now, before] = [startWorker(), startWorker(baseTree(undefined, "python"))];
  try {
    const { rows, bytes } = await now.ask("prepare");
    await before.ask("prepare");
    console.log(`${rows} rows, ${((bytes ?? 0) / 1e6).toFixed(1)} MB of CSV`);
    const runs = await measure(
      {
        plain: plan(now, "plain"),
        job: plan(now, "job"),
        "job before": plan(before, "job"),
        sql: plan(now, "sql"),
        "sql before": plan(before, "sql"),
      },
      sizes(args.length > 0 ? args : defaults),
    );
    const ratio = (runs.job?.median ?? Number.NaN) / (runs.plain?.median ?? Number.NaN);
    if (!(ratio <= targets.plain)) console.log((await now.ask("explain")).plan);
    const speed = { job: gain(runs["job before"], runs.job), sql: gain(runs["sql before"], runs.sql) };
    const met = ratio <= targets.plain && Object.values(speed).every((each) => each >= targets.before);
    console.log(JSON.stringify({ name: "glue-tax", ratio: rounded(ratio), speed, targets, runs }));
    process.exitCode = met ? 0 : 1;
  } finally {
    await Promise.all([now.stop(), before.stop()]);
  }
}

const plan = (worker: Worker, command: "plain" | "job" | "sql") => async (): Promise<number> => {
  const { seconds, report } = await worker.ask(command);
  if (report) console.log(`         ${JSON.stringify(report)}`);
  return seconds ?? 0;
};

/** How many times as fast: the median of the rounds' ratios. */
function gain(before: Measured | undefined, now: Measured | undefined): number {
  const ratios = (before?.warm ?? []).map((seconds, round) => seconds / (now?.warm[round] ?? Number.NaN));
  return rounded(median(ratios));
}

const rounded = (value: number): number => Number(value.toFixed(3));
