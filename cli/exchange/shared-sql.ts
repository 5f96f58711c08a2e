import { loadModule, parseSync } from "libpg-query";
import { type Contract, loadedColumns } from "../../contract/contract.js";

/**
 * Checks are Spark SQL, and other tools run SQL in the warehouse. An expression counts as shared when everything in it
 * means the same in Spark and in Redshift: comparisons, AND, OR, NOT, LIKE, IN, BETWEEN, + - *, CASE, COALESCE and a few
 * functions, over columns that are not SUPER. Division, casts, escapes and other functions differ.
 */
export type IsShared = (sql: string) => boolean;

const nodes = new Set([
  "A_ArrayExpr",
  "A_Const",
  "A_Expr",
  "BoolExpr",
  "CaseExpr",
  "CaseWhen",
  "CoalesceExpr",
  "ColumnRef",
  "FuncCall",
  "List",
  "NullTest",
  "ResTarget",
  "SelectStmt",
  "String",
]);
const functions = new Set(["abs", "lower", "upper", "trim", "length"]);
/** As the parser names them; LIKE, IN and BETWEEN are named by operators too. */
const operators = new Set(["=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "~~", "!~~", "BETWEEN", "NOT BETWEEN"]);

/** Loads the parser once; the answer is for the checks of this contract. */
export async function sharedSql(contract: Pick<Contract, "columns">): Promise<IsShared> {
  await loadModule();
  const columns = new Set(
    loadedColumns(contract)
      .filter(({ type }) => type.name !== "super")
      .map(({ name }) => name),
  );
  return (sql) => {
    // Backslashes and double quotes are read in different ways; braces and hashes belong to templates.
    if (/[\\"`{}]|--|\/\*/.test(sql)) return false;
    // Without parentheses too: they could be closed and opened again inside.
    const trees = [parsed(`select ${sql}`), parsed(`select (${sql})`)];
    return trees.every((tree) => tree !== undefined && isSharedNode(tree, columns));
  };
}

function parsed(sql: string): unknown {
  try {
    const tree: unknown = parseSync(sql);
    return isMembers(tree) && Array.isArray(tree.stmts) && tree.stmts.length === 1 ? tree.stmts : undefined;
  } catch {
    return undefined;
  }
}

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSharedNode(node: unknown, columns: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.every((item) => isSharedNode(item, columns));
  if (!isMembers(node)) return true;
  return Object.entries(node).every(([kind, members]) => {
    if (/^[A-Z]/.test(kind) && !nodes.has(kind)) return false;
    if (kind === "A_Expr" && !namesIn(members, "name").every((name) => operators.has(name))) return false;
    if (kind === "FuncCall" && !namesIn(members, "funcname").every((name) => functions.has(name))) return false;
    if (kind === "ColumnRef") return isColumn(namesIn(members, "fields"), columns);
    return isSharedNode(members, columns);
  });
}

const isColumn = ([name, ...deeper]: readonly string[], columns: ReadonlySet<string>) =>
  name !== undefined && deeper.length === 0 && columns.has(name);

function namesIn(members: unknown, key: string): readonly string[] {
  const list: unknown = isMembers(members) ? members[key] : undefined;
  return (Array.isArray(list) ? list : []).map((item: unknown) =>
    isMembers(item) && isMembers(item.String) && typeof item.String.sval === "string" ? item.String.sval : "",
  );
}
