import { loadModule, parseSync } from "libpg-query";
import { type Counted, piecesOf } from "../../contract/batch-checks-file.js";
import { type Contract, loadedColumns } from "../../contract/contract.js";
import { type Finding, findingAt } from "../../contract/finding.js";
import { nearest } from "../../contract/nearest.js";
import type { Project } from "../../contract/read.js";
import { locate } from "./engines.js";
import { asPostgres } from "./redshift-sql.js";

/**
 * The SQL of `batch_checks`, read by PostgreSQL's parser: one condition over aggregates of the dataset's own columns, without
 * a query of its own. What its functions are is seen for good in the warehouse.
 */
export async function batchCheckSqlFindings({ folder, contracts }: Project): Promise<Finding[]> {
  if (contracts.every(({ batch_checks }) => batch_checks.every(({ kind }) => kind !== "sql"))) return [];
  await loadModule();
  return contracts.flatMap((contract) =>
    contract.batch_checks.flatMap((check) =>
      check.kind === "sql" ? problemsOf(folder, contract, check.name, check.sql) : [],
    ),
  );
}

type Problem = readonly [found: string, expected: string, remedy: string];

const condition = "one condition over aggregates, such as sum(amount) > 0";

function problemsOf(folder: string, contract: Contract, name: string, sql: string): Finding[] {
  const located = locate(folder, contract.dataset);
  return problems(contract, sql).map(([found, expected, remedy]) =>
    findingAt(located, ["batch_checks", name, "sql"], { found, expected, remedy }),
  );
}

function problems(contract: Contract, sql: string): readonly Problem[] {
  let tree: unknown;
  try {
    // What stands for a count is a number here, as it is there.
    tree = parseSync(asPostgres(`SELECT (${piecesOf(sql).map(textOf).join("")}\n)`));
  } catch (error) {
    return [[error instanceof Error ? error.message : String(error), condition, "Correct the SQL."]];
  }
  const seen = new Walk();
  seen.read(targetsOf(tree), false);
  const known = loadedColumns(contract).map((column) => column.name);
  return [
    ...(isOneTarget(tree) ? [] : [["more than one value, or a statement", condition, "Write one condition."] as const]),
    ...(seen.hasQuery
      ? [
          [
            "a query inside",
            condition,
            "Compare with another table with 'references', or in an aggregate of the project.",
          ] as const,
        ]
      : []),
    ...(seen.hasWindow ? [["a window function", condition, "Write an aggregate of the whole batch."] as const] : []),
    ...(seen.hasFilter
      ? [["FILTER, which Redshift does not have", condition, "Write sum(case when … then 1 else 0 end)."] as const]
      : []),
    ...(seen.hasParameter ? [["a parameter such as $1", condition, "Write the value itself."] as const] : []),
    ...[...seen.effects].map(
      (name) => [`${name}(), which does more than compute a value`, condition, "Leave it out."] as const,
    ),
    ...(seen.hasAggregate || seen.hasQuery || asksForCounts(sql)
      ? []
      : [
          [
            "nothing of the rows: no aggregate",
            condition,
            "Write an aggregate, or ':rows', the number of rows.",
          ] as const,
        ]),
    ...(isCondition(targetsOf(tree)[0]) || seen.hasQuery
      ? []
      : [["a value that is not a condition", condition, "Compare it with something."] as const]),
    ...[...seen.bare].map(
      (column) =>
        [
          `the column '${column}' outside an aggregate`,
          condition,
          `Write it inside one, such as max(${column}); conditions on each record belong in 'checks'.`,
        ] as const,
    ),
    ...[...seen.columns].filter((column) => !known.includes(column)).map((column) => unknownColumn(column, known)),
    ...[...seen.compared].flatMap((column) => protectedProblem(contract, column)),
  ];
}

function unknownColumn(column: string, known: readonly string[]): Problem {
  const near = nearest(column, known);
  const remedy = near === undefined ? "Name a column of this dataset." : `Write '${near}'.`;
  return [`'${column}', which is not a loaded column`, `one of ${known.join(", ")}`, remedy];
}

/** The rows have what is written: how many values a protected column has, and how many different hashes, and nothing of them. */
function protectedProblem(contract: Contract, column: string): readonly Problem[] {
  const protect = contract.columns.find(({ name }) => name === column)?.protect ?? null;
  if (protect === null) return [];
  const remedy = "Move conditions on each record to 'checks', which see the clear value, and only count here.";
  return [[`the value of '${column}', which is protected before this check runs`, `count(${column})`, remedy]];
}

const asksForCounts = (sql: string) => piecesOf(sql).some((piece) => typeof piece !== "string");

const textOf = (piece: string | { readonly count: Counted }) => (typeof piece === "string" ? piece : "1");

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const statementsOf = (tree: unknown): readonly unknown[] =>
  isMembers(tree) && Array.isArray(tree.stmts)
    ? tree.stmts.map((each: unknown) => (isMembers(each) ? each.stmt : undefined))
    : [];

function selectOf(tree: unknown): Members {
  const [first] = statementsOf(tree);
  return isMembers(first) && isMembers(first.SelectStmt) ? first.SelectStmt : {};
}

function targetsOf(tree: unknown): readonly unknown[] {
  const { targetList } = selectOf(tree);
  if (!Array.isArray(targetList)) return [];
  return targetList.map((each: unknown) =>
    isMembers(each) && isMembers(each.ResTarget) ? each.ResTarget.val : undefined,
  );
}

const isOneTarget = (tree: unknown): boolean =>
  statementsOf(tree).length === 1 && targetsOf(tree).length === 1 && selectOf(tree).fromClause === undefined;

/** Comparisons, AND, OR, NOT, IS NULL, IN, LIKE, BETWEEN, and what a function may answer. */
function isCondition(node: unknown): boolean {
  const [kind = ""] = isMembers(node) ? Object.keys(node) : [];
  if (kind === "FuncCall" && isMembers(node) && isMembers(node.FuncCall)) {
    const name = functionOf(node.FuncCall);
    return name.startsWith("bool_") || !aggregates.has(name);
  }
  if (kind !== "A_Expr") return ["BoolExpr", "NullTest", "BooleanTest", "CaseExpr", "CoalesceExpr"].includes(kind);
  const names = isMembers(node) && isMembers(node.A_Expr) ? JSON.stringify(node.A_Expr.name ?? []) : "";
  return !/"sval":"(?:[-+*/%^]|\|\|)"/.test(names);
}

/** Aggregates of Redshift. */
const aggregates = new Set(
  "any_value avg bool_and bool_or count listagg max median min percentile_cont percentile_disc stddev stddev_pop stddev_samp sum var_pop var_samp variance".split(
    " ",
  ),
);

/** Functions that change something, wait, or act on sessions and the server: no check of what was read needs one. */
const hasEffect = (name: string) =>
  /^(?:pg_|lo_|dblink|txid_)|^(?:nextval|setval|currval|lastval|set_config|current_setting)$/.test(name);

/** Which columns stand in an expression, and whether outside of an aggregate. */
class Walk {
  readonly columns = new Set<string>();
  readonly bare = new Set<string>();
  /** Those of which more is asked than how many values, or different ones, there are. */
  readonly compared = new Set<string>();
  /** Functions that do more than compute. */
  readonly effects = new Set<string>();
  hasQuery = false;
  hasWindow = false;
  hasFilter = false;
  hasParameter = false;
  hasAggregate = false;

  /** @param isCounted whether it is asked of a value only if there is one */
  read(node: unknown, isInside: boolean, isCounted = false): void {
    if (Array.isArray(node)) {
      for (const each of node) this.read(each, isInside, isCounted);
      return;
    }
    if (!isMembers(node)) return;
    for (const [kind, members] of Object.entries(node)) this.#member(kind, members, isInside, isCounted);
  }

  #member(kind: string, members: unknown, isInside: boolean, isCounted: boolean): void {
    if (kind === "SubLink" || kind === "SelectStmt") {
      this.hasQuery = true;
      return;
    }
    if (kind === "ParamRef") this.hasParameter = true;
    if (kind === "ColumnRef" && isMembers(members)) this.#column(members, isInside, isCounted);
    else if (kind === "FuncCall" && isMembers(members)) this.#function(members, isInside);
    else this.read(members, isInside, kind === "NullTest" ? isColumn(members) : kind === "arg" && isCounted);
  }

  #function(members: Members, isInside: boolean): void {
    const name = functionOf(members);
    if (members.over !== undefined) this.hasWindow = true;
    if (members.agg_filter !== undefined) this.hasFilter = true;
    if (hasEffect(name)) this.effects.add(name);
    if (aggregates.has(name)) this.hasAggregate = true;
    this.read(Object.values(members), isInside || aggregates.has(name), name === "count" && !isFiltered(members));
  }

  #column({ fields }: Members, isInside: boolean, isCounted: boolean): void {
    const names = (Array.isArray(fields) ? fields : []).map(nameIn).filter((name) => name !== undefined);
    const name = names.at(-1);
    if (name === undefined) return;
    this.columns.add(name);
    if (!isCounted) this.compared.add(name);
    if (!isInside) this.bare.add(name);
  }
}

const isColumn = (test: unknown) => isMembers(test) && isMembers(test.arg) && "ColumnRef" in test.arg;

/** `count(column)` and `count(distinct column)`; of an expression the value itself is asked. */
const isFiltered = ({ args, agg_filter }: Members) =>
  agg_filter !== undefined || !Array.isArray(args) || !args.every((each) => isMembers(each) && "ColumnRef" in each);

const nameIn = (field: unknown): string | undefined =>
  isMembers(field) && isMembers(field.String) && typeof field.String.sval === "string" ? field.String.sval : undefined;

const functionOf = ({ funcname }: Members): string => (Array.isArray(funcname) ? (nameIn(funcname.at(-1)) ?? "") : "");
