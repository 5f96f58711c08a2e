import { NotSupportedLocally, RedshiftError } from "./errors.js";
import { rewriteExpressions } from "./expressions.js";
import { nameLiteral, type Reader, splitTopLevel } from "./reader.js";
import { readTableAttributes, readYesOrNo } from "./table-attributes.js";
import { makeString, nameOf, type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

const UNBOUND = ["with", "no", "schema", "binding"];

function isUnbound(query: readonly Token[]): boolean {
  const tail = query.slice(-UNBOUND.length);
  return (
    tail.length === UNBOUND.length &&
    tail.every((token, index) => token.kind === "word" && token.text === UNBOUND[index])
  );
}

/** CREATE [OR REPLACE] VIEW, from the name on. WITH NO SCHEMA BINDING makes a late-binding view (C8.8, C8.9). */
export function createView(reader: Reader, orReplace: boolean): Draft {
  const name = reader.name();
  const columns = reader.isNext("(")
    ? splitTopLevel(reader.parenthesised(), ",").map((part) => part.map(nameOf).join(""))
    : undefined;
  reader.expect("as");
  const query = reader.rest();
  const head = `CREATE ${orReplace ? "OR REPLACE " : ""}VIEW ${toText(name)}`;
  const list =
    columns === undefined ? "" : ` (${columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(", ")})`;
  if (!isUnbound(query)) {
    const sql = `${head}${list} AS ${toText(rewriteExpressions(query))}`;
    if (!orReplace) return { command: "CREATE VIEW", node: "ViewStmt", sql };
    // PostgreSQL takes more columns at the end; Redshift only the same ones.
    return {
      command: "CREATE VIEW",
      node: "ViewStmt",
      sql,
      before: [`SELECT rs.remember_columns(${nameLiteral(name)})`],
      after: [`SELECT rs.check_columns(${nameLiteral(name)}::regclass)`],
    };
  }
  const original = query.slice(0, -UNBOUND.length);
  const translated = toText(rewriteExpressions(original));
  return {
    command: "CREATE VIEW",
    node: "ViewStmt",
    sql: `${head}${list} AS ${translated}`,
    lateBindingView: { name, columns, orReplace, query: translated, original: toText(original) },
  };
}

/** CREATE MATERIALIZED VIEW, from the name on. AUTO REFRESH is recorded and does not happen. */
export function createMaterializedView(reader: Reader): Draft {
  const name = reader.name();
  let isAutomatic = false;
  for (;;) {
    const before = reader.peek();
    readTableAttributes(reader);
    if (reader.accept("auto", "refresh")) isAutomatic = readYesOrNo(reader);
    else if (reader.peek() === before) break;
  }
  reader.expect("as");
  const query = reader.rest();
  const definition = `create materialized view ${toText(name).replaceAll(" ", "")} as ${toText(query)};`;
  return {
    command: "CREATE MATERIALIZED VIEW",
    node: "CreateTableAsStmt",
    sql: `CREATE MATERIALIZED VIEW ${toText(name)} AS ${toText(rewriteExpressions(query))}`,
    after: [
      `SELECT rs.note_materialized_view(${nameLiteral(name)}::regclass, ${isAutomatic}, ${makeString(definition).text})`,
    ],
    refusedInBlock: "CREATE MATERIALIZED VIEW cannot run inside a transaction block",
  };
}

/** REFRESH MATERIALIZED VIEW, from the name on. Whether Redshift takes it in a block is not known (C10.7): it is refused. */
export function refreshMaterializedView(reader: Reader): Draft {
  const name = reader.name();
  if (reader.isNext("cascade")) throw new NotSupportedLocally("REFRESH MATERIALIZED VIEW … CASCADE");
  reader.accept("restrict");
  reader.end();
  return {
    command: "REFRESH MATERIALIZED VIEW",
    node: "RefreshMatViewStmt",
    sql: `REFRESH MATERIALIZED VIEW ${toText(name)}`,
    refusedInBlock: "REFRESH MATERIALIZED VIEW cannot run inside a transaction block",
  };
}

/** Relations of a late-binding view must be qualified. */
export function checkQualified(reads: readonly { readonly schema: string | undefined; readonly name: string }[]): void {
  if (reads.some((relation) => relation.schema === undefined)) {
    throw new RedshiftError(
      "All the relation names inside should be qualified when creating views with no schema binding.",
    );
  }
}
