import { conclude, measure, sizes } from "./rounds.js";
import { contractOf, Warehouse } from "./warehouse.js";

/**
 * Upserting 1% changed and 1% new rows of a table of a million, against a full refresh of it by swap: the same rows, the
 * same warehouse, COPY included, the preparation of the files not. `npm run bench -- upsert [warm-ups] [rounds]`.
 */
const tableRows = 1_000_000;
const target = 0.3;

const upserted = contractOf("upserted", { mode: "upsert", key: ["id"], order_by: "version" });
const swapped = contractOf("swapped", { mode: "swap" });
/** Not measured: loaded twice with few rows, so that the report has the statements of every mode. */
const reported = [
  contractOf("deleted_and_inserted", { mode: "upsert", key: ["id"], order_by: "version", strategy: "delete_insert" }),
  ...["append", "replace", "truncate"].map((mode) => contractOf(`by_${mode}`, { mode })),
];
const reportedRows = 1000;

/** Rows `from` to below `to`, all of one version. */
const rowsOf = (from: number, to: number, version: number) =>
  `SELECT 'k' || i AS a, ${version}::integer AS b, 'note ' || i AS c, (i % 1000)::decimal(12,2) AS d, i AS e, i::double AS f,
     timestamp '2026-01-01' + interval (i) second AS g, date '2026-01-01' AS h, i % 2 = 0 AS j, 'x' || (i % 7) AS k
   FROM (SELECT unnest(range(${from}, ${to}))) AS t(i)`;

export async function upsert(args: readonly string[]): Promise<void> {
  const { warmUps, rounds } = sizes(args.length === 0 ? ["0", "3"] : args);
  const warehouse = await Warehouse.open([upserted, swapped, ...reported]);
  try {
    for (const contract of reported) {
      for (const version of [1, 2]) await warehouse.load(contract, rowsOf(0, reportedRows, version), reportedRows);
    }
    await warehouse.load(upserted, rowsOf(0, tableRows, 1), tableRows);
    await warehouse.load(swapped, rowsOf(0, tableRows, 1), tableRows);
    let version = 1;
    const percent = tableRows / 100;
    const runs = await measure(
      {
        upsert: () => {
          // Half of the rows are there, half come behind the last.
          const from = tableRows + (version++ - 2) * percent;
          return warehouse.load(upserted, rowsOf(from, from + 2 * percent, version), 2 * percent);
        },
        swap: () => warehouse.load(swapped, rowsOf(0, tableRows, ++version), tableRows),
      },
      { warmUps, rounds },
    );
    const ratio = (runs.upsert?.median ?? Number.NaN) / (runs.swap?.median ?? Number.NaN);
    conclude({ name: "upsert", ratio, target, met: ratio <= target, runs });
  } finally {
    await warehouse.stop();
  }
}
