import { alterTable } from "./alter-table.js";
import { readCopy } from "./copy-statement.js";
import { createTable } from "./create-table.js";
import { alterDatashare, makeDatashare } from "./datashares.js";
import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { rewriteExpressions } from "./expressions.js";
import { createExternalSchema } from "./external-schema.js";
import { alterDefaultPrivileges, grant } from "./grants.js";
import { alterDatabase, analyze, lock, mergeRemoveDuplicates, truncate, vacuum } from "./maintenance.js";
import { createProcedure } from "./procedure.js";
import { findTopLevel, isWordOrOperator, Reader } from "./reader.js";
import { resetParameter, setParameter, showParameter } from "./settings.js";
import { type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";
import { alterGroup, alterUser, createGroup, createUser, dropPrincipal } from "./users.js";
import { createMaterializedView, createView, refreshMaterializedView } from "./views.js";

/** Commands that end or begin transactions: the Data API does that, and its texts may not (B2.4). */
const TRANSACTION_CONTROL: ReadonlySet<string> = new Set([
  "begin",
  "start",
  "commit",
  "end",
  "rollback",
  "abort",
  "savepoint",
  "release",
]);

function expression(command: string, node: string, verb: string): (reader: Reader) => Draft {
  return (reader) => ({
    command,
    node,
    sql: toText(rewriteExpressions([{ kind: "word", text: verb, isGlued: false }, ...reader.rest()])),
  });
}

function create(reader: Reader): Draft {
  if (reader.accept("user")) return createUser(reader);
  if (reader.accept("group")) return createGroup(reader, "group");
  if (reader.accept("role")) return createGroup(reader, "role");
  if (reader.accept("datashare")) return makeDatashare(reader, true);
  const orReplace = reader.accept("or", "replace");
  if (reader.accept("view")) return createView(reader, orReplace);
  if (reader.accept("procedure")) return createProcedure(reader, orReplace);
  if (orReplace) throw new NotSupportedLocally(`CREATE OR REPLACE ${reader.peek()?.text.toUpperCase()}`);
  if (reader.accept("materialized", "view")) return createMaterializedView(reader);
  if (reader.accept("external", "schema")) return createExternalSchema(reader);
  if (reader.accept("schema"))
    return { command: "CREATE SCHEMA", node: "CreateSchemaStmt", sql: `CREATE SCHEMA ${toText(reader.rest())}` };
  if (reader.isNext("table") || reader.isNext("temp") || reader.isNext("temporary") || reader.isNext("local"))
    return createTable(reader);
  throw new NotSupportedLocally(`CREATE ${reader.peek()?.text.toUpperCase() ?? ""}`);
}

function alter(reader: Reader): Draft {
  if (reader.accept("table")) return alterTable(reader);
  if (reader.accept("user")) return alterUser(reader);
  if (reader.accept("group")) return alterGroup(reader);
  if (reader.accept("datashare")) return alterDatashare(reader);
  if (reader.accept("database")) return alterDatabase(reader);
  if (reader.accept("default", "privileges")) return alterDefaultPrivileges(reader);
  if (reader.isNext("schema") || reader.isNext("procedure")) {
    const rest = toText(reader.rest());
    const isRename = /\brename to\b/.test(rest);
    return { command: "ALTER", node: isRename ? "RenameStmt" : "AlterOwnerStmt", sql: `ALTER ${rest}` };
  }
  throw new NotSupportedLocally(`ALTER ${reader.peek()?.text.toUpperCase() ?? ""}`);
}

function drop(reader: Reader): Draft {
  for (const kind of ["user", "group", "role"] as const) if (reader.accept(kind)) return dropPrincipal(reader, kind);
  if (reader.accept("datashare")) return makeDatashare(reader, false);
  const what = reader.isNext("materialized") ? "MATERIALIZED VIEW" : (reader.peek()?.text.toUpperCase() ?? "");
  const rest = reader.rest().map((token, index, all) => {
    const isHash = token.kind === "word" && all[index - 1]?.text === "#" && token.isGlued;
    return isHash ? { ...token, kind: "quoted" as const, text: `"#${token.text}"` } : token;
  });
  return {
    command: `DROP ${what}`,
    node: "DropStmt",
    sql: `DROP ${toText(rest.filter((token) => token.text !== "#"))}`,
  };
}

function merge(reader: Reader): Draft {
  const tokens = reader.rest();
  if (!isWordOrOperator(tokens.at(-2), "remove") || !isWordOrOperator(tokens.at(-1), "duplicates")) {
    return expression("MERGE", "MergeStmt", "merge")(new Reader(tokens));
  }
  const body = new Reader(rewriteExpressions(tokens.slice(0, -2)));
  body.expect("into");
  const target = body.name();
  body.expect("using");
  const source = body.isNext("(") ? [body.next(), ...body.parenthesised()] : body.name();
  if (isWordOrOperator(source[0], "(")) throw new NotSupportedLocally("MERGE … REMOVE DUPLICATES from a subquery");
  body.accept("as");
  const alias = body.isNext("on") ? [] : [body.identifier()];
  body.expect("on");
  return mergeRemoveDuplicates(target, source, alias, body.rest());
}

function insert(reader: Reader): Draft {
  const tokens = reader.rest();
  if (findTopLevel(tokens, ["overriding"]) >= 0) throw new NotSupportedLocally("OVERRIDING");
  return expression("INSERT", "InsertStmt", "insert")(new Reader(tokens));
}

function withQuery(reader: Reader): Draft {
  const draft = expression("SELECT", "SelectStmt", "with")(reader);
  const positions = ["select", "update", "delete", "merge"].map(
    (word) => [word, findTopLevel(reader.tokens, [word])] as const,
  );
  const [verb] = positions.filter(([, at]) => at >= 0).sort(([, a], [, b]) => a - b)[0] ?? [];
  if (verb === "merge") throw new RedshiftError("WITH clause is not supported in MERGE");
  if (verb === "update") return { ...draft, command: "UPDATE", node: "UpdateStmt" };
  if (verb === "delete") return { ...draft, command: "DELETE", node: "DeleteStmt" };
  return draft;
}

const READERS: Readonly<Record<string, (reader: Reader) => Draft>> = {
  select: expression("SELECT", "SelectStmt", "select"),
  with: withQuery,
  insert,
  update: expression("UPDATE", "UpdateStmt", "update"),
  delete: (reader) => {
    const rest = reader.isNext("from")
      ? reader.rest()
      : [{ kind: "word" as const, text: "from", isGlued: false }, ...reader.rest()];
    return expression("DELETE", "DeleteStmt", "delete")(new Reader(rest));
  },
  merge,
  create,
  alter,
  drop,
  grant: (reader) => grant(reader, "GRANT"),
  revoke: (reader) => grant(reader, "REVOKE"),
  copy: readCopy,
  call: (reader) => ({ ...expression("CALL", "CallStmt", "call")(reader), runsAlone: true }),
  lock,
  truncate,
  analyze,
  vacuum,
  set: setParameter,
  reset: resetParameter,
  show: showParameter,
  comment: (reader) => ({ command: "COMMENT", node: "CommentStmt", sql: `COMMENT ${toText(reader.rest())}` }),
  refresh: (reader) => {
    reader.expect("materialized", "view");
    return refreshMaterializedView(reader);
  },
};

/** Cuts off the semicolon at the end. @throws RedshiftError when there is more than one statement (B1.1). */
function single(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findIndex((token) => token.kind === "operator" && token.text === ";");
  if (end < 0) return tokens;
  if (tokens.slice(end).some((token) => token.text !== ";"))
    throw new RedshiftError("cannot insert multiple commands into a prepared statement");
  return tokens.slice(0, end);
}

/** Reads one statement of Redshift. @throws RedshiftError, NotSupportedLocally */
export function readStatement(tokens: readonly Token[]): Draft {
  const reader = new Reader(single(tokens));
  if (reader.isAtEnd) throw new RedshiftError("syntax error at end of input");
  if (reader.isNext("(")) return expression("SELECT", "SelectStmt", "")(reader);
  const verb = reader.next();
  if (verb.kind === "word" && TRANSACTION_CONTROL.has(verb.text)) {
    throw new NotSupportedLocally(`${verb.text.toUpperCase()} in a statement's text (a batch is one transaction)`);
  }
  const read = verb.kind === "word" && Object.hasOwn(READERS, verb.text) ? READERS[verb.text] : undefined;
  if (read === undefined) throw new NotSupportedLocally(`the command ${verb.text.toUpperCase()}`);
  return read(reader);
}
