import { readColumnAttributes, readColumnType, readEncoding } from "./create-table.js";
import { NotSupportedLocally, RedshiftError, syntaxError } from "./errors.js";
import { rewriteExpressions } from "./expressions.js";
import { readForeignKey } from "./foreign-keys.js";
import { nameLiteral, Reader, splitTopLevel } from "./reader.js";
import { readStyle } from "./table-attributes.js";
import { makeString, nameOf, type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

const COMMAND = "ALTER TABLE";

function native(name: readonly Token[], action: readonly Token[], node = "AlterTableStmt"): Draft {
  return { command: COMMAND, node, sql: `ALTER TABLE ${toText(name)} ${toText(rewriteExpressions(action))}` };
}

/** One column an ALTER TABLE; a NOT NULL column needs a default (C8.5). */
function addColumn(name: readonly Token[], reader: Reader): Draft {
  reader.accept("column");
  if (reader.isNext("if", "not", "exists")) throw syntaxError("if");
  if (splitTopLevel(reader.tokens, ",").length > 1) throw syntaxError(",");
  const column = reader.identifier();
  const type = readColumnType(reader);
  const attributes = readColumnAttributes(name, reader, nameOf(column));
  if (attributes.distkey !== undefined || attributes.sortkey !== undefined) throw syntaxError("distkey");
  const text = toText(attributes.sql);
  if (text.includes("identity")) throw new RedshiftError("ALTER TABLE ADD COLUMN does not support IDENTITY columns");
  if (/\bnot null\b/.test(text) && !/\bdefault\b/.test(text)) {
    throw new RedshiftError("ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression");
  }
  const sql = `ALTER TABLE ${toText(name)} ADD COLUMN ${toText(rewriteExpressions([column, ...type, ...attributes.sql]))}`;
  const encoding = attributes.encoding?.[1];
  const after = [
    ...(encoding === undefined ? [] : [setEncoding(name, nameOf(column), encoding)]),
    ...(attributes.reference === undefined ? [] : [attributes.reference]),
  ];
  return { command: COMMAND, node: "AlterTableStmt", sql, after };
}

function literal(text: string): string {
  return makeString(text).text;
}

function setEncoding(name: readonly Token[], column: string, encoding: string): string {
  return `SELECT rs.set_encoding(${nameLiteral(name)}::regclass, ${literal(column)}, ${literal(encoding)})`;
}

function setDesign(name: readonly Token[], design: object): Draft {
  const sql = `SELECT rs.set_design(${nameLiteral(name)}::regclass, ${literal(JSON.stringify(design))}::jsonb)`;
  return { command: COMMAND, node: "", sql: "", runs: [sql] };
}

/** ALTER [COLUMN] c TYPE varchar(n), never in a block (C8.4); or ENCODE. */
function alterColumn(name: readonly Token[], reader: Reader): Draft {
  reader.accept("column");
  const column = reader.identifier();
  if (reader.accept("encode")) {
    const sql = setEncoding(name, nameOf(column), readEncoding(reader));
    reader.end();
    return { command: COMMAND, node: "", sql: "", runs: [sql] };
  }
  reader.expect("type");
  const type = readColumnType(reader);
  reader.end();
  const length = /^(?:varchar|character varying) \( (\d+) \)$/.exec(toText(rewriteExpressions(type)))?.[1];
  if (length === undefined) {
    throw new RedshiftError(
      `target data type "${toText(type)}" is not supported: only the size of a VARCHAR column can be altered`,
    );
  }
  return {
    command: COMMAND,
    node: "AlterTableStmt",
    // The check reads the table: two sessions that both did and then waited for the other would be a deadlock.
    before: [
      `LOCK TABLE ONLY ${toText(name)} IN ACCESS EXCLUSIVE MODE`,
      `SELECT rs.check_resize(${nameLiteral(name)}::regclass, ${literal(nameOf(column))}, ${length})`,
    ],
    sql: `ALTER TABLE ${toText(name)} ALTER COLUMN ${toText([column])} TYPE varchar(${length})`,
    refusedInBlock: "ALTER TABLE ALTER COLUMN cannot run inside a transaction block",
  };
}

function alterDesign(name: readonly Token[], reader: Reader): Draft | undefined {
  if (reader.accept("alter", "diststyle")) {
    const diststyle = readStyle(reader);
    const distkey = reader.accept("distkey") ? nameOf(reader.identifier()) : undefined;
    return setDesign(name, { diststyle, distkey });
  }
  if (reader.accept("alter", "distkey"))
    return setDesign(name, { diststyle: "KEY", distkey: nameOf(reader.identifier()) });
  if (reader.accept("alter", "sortkey", "auto")) return setDesign(name, { sortstyle: "AUTO", sortkeys: [] });
  if (reader.accept("alter", "sortkey", "none")) return setDesign(name, { sortstyle: "NONE", sortkeys: [] });
  if (reader.accept("alter", "compound", "sortkey") || reader.accept("alter", "sortkey")) {
    const sortkeys = splitTopLevel(reader.parenthesised(), ",").flatMap((part) => part.map(nameOf));
    return setDesign(name, { sortstyle: "COMPOUND", sortkeys });
  }
  return undefined;
}

function rename(name: readonly Token[], reader: Reader): Draft {
  if (reader.accept("to")) {
    const target = reader.identifier();
    return { command: COMMAND, node: "RenameStmt", sql: `ALTER TABLE ${toText(name)} RENAME TO ${toText([target])}` };
  }
  reader.accept("column");
  const from = reader.identifier();
  reader.expect("to");
  const to = reader.identifier();
  return {
    command: COMMAND,
    node: "RenameStmt",
    sql: `ALTER TABLE ${toText(name)} RENAME COLUMN ${toText([from])} TO ${toText([to])}`,
    after: [
      `SELECT rs.rename_column(${nameLiteral(name)}::regclass, ${literal(nameOf(from))}, ${literal(nameOf(to))})`,
    ],
  };
}

function dropConstraint(name: readonly Token[], reader: Reader): Draft {
  const constraint = nameOf(reader.identifier());
  reader.accept("restrict");
  reader.end();
  return {
    command: COMMAND,
    node: "",
    sql: "",
    runs: [`SELECT rs.drop_constraint(${nameLiteral(name)}::regclass, ${literal(constraint)})`],
  };
}

/** ALTER TABLE, from the word after TABLE. */
export function alterTable(reader: Reader): Draft {
  const name = reader.name();
  if (reader.isNext("append")) throw new NotSupportedLocally("ALTER TABLE APPEND");
  const rest = reader.rest();
  const design = alterDesign(name, new Reader(rest));
  if (design !== undefined) return design;
  const action = new Reader(rest);
  const reference = action.isNext("add") ? readForeignKey(name, rest.slice(1)) : undefined;
  if (reference !== undefined) return { command: COMMAND, node: "", sql: "", runs: [reference] };
  if (action.isNext("add", "constraint") || action.isNext("add", "primary") || action.isNext("add", "unique")) {
    return native(name, action.rest());
  }
  if (action.accept("add")) return addColumn(name, new Reader(action.rest()));
  if (action.accept("drop", "constraint")) return dropConstraint(name, action);
  if (action.isNext("drop")) return native(name, action.rest());
  if (action.accept("alter")) return alterColumn(name, action);
  if (action.accept("rename")) return rename(name, action);
  if (action.isNext("owner", "to")) return native(name, action.rest());
  throw new NotSupportedLocally(`ALTER TABLE ${action.peek()?.text.toUpperCase() ?? ""}`);
}
