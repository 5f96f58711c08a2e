import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDuckDb } from "../local/parquet/duckdb.js";
import { Dlt, prepareDlt } from "./end-to-end/with-dlt.js";
import { type Measured, measure, sizes } from "./rounds.js";
import { contractOf, Warehouse } from "./warehouse.js";

/**
 * The history of a table of a million rows of which 1% change, against an upsert of the same batch in the same warehouse, and
 * against dlt's `scd2` (`merge_key` is the key, so that absent rows stay) in a PostgreSQL with the same settings; by turns.
 * COPY is in Sluice's seconds, the preparation of the Parquet file is not; dlt reads the same rows from a Parquet file of
 * its own, with the hash of each row in it, by Arrow and CSV, its fastest way. `npm run bench -- history [warm-ups] [rounds]`.
 */
const tableRows = 1_000_000;
const targets = { upsert: 2, dlt: 0.5 } as const;

const keyed = { key: ["id"], order_by: "at_time" };
const historic = contractOf("historic", { mode: "history", ...keyed });
const upserted = contractOf("upserted", { mode: "upsert", ...keyed });

/** Every `step`-th row from `first` on, of one version: what its rows say, and when, differs from all others. */
const rowsOf = (first: number, step: number, version: number) =>
  `SELECT 'k' || i AS id, ${version}::integer AS version, 'note ' || i || ' ' || ${version} AS note,
     (i % 1000)::decimal(12,2) AS amount, i AS number, i::double AS share,
     timestamp '2026-01-01' + interval (${version}) day + interval (i % 86400) second AS at_time, date '2026-01-01' AS on_day,
     i % 2 = 0 AS is_open, 'x' || (i % 7) AS kind
   FROM (SELECT unnest(range(${first}, ${tableRows}, ${step}))) AS t(i)`;

/** Every hundredth row, others in each round. */
const percent = 100;

export async function history(args: readonly string[]): Promise<void> {
  const { warmUps, rounds } = sizes(args.length === 0 ? ["0", "5"] : args);
  prepareDlt();
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const dlt = await Dlt.start("history_with_dlt.py");
  const warehouse = await Warehouse.open([historic, upserted]);
  let files = 0;
  const loadWithDlt = async (query: string) => {
    const path = join(folder, `${files++}.parquet`);
    await withDuckDb((duckdb) =>
      duckdb.run(
        `COPY (SELECT r.*, md5(CAST(r AS varchar)) AS row_hash FROM (${query}) AS r) TO '${path}' (FORMAT parquet)`,
      ),
    );
    return dlt.load(path);
  };
  try {
    const all = rowsOf(0, 1, 1);
    for (const contract of [historic, upserted]) await warehouse.load(contract, all, tableRows);
    console.log(`first load with dlt: ${(await loadWithDlt(all)).toFixed(1)} s`);
    const versions = { history: 1, upsert: 1, dlt: 1 };
    const changed = (of: keyof typeof versions) => {
      const version = ++versions[of];
      return rowsOf((version * 7) % percent, percent, version);
    };
    const runs = await measure(
      {
        history: () => warehouse.load(historic, changed("history"), tableRows / percent),
        upsert: () => warehouse.load(upserted, changed("upsert"), tableRows / percent),
        dlt: () => loadWithDlt(changed("dlt")),
      },
      { warmUps, rounds },
    );
    const rows = {
      history: await warehouse.count(historic),
      dlt: await dlt.count("bench.historic"),
      expected: tableRows + (versions.history - 1) * (tableRows / percent),
    };
    finish(runs, rows);
  } finally {
    await warehouse.stop();
    await dlt.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last line, for programs. Both ratios must be met, and both tables must have a row a version. */
function finish(runs: Readonly<Record<string, Measured>>, rows: Readonly<Record<string, number>>): void {
  const median = (name: string) => runs[name]?.median ?? Number.NaN;
  const ratios = { upsert: median("history") / median("upsert"), dlt: median("history") / median("dlt") };
  const rounded = Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, Number(ratio.toFixed(3))]));
  const isWhole = rows.history === rows.expected && rows.dlt === rows.expected;
  console.log(JSON.stringify({ name: "history", ratios: rounded, targets, rows, runs }));
  process.exitCode = isWhole && ratios.upsert <= targets.upsert && ratios.dlt <= targets.dlt ? 0 : 1;
}
