import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { conclude, measure, sizes } from "../rounds.js";
import { startWorker } from "./worker.js";

/** DuckDB's lenient version of the work: everything text, TRY_CAST, the newest of each key, Parquet. No rejects, no reasons. */
function lenient(csv: string, parquet: string): string {
  return `copy (
    select try_cast(id as integer) as id, try_cast(date as timestamp) as date, try_cast(delay as smallint) as delay,
           try_cast(distance as integer) as distance, origin, destination
    from read_csv('${csv}', all_varchar = true, header = true, ignore_errors = true)
    where try_cast(id as integer) is not null and (delay is null or try_cast(delay as smallint) is not null)
      and (try_cast(distance as integer) is null or try_cast(distance as integer) between 0 and 10000)
    qualify row_number() over (partition by try_cast(id as integer) order by try_cast(date as timestamp) desc) = 1
  ) to '${parquet}' (format parquet, compression snappy)`;
}

/** The whole job's rows per second against DuckDB's: at least 0.5 warm. */
export async function glueNative(args: readonly string[]): Promise<void> {
  const worker = startWorker();
  try {
    const { csv = "", rows } = await worker.ask("prepare");
    console.log(`${rows} rows`);
    const parquet = join(dirname(csv), "native.parquet");
    const connection = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
    const native = async () => {
      await rm(parquet, { force: true });
      const started = performance.now();
      await connection.run(lenient(csv, parquet));
      return (performance.now() - started) / 1000;
    };
    const job = async () => (await worker.ask("job")).seconds ?? 0;
    const measured = await measure({ native, job }, sizes(args));
    const ratio = (measured.native?.median ?? Number.NaN) / (measured.job?.median ?? Number.NaN);
    conclude({ name: "glue-native", ratio, target: 0.5, met: ratio >= 0.5, runs: measured });
  } finally {
    await worker.stop();
  }
}
