import { conclude, measure, median, sizes } from "./rounds.js";
import { contractOf, Warehouse } from "./warehouse.js";

/**
 * What five checks of a batch add to the SQL of its load, an upsert of a million rows into a table of as many: all statements of the
 * transaction by those that are there without checks, in the same run, so that other work on the machine weighs on both alike. Loads
 * without checks come by turns, to compare with. `npm run bench -- batch-checks [warm-ups] [rounds] [rows]`.
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

/** The time of all statements by that of those which no check sends. */
function shareOf(statements: Warehouse["statements"]): number {
  const sum = (some: Warehouse["statements"]) => some.reduce((total, { seconds }) => total + seconds, 0);
  const isOfChecks = (sql: string) => /"checks_checked"|judge_batch_checks/.test(sql);
  return sum(statements) / sum(statements.filter(({ sql }) => !isOfChecks(sql)));
}

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
    const shares: number[] = [];
    const version = { plain: 0, checked: 0 };
    const runs = await measure(
      {
        plain: () => warehouse.load(plain, rowsOf(rows, ++version.plain), rows),
        checked: async () => {
          const seconds = await warehouse.load(checked, rowsOf(rows, ++version.checked), rows);
          shares.push(shareOf(warehouse.statements));
          return seconds;
        },
      },
      { warmUps, rounds },
    );
    // The first is the cold run.
    const warm = shares.slice(1 + warmUps);
    const ratio = median(warm);
    const byTurns = (runs.checked?.median ?? Number.NaN) / (runs.plain?.median ?? Number.NaN);
    conclude({ name: "batch-checks", ratio, target, met: ratio <= target, runs: { shares: warm, byTurns, ...runs } });
  } finally {
    await warehouse.stop();
  }
}
