import { conclude, measure, sizes } from "./rounds.js";
import { contractOf, Warehouse } from "./warehouse.js";

/**
 * What five checks of a batch add to the transactions of its load: the same upsert of a million rows into a table of as many,
 * with and without them. `npm run bench -- batch-checks [warm-ups] [rounds] [rows]`.
 */
const target = 1.1;
const load = { mode: "upsert", key: ["id"], order_by: "version" };

const plain = contractOf("plain", load);
const checked = contractOf("checked", load, {
  batch_checks: {
    total: { sql: "sum(amount) > 0" },
    open_share: { sql: "sum(case when is_open then 1 else 0 end) between 0.3 * count(*) and 0.7 * count(*)" },
    as_many_as_usual: { sql: "count(*) >= 0.5 * :previous_rows" },
    one_number: { unique: ["number"] },
    known_kind: { references: "bench.kinds(kind)", column: "kind" },
  },
});

/** Every row is there from the second version on, and is newer. */
const rowsOf = (rows: number, version: number) =>
  `SELECT 'k' || i AS a, ${version}::integer AS b, 'note ' || i AS c, (i % 1000)::decimal(12,2) AS d, i AS e, i::double AS f,
     timestamp '2026-01-01' + interval (i) second AS g, date '2026-01-01' AS h, i % 2 = 0 AS j, 'x' || (i % 7) AS k
   FROM (SELECT unnest(range(0, ${rows}))) AS t(i)`;

export async function batchChecks(args: readonly string[]): Promise<void> {
  const { warmUps, rounds } = sizes(args.length === 0 ? ["0", "3"] : args);
  const rows = Number(args[2] ?? 1_000_000);
  const warehouse = await Warehouse.open([plain, checked]);
  try {
    await warehouse.run(
      "CREATE TABLE bench.kinds (kind varchar(20))",
      `INSERT INTO bench.kinds VALUES ${Array.from({ length: 7 }, (_, n) => `('x${n}')`).join(", ")}`,
      "GRANT SELECT ON TABLE bench.kinds TO sluice_loader",
    );
    const version = { plain: 0, checked: 0 };
    const runs = await measure(
      {
        plain: () => warehouse.load(plain, rowsOf(rows, ++version.plain), rows),
        checked: () => warehouse.load(checked, rowsOf(rows, ++version.checked), rows),
      },
      { warmUps, rounds },
    );
    const ratio = (runs.checked?.median ?? Number.NaN) / (runs.plain?.median ?? Number.NaN);
    conclude({ name: "batch-checks", ratio, target, met: ratio <= target, runs });
  } finally {
    await warehouse.stop();
  }
}
