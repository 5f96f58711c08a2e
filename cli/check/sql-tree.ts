/** What PostgreSQL's parse tree says about the view of an aggregate: its name, its tables and the columns they are asked for. */

export interface SqlTable {
  readonly schema: string | undefined;
  readonly name: string;
  readonly alias: string | undefined;
  readonly at: number;
}

export interface SqlColumn {
  /** The table's name or alias, where it stands before the column. */
  readonly table: string | undefined;
  readonly name: string;
  readonly at: number;
}

export type SqlStatement =
  | {
      readonly kind: "view";
      readonly at: number;
      /** schema.name; undefined for a bare query. */
      readonly creates: string | undefined;
      readonly isTemporary: boolean;
      readonly tables: readonly SqlTable[];
      readonly columns: readonly SqlColumn[];
      /** No query inside the query, so every column is one of the tables', or one that the query names itself. */
      readonly isPlain: boolean;
    }
  | { readonly kind: "other"; readonly at: number; readonly name: string };

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const place = (members: Members) => (typeof members.location === "number" ? members.location : 0);

/** The statements of a text, in order. */
export function readStatement(tree: unknown): readonly SqlStatement[] {
  const statements = isMembers(tree) && Array.isArray(tree.stmts) ? tree.stmts : [];
  return statements.map((raw: unknown): SqlStatement => {
    const at = isMembers(raw) && typeof raw.stmt_location === "number" ? raw.stmt_location : 0;
    const [kind = "", members = {}] = isMembers(raw) && isMembers(raw.stmt) ? (Object.entries(raw.stmt)[0] ?? []) : [];
    if (!isMembers(members)) return { kind: "other", at, name: kind };
    if (kind === "SelectStmt") return view(members, undefined, at);
    if (kind === "ViewStmt") return view(members, isMembers(members.view) ? members.view : {}, at);
    const into = isMembers(members.into) && isMembers(members.into.rel) ? members.into.rel : {};
    const isMaterialized = kind === "CreateTableAsStmt" && members.objtype === "OBJECT_MATVIEW";
    return isMaterialized ? view(members, into, at) : { kind: "other", at, name: kind.replace(/Stmt$/, "") };
  });
}

function view(query: Members, made: Members | undefined, at: number): SqlStatement {
  const found = {
    tables: [] as SqlTable[],
    columns: [] as SqlColumn[],
    queries: 0,
    names: new Set<string>(),
    withNames: new Set<string>(),
  };
  walk(made === undefined ? { SelectStmt: query } : (query.query ?? {}), found);
  return {
    kind: "view",
    at: made === undefined ? at : place(made),
    creates:
      made === undefined ? undefined : [made.schemaname, made.relname].filter((part) => part !== undefined).join("."),
    isTemporary: made?.relpersistence === "t",
    tables: found.tables.filter(({ schema, name }) => schema !== undefined || !found.withNames.has(name)),
    columns: found.columns.filter(({ table, name }) => table !== undefined || !found.names.has(name)),
    isPlain: found.queries === 1,
  };
}

interface Found {
  readonly tables: SqlTable[];
  readonly columns: SqlColumn[];
  /** Names that the query gives to its results: Redshift lets them be used beside. */
  readonly names: Set<string>;
  /** Queries of WITH: no tables. */
  readonly withNames: Set<string>;
  queries: number;
}

/** Their first argument is a part of a date, written bare. */
const datePartFunctions = new Set(["dateadd", "datediff", "date_part", "date_add", "date_diff", "extract", "trunc"]);

function walk(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, found);
    return;
  }
  if (!isMembers(node)) return;
  for (const [kind, members] of Object.entries(node)) {
    if (!isMembers(members)) {
      walk(members, found);
      continue;
    }
    if (kind === "SelectStmt" && Array.isArray(members.targetList)) found.queries += 1;
    // A function or a set operation in FROM, and WITH, make columns that nobody knows here.
    if (kind === "RangeFunction" || kind === "withClause" || (kind === "JoinExpr" && members.isNatural))
      found.queries += 1;
    if (kind === "CommonTableExpr" && typeof members.ctename === "string") found.withNames.add(members.ctename);
    if (kind === "RangeVar") found.tables.push(tableOf(members));
    if (kind === "ColumnRef") found.columns.push(...columnOf(members));
    if (kind === "ResTarget" && typeof members.name === "string") found.names.add(members.name);
    walk(kind === "FuncCall" ? withoutDatePart(members) : members, found);
  }
}

const tableOf = (members: Members): SqlTable => ({
  schema: text(members.schemaname),
  name: text(members.relname) ?? "",
  alias: isMembers(members.alias) ? text(members.alias.aliasname) : undefined,
  at: place(members),
});

function columnOf(members: Members): SqlColumn[] {
  const names = (Array.isArray(members.fields) ? members.fields : []).map(nameIn);
  const [first, second] = names;
  // `*`, and paths into SUPER, are nothing to look up.
  if (first === undefined || names.length > 2 || (names.length === 2 && second === undefined)) return [];
  const at = place(members);
  return second === undefined ? [{ table: undefined, name: first, at }] : [{ table: first, name: second, at }];
}

const nameIn = (field: unknown): string | undefined =>
  isMembers(field) && isMembers(field.String) ? text(field.String.sval) : undefined;

function withoutDatePart(members: Members): Members {
  const name = Array.isArray(members.funcname) ? nameIn(members.funcname.at(-1)) : undefined;
  if (name === undefined || !datePartFunctions.has(name) || !Array.isArray(members.args)) return members;
  return { ...members, args: members.args.slice(1) };
}
