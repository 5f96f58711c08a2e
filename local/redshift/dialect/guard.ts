import { FUNCTIONS, LEADER_ONLY, NEED_FRAME, NODES, OPERATORS, TABLE_FUNCTIONS, TYPES, VALUES } from "./allow-list.js";
import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { originalColumnName } from "./expressions.js";
import { checkMerge } from "./merge-rules.js";
import { isCatalogueName, Relations, SYSTEM_SCHEMAS } from "./relations.js";
import { asList, asNames, asNode, asText, isMembers, type Members, type Tree } from "./tree.js";

const MAX_VARCHAR = 65_535;
const MAX_CHAR = 4096;
const FRAME_GIVEN = 0x1;
const FRAME_ROWS = 0x4;
const WITH_TIES = "LIMIT_OPTION_WITH_TIES";

/** Members whose value is a node's members without its kind; the kind follows from the place. */
const KIND_OF_MEMBER: Readonly<Record<string, string>> = {
  relation: "RangeVar",
  view: "RangeVar",
  rel: "RangeVar",
  into: "IntoClause",
  larg: "SelectStmt",
  rarg: "SelectStmt",
  withClause: "WithClause",
  over: "WindowDef",
  typeName: "TypeName",
  argType: "TypeName",
  returnType: "TypeName",
  alias: "Alias",
  authrole: "RoleSpec",
  newowner: "RoleSpec",
  funccall: "FuncCall",
  action: "GrantStmt",
};

const ALLOWED_MEMBERS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(NODES).map(([kind, members]) => [kind, new Set(members.split(" "))]),
);

/** What the guard found out about a statement that it let pass. */
export interface Finding {
  readonly relations: Relations;
  readonly leaderFunctions: readonly string[];
}

class Guard {
  readonly relations = new Relations();
  readonly leaderFunctions: string[] = [];
  /** The VALUES of an INSERT: nowhere else are there any. */
  #insertedValues: Members | undefined;

  node(kind: string, members: Members): void {
    const allowed = ALLOWED_MEMBERS.get(kind);
    if (allowed === undefined) throw new NotSupportedLocally(readable(kind));
    this.#checkByKind(kind, members);
    for (const [member, value] of Object.entries(members)) {
      if (member.endsWith("location")) continue;
      if (!allowed.has(member)) throw new NotSupportedLocally(`${readable(kind)} with ${readable(member)}`);
      const values = VALUES[`${kind}.${member}`];
      if (values !== undefined && !values.has(String(value)))
        throw new NotSupportedLocally(`${readable(kind)}: ${readable(String(value))}`);
      this.#member(member, value);
    }
  }

  #member(member: string, value: Tree): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#member(member, item);
      return;
    }
    const node = asNode(value);
    if (node !== undefined) {
      this.node(node.kind, node.members);
      return;
    }
    if (!isMembers(value) || Object.keys(value).length === 0) return;
    const kind = KIND_OF_MEMBER[member];
    if (kind === undefined) {
      if (["ival", "fval", "sval", "boolval"].includes(member)) return;
      throw new NotSupportedLocally(readable(member));
    }
    this.node(kind, value);
  }

  #checkByKind(kind: string, members: Members): void {
    if (kind === "FuncCall") this.#checkFunction(members);
    else if (kind === "TypeName") checkType(members);
    else if (kind === "A_Expr") checkOperator(members);
    else if (kind === "SelectStmt") this.#checkSelect(members);
    else if (kind === "MergeStmt") checkMerge(members);
    else if (kind === "WithClause") this.relations.openNames(asList(members.ctes));
    else if (kind === "RangeVar") this.relations.read(members);
    else if (kind === "CommonTableExpr" && asNode(members.ctequery)?.kind !== "SelectStmt")
      throw new NotSupportedLocally("WITH that changes rows");
    else if (kind === "SQLValueFunction") this.#checkValueFunction(asText(members.op));
    else if (kind === "WindowDef" && typeof members.frameOptions === "number") checkFrame(members.frameOptions);
    else if (kind === "AlterTableStmt" && asList(members.cmds).length !== 1)
      throw new NotSupportedLocally("ALTER TABLE with several actions");
    else if (kind === "UpdateStmt" || kind === "DeleteStmt" || kind === "InsertStmt" || kind === "MergeStmt")
      this.relations.write(members.relation);
    if (kind === "MergeStmt") this.relations.write(members.relation);
    if (kind === "InsertStmt") this.#insertedValues = asNode(members.selectStmt)?.members;
    if (kind === "RangeFunction") checkTableFunction(members);
    if (kind === "DropStmt") for (const object of asList(members.objects)) checkDropped(object);
  }

  #checkValueFunction(op: string): void {
    if (op !== "SVFOP_CURRENT_DATE" && !op.includes("USER")) this.leaderFunctions.push(op.slice("SVFOP_".length));
  }

  #checkSelect(members: Members): void {
    if (asList(members.distinctClause).some((item) => asNode(item) !== undefined))
      throw new NotSupportedLocally("DISTINCT ON");
    if (members.valuesLists !== undefined && members !== this.#insertedValues)
      throw new NotSupportedLocally("VALUES but in an INSERT");
    if (members.limitOption === WITH_TIES) throw new NotSupportedLocally("WITH TIES");
  }

  #checkFunction(members: Members): void {
    const names = asNames(members.funcname).filter((name) => name !== "pg_catalog");
    const name = names.at(-1) ?? "";
    if (names.length > 1) throw new NotSupportedLocally(`the function ${names.join(".")}`);
    if (!FUNCTIONS.has(name)) throw new NotSupportedLocally(`the function ${name.toUpperCase()}`);
    if (LEADER_ONLY.has(name)) this.leaderFunctions.push(name.toUpperCase());
    const over = members.over;
    if (!isMembers(over) || !NEED_FRAME.has(name) || asList(over.orderClause).length === 0) return;
    const options = typeof over.frameOptions === "number" ? over.frameOptions : 0;
    if ((options & FRAME_GIVEN) === 0)
      throw new RedshiftError("Aggregate window functions with an ORDER BY clause require a frame clause");
  }
}

/** Functions that may stand where a table does. */
function checkTableFunction(members: Members): void {
  const call = asNode(asList(asNode(asList(members.functions)[0])?.members.items)[0])?.members;
  const name = asNames(call?.funcname).at(-1) ?? "";
  if (!TABLE_FUNCTIONS.has(name))
    throw new NotSupportedLocally(`the function ${originalColumnName(name).toUpperCase()} in FROM`);
}

/** What the system is made of cannot be dropped. */
function checkDropped(object: Tree): void {
  const node = asNode(object);
  const names =
    node?.kind === "List" ? asNames(node.members.items) : node?.kind === "String" ? [asText(node.members.sval)] : [];
  const [first = ""] = names;
  const isSystem = SYSTEM_SCHEMAS.has(first) || (names.length === 1 && isCatalogueName(first));
  if (isSystem) throw new RedshiftError(`permission denied: "${names.join(".")}" is a system catalog`);
}

function checkFrame(options: number): void {
  if ((options & FRAME_GIVEN) !== 0 && (options & FRAME_ROWS) === 0)
    throw new NotSupportedLocally("a window frame that does not count ROWS");
}

function checkOperator(members: Members): void {
  const name = asNames(members.name).at(-1) ?? "";
  const kind = asText(members.kind);
  if (kind === "AEXPR_DISTINCT" || kind === "AEXPR_NOT_DISTINCT") throw new NotSupportedLocally("IS DISTINCT FROM");
  if (kind === "AEXPR_OP" && !OPERATORS.has(name)) throw new NotSupportedLocally(`the operator ${name}`);
}

function typeModifiers(members: Members): readonly number[] {
  return asList(members.typmods).map((item) => {
    const constant = asNode(item)?.members.ival;
    return isMembers(constant) && typeof constant.ival === "number" ? constant.ival : 0;
  });
}

function checkType(members: Members): void {
  const name = asNames(members.names).at(-1) ?? "";
  if (!TYPES.has(name)) throw new NotSupportedLocally(`the type ${name.toUpperCase()}`);
  const [size = 0] = typeModifiers(members);
  if (name === "varchar" && size > MAX_VARCHAR)
    throw new RedshiftError(`length for type varchar cannot exceed ${MAX_VARCHAR}`);
  if (name === "bpchar" && size > MAX_CHAR) throw new RedshiftError(`length for type bpchar cannot exceed ${MAX_CHAR}`);
}

/** `CreateTableAsStmt` → `create table as`. */
function readable(kind: string): string {
  return kind
    .replace(/Stmt$/, "")
    .replace(/^[A-Z]+_(?=[A-Z])/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
}

/** Lets a parse tree pass that holds nothing but what is allowed.
 * @throws NotSupportedLocally that names what it met, RedshiftError where Redshift itself refuses. */
export function guard(
  node: { readonly kind: string; readonly members: Members },
  options: { readonly isCall?: boolean } = {},
): Finding {
  const walk = new Guard();
  if (options.isCall) walkCall(walk, node.members);
  else if (node.kind === "GrantRoleStmt") return { relations: walk.relations, leaderFunctions: [] };
  else walk.node(node.kind, node.members);
  return { relations: walk.relations, leaderFunctions: walk.leaderFunctions };
}

/** CALL names a procedure of the user's: only its arguments are looked at. */
function walkCall(walk: Guard, members: Members): void {
  const call = members.funccall;
  if (!isMembers(call)) throw new NotSupportedLocally("CALL without a procedure");
  for (const argument of asList(call.args)) {
    const node = asNode(argument);
    if (node !== undefined) walk.node(node.kind, node.members);
  }
}
