import { type BatchCheck, type Counted, piecesOf } from "../contract/batch-checks-file.js";
import { type Contract, loadedColumns } from "../contract/contract.js";
import { batchChecksTable, ledgerTable, statementsTable } from "../contract/layout.js";
import {
  columnOf,
  expression,
  type Fragment,
  identifier,
  list,
  literal,
  nothing,
  render,
  table,
  userSql,
} from "../sql/render.js";
import { isDelete, stagedValue, targetTable } from "../sql/tables.js";

/** Which batch is checked: a part of Load. */
interface CheckedBatch {
  readonly contract: Contract;
  readonly batchId: string;
  readonly revision: string;
  readonly place: string;
  /** Whether the rows are added to those that the batch has loaded. */
  readonly isReplay: boolean;
}

/**
 * The checks of a batch, over the rows of a staging table: each one notes its answer, then one statement judges them. They
 * come behind the check of the rows' number and keys, and before the target is looked at. Empty where the contract has none.
 * @param staged the table that COPY has filled
 */
export function checkBatch(load: CheckedBatch, staged: Fragment): Fragment[] {
  const { contract } = load;
  // What is said of a batch as a whole was asked when it was loaded.
  const checks = contract.batch_checks.filter(({ kind }) => kind !== "sql" || !load.isReplay);
  if (checks.length === 0) return [];
  const results = table(batchChecksTable(contract.dataset));
  const revision = { batch_id: literal(load.batchId), revision: literal(load.revision) };
  return [
    render("load/forget_batch_checks", { results, ...revision }),
    ...checks.map((check) => {
      const noted = { ...revision, name: literal(check.name), severity: literal(check.severity) };
      const [column, ...more] = check.kind === "unique" ? check.columns : [];
      return column === undefined || more.length > 0
        ? render("load/check_batch", { results, ...noted, ...question(load, check, staged) })
        : render("load/check_unique", { results: literal(results.sql), ...noted, ...valuesOf(load, column, staged) });
    }),
    render("load/judge_batch_checks", { dataset: literal(contract.dataset), ...revision }),
  ];
}

/** What the checks of a loaded revision found, for select_counts: a row a check; an empty text where the contract has none. */
export function checkResults({ contract }: Pick<CheckedBatch, "contract">): {
  readonly checked: Fragment;
  readonly results: Fragment;
} {
  if (contract.batch_checks.length === 0) return { checked: literal(""), results: nothing };
  return {
    checked: expression`COALESCE(results.name || CASE WHEN results.passed THEN ' passed: ' ELSE ' warns: ' END || results.found, '')`,
    results: render("load/join_batch_checks", { results: table(batchChecksTable(contract.dataset)) }),
  };
}

interface Question {
  readonly passed: Fragment;
  readonly found: Fragment;
  readonly rows: Fragment;
}

function question(load: CheckedBatch, check: BatchCheck, staged: Fragment): Question {
  switch (check.kind) {
    case "sql":
      return {
        passed: expression`(${list(
          piecesOf(check.sql).map((piece) => (typeof piece === "string" ? userSql(piece) : count(load, piece.count))),
          " ",
        )}\n)`,
        found: expression`CAST(COUNT(*) AS varchar(20)) || ${literal(" rows")}`,
        rows: rowsOf(load, staged, (name) =>
          new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`, "i").test(check.sql),
        ),
      };
    case "unique":
      return unique(load, check.columns, staged);
    case "references":
      return references(load, check, staged);
  }
}

/** `:previous_rows` goes by place, among the batches that are loaded, each by its newest revision. */
function count({ contract, batchId, place }: CheckedBatch, what: Counted): Fragment {
  if (what === "rows") return expression`COUNT(*)`;
  return render(`load/${what}`, {
    ledger: table(ledgerTable(contract.dataset)),
    batch_id: literal(batchId),
    place: literal(place),
  });
}

/** The staged rows as the target has them, without those that delete. */
function rowsOf({ contract }: CheckedBatch, staged: Fragment, isAsked: (name: string) => boolean): Fragment {
  const values = loadedColumns(contract)
    .filter(({ name }) => isAsked(name))
    .map((column) => expression`${stagedValue(contract, column, expression`staged`)} AS ${identifier(column.name)}`);
  const selected = values.length === 0 ? expression`1 AS sluice_row` : list(values);
  const kept =
    contract.load.deletes === null ? nothing : expression` WHERE NOT (${isDelete(contract, expression`staged`)})`;
  return expression`(SELECT ${selected} FROM ${staged} AS staged${kept}) AS batch`;
}

/** The rows of a batch that are loaded already, and that no staged row takes the place of. */
function loadedRows({ contract, place }: CheckedBatch, names: readonly string[], staged: Fragment): Fragment {
  const { key, order_by, history, deletes } = contract.load;
  const isHistory = history !== null && order_by !== null;
  const from = table(isHistory ? statementsTable(contract.dataset) : targetTable(contract));
  const [present, other] = [expression`present`, expression`staged`];
  const pairs = [
    ...key.map((name) => [name, name] as const),
    ...(isHistory ? [[history.valid_from, order_by] as const] : []),
  ].map(([own, theirs]) => {
    const column = contract.columns.find(({ name }) => name === theirs);
    const value = column === undefined ? columnOf(other, theirs) : stagedValue(contract, column, other);
    return expression`${columnOf(present, own)} = ${value}`;
  });
  const isReplaced =
    pairs.length === 0
      ? nothing
      : expression` AND NOT EXISTS (SELECT 1 FROM ${staged} AS staged WHERE ${list(pairs, " AND ")})`;
  const mark = isHistory ? history.current : deletes?.action === "soft" ? deletes.mark : null;
  const isThere =
    mark === null ? nothing : expression` AND ${isHistory ? nothing : expression`NOT `}${columnOf(present, mark)}`;
  return expression`SELECT ${list(names.map((name) => columnOf(present, name)))} FROM ${from} AS present WHERE present.sluice_batch = ${literal(place)}${isThere}${isReplaced}`;
}

function unique(load: CheckedBatch, names: readonly string[], staged: Fragment): Question {
  const columns = list(names.map(identifier));
  const areThere = list(
    names.map((name) => expression`${identifier(name)} IS NOT NULL`),
    " AND ",
  );
  return {
    passed: expression`COUNT(*) = 0`,
    found: expression`CAST(COUNT(*) AS varchar(20)) || ${literal(repeated(names))}`,
    rows: expression`(SELECT ${columns} FROM ${rowsWith(load, names, staged)} WHERE ${areThere} GROUP BY ${columns} HAVING COUNT(*) > 1) AS repeated`,
  };
}

const repeated = (names: readonly string[]) => ` values of ${names.join(", ")} occur in more than one row`;

/** One column alone: its different values can be counted, which takes less than a group for each of them. */
const valuesOf = (load: CheckedBatch, name: string, staged: Fragment) => ({
  value: literal(identifier(name).sql),
  rows: literal(rowsWith(load, [name], staged).sql),
  told: literal(repeated([name])),
});

/** The rows that must differ in some columns: those of the batch, and in a replay what it has loaded already. */
function rowsWith(load: CheckedBatch, names: readonly string[], staged: Fragment): Fragment {
  const fresh = rowsOf(load, staged, (name) => names.includes(name));
  if (!load.isReplay) return fresh;
  const columns = list(names.map(identifier));
  return expression`(SELECT ${columns} FROM ${fresh} UNION ALL ${loadedRows(load, names, staged)}) AS every`;
}

function references(
  load: CheckedBatch,
  check: Extract<BatchCheck, { kind: "references" }>,
  staged: Fragment,
): Question {
  const [column, key] = [identifier(check.column), identifier(check.key)];
  const other = table({ schema: check.schema, name: check.table });
  const missing = expression`SUM(CASE WHEN known.${key} IS NULL THEN 1 ELSE 0 END)`;
  const passed =
    check.percent === null
      ? expression`${missing} <= ${literal(check.most ?? 0)}`
      : expression`${missing} * 100 <= CAST(${literal(check.percent)} AS decimal(10, 6)) * COUNT(*)`;
  const rows = rowsOf(load, staged, (name) => name === check.column);
  const where = `${check.schema}.${check.table}(${check.key})`;
  return {
    passed,
    found: expression`CAST(COALESCE(${missing}, 0) AS varchar(20)) || ${literal(" of ")} || CAST(COUNT(*) AS varchar(20)) || ${literal(` values of ${check.column} are not in ${where}`)}`,
    rows: expression`${rows} LEFT JOIN (SELECT DISTINCT ${key} FROM ${other}) AS known ON known.${key} = batch.${column} WHERE batch.${column} IS NOT NULL`,
  };
}
