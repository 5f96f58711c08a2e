import { NotSupportedLocally, RedshiftError, syntaxError } from "./errors.js";
import { rewriteExpressions } from "./expressions.js";
import { readForeignKey, readReference } from "./foreign-keys.js";
import { isWordOrOperator, nameLiteral, Reader, splitTopLevel } from "./reader.js";
import { readTableAttributes, type TableAttributes } from "./table-attributes.js";
import { makeOperator, makeWord, nameOf, type Token, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

const ENCODINGS: ReadonlySet<string> = new Set(
  "raw az64 bytedict delta delta32k lzo mostly8 mostly16 mostly32 runlength text255 text32k zstd auto".split(" "),
);

/** Types that a column, a variable or an argument may have. */
const COLUMN_TYPES: ReadonlySet<string> = new Set(
  `smallint int2 integer int int4 bigint int8 decimal numeric real float4 double float8 float boolean bool char character nchar
  bpchar varchar nvarchar text date timestamp timestamptz time timetz super`.split(/\s+/),
);

interface ColumnDefinition {
  readonly sql: readonly Token[];
  readonly encoding?: readonly [string, string];
  readonly distkey?: string;
  readonly sortkey?: string;
  /** The step that records a foreign key. */
  readonly reference?: string;
}

function words(text: string): readonly Token[] {
  return text.split(" ").map(makeOperator);
}

/** VARCHAR has 256 bytes if nothing is said, TEXT is VARCHAR(256), BPCHAR is CHAR(256) (C10.9). */
export function readColumnType(reader: Reader): readonly Token[] {
  const first = reader.next();
  if (first.kind !== "word") throw syntaxError(first.text);
  if (!COLUMN_TYPES.has(first.text)) throw new NotSupportedLocally(`the type ${first.text.toUpperCase()}`);
  const hasLength = reader.isNext("(");
  if (first.text === "text" && !hasLength) return words("varchar ( 256 )");
  if (first.text === "bpchar") return words("char ( 256 )");
  if ((first.text === "varchar" || first.text === "nvarchar") && !hasLength) return words("varchar ( 256 )");
  if (first.text === "character" && reader.accept("varying")) {
    return reader.isNext("(") ? [first, makeWord("varying"), ...takeLength(reader)] : words("varchar ( 256 )");
  }
  const type = [first];
  if (first.text === "double") reader.expect("precision");
  if (first.text === "double") type.push(makeWord("precision"));
  if (hasLength) type.push(...takeLength(reader));
  for (const phrase of [
    ["with", "time", "zone"],
    ["without", "time", "zone"],
  ]) {
    if (reader.accept(...phrase)) type.push(...phrase.map(makeWord));
  }
  // "without" is a word that Redshift reserves: hide it from the check of names.
  return type.map((token) => (token.text === "without" ? makeOperator("without") : token));
}

function takeLength(reader: Reader): readonly Token[] {
  return [makeOperator("("), ...reader.parenthesised(), makeOperator(")")];
}

/** IDENTITY(seed, step): values that nobody may give. */
function identity(reader: Reader, kind: "always" | "by default"): readonly Token[] {
  const [seed = [], step = []] = splitTopLevel(reader.parenthesised(), ",");
  const from = toText(seed).replaceAll(" ", "");
  const by = toText(step).replaceAll(" ", "");
  if (!/^-?\d+$/.test(from) || !/^-?\d+$/.test(by) || Number(by) === 0) throw syntaxError(from);
  const bound = Number(by) > 0 ? "minvalue" : "maxvalue";
  return words(`generated ${kind} as identity ( start with ${from} increment by ${by} ${bound} ${from} )`);
}

/** Reads what follows a column's type. What only Redshift has is taken out and kept. */
export function readColumnAttributes(table: readonly Token[], reader: Reader, name: string): ColumnDefinition {
  const sql: Token[] = [];
  let encoding: readonly [string, string] | undefined;
  let distkey: string | undefined;
  let sortkey: string | undefined;
  let reference: string | undefined;
  while (!reader.isAtEnd) {
    if (reader.accept("encode")) encoding = [name, readEncoding(reader)];
    else if (reader.accept("distkey")) distkey = name;
    else if (reader.accept("sortkey")) sortkey = name;
    else if (reader.isNext("identity", "(")) {
      reader.next();
      sql.push(...identity(reader, "always"));
    } else if (reader.accept("generated", "by", "default", "as", "identity"))
      sql.push(...identity(reader, "by default"));
    else if (reader.isNext("references")) reference = readReference(table, name, reader);
    else if (reader.isNext("collate")) throw new NotSupportedLocally("COLLATE");
    else if (reader.isNext("(")) sql.push(makeOperator("("), ...reader.parenthesised(), makeOperator(")"));
    else sql.push(reader.next());
  }
  return {
    sql,
    ...(encoding && { encoding }),
    ...(distkey !== undefined && { distkey }),
    ...(sortkey !== undefined && { sortkey }),
    ...(reference !== undefined && { reference }),
  };
}

export function readEncoding(reader: Reader): string {
  const encoding = nameOf(reader.next());
  if (!ENCODINGS.has(encoding)) throw new RedshiftError(`compression encoding "${encoding}" is not recognized`);
  return encoding;
}

interface TableElement {
  readonly definition: ColumnDefinition;
  readonly like?: readonly Token[];
}

function readElement(table: readonly Token[], tokens: readonly Token[]): TableElement {
  const reader = new Reader(tokens);
  if (reader.accept("like")) {
    const like = reader.name();
    const options = reader.rest();
    const text = toText(options);
    if (!["", "including defaults", "excluding defaults"].includes(text)) throw syntaxError(text);
    return { definition: { sql: [makeWord("like"), ...like, ...options] }, like };
  }
  const reference = readForeignKey(table, tokens);
  if (reference !== undefined) return { definition: { sql: [], reference } };
  const next = reader.peek(1);
  const isConstraint =
    ["primary", "unique", "constraint"].includes(reader.peek()?.text ?? "") && reader.peek()?.kind === "word";
  if (isConstraint && (isWordOrOperator(next, "key") || isWordOrOperator(next, "(") || reader.isNext("constraint"))) {
    return { definition: { sql: tokens } };
  }
  const column = reader.identifier();
  const type = readColumnType(reader);
  const attributes = readColumnAttributes(table, reader, nameOf(column));
  return { definition: { ...attributes, sql: [column, ...type, ...attributes.sql] } };
}

/** Puts what columns say about distribution, order and encoding with what the table says. */
function merge(table: TableAttributes, columns: readonly ColumnDefinition[]): TableAttributes {
  const distkeys = columns.flatMap((column) => column.distkey ?? []);
  const sortkeys = columns.flatMap((column) => column.sortkey ?? []);
  if (distkeys.length + (table.distkey === undefined ? 0 : 1) > 1)
    throw new RedshiftError("cannot specify more than one distkey");
  const encodings = Object.fromEntries(
    columns.flatMap((column) => (column.encoding === undefined ? [] : [column.encoding])),
  );
  return {
    ...table,
    ...(distkeys[0] !== undefined && { distkey: distkeys[0], diststyle: "KEY" }),
    ...(sortkeys.length > 0 && { sortkeys, sortstyle: "COMPOUND" }),
    encodings,
  };
}

function checkKeys(attributes: TableAttributes, columns: readonly string[]): void {
  for (const key of [attributes.distkey ?? [], attributes.sortkeys ?? []].flat()) {
    if (!columns.includes(key)) throw new RedshiftError(`column "${key}" named in key does not exist`);
  }
  if (attributes.diststyle === "KEY" && attributes.distkey === undefined) {
    throw new RedshiftError("DISTSTYLE KEY needs a DISTKEY column");
  }
}

function noteTable(name: readonly Token[], attributes: TableAttributes): string {
  const json = JSON.stringify(attributes).replaceAll("'", "''");
  return `SELECT rs.note_table(${nameLiteral(name)}::regclass, '${json}'::jsonb)`;
}

/** CREATE [TEMP] TABLE, from the word after CREATE: columns, LIKE, or AS query. */
export function createTable(reader: Reader): Draft {
  const isLocal = reader.accept("local");
  let isTemporary = reader.accept("temp") || reader.accept("temporary");
  if (isLocal && !isTemporary) throw reader.unexpected();
  reader.expect("table");
  const ifNotExists = reader.accept("if", "not", "exists");
  const name = rewriteName(reader);
  if (name[0]?.text.startsWith('"#')) isTemporary = true;
  if (isTemporary && name.length > 1) throw new NotSupportedLocally("a temporary table with a schema");
  const head = `CREATE ${isTemporary ? "TEMP " : ""}TABLE ${ifNotExists ? "IF NOT EXISTS " : ""}${toText(name)}`;
  const list = reader.isNext("(") ? splitTopLevel(reader.parenthesised(), ",") : [];
  const tail = new Reader(reader.rest());
  const attributes = readTableAttributes(tail);
  if (tail.accept("as")) return createTableAs(head, name, list, attributes, tail.rest());
  tail.end();
  if (list.length === 0) throw syntaxError(";");
  const elements = list.map((element) => readElement(name, element));
  const merged = merge(
    attributes,
    elements.map((element) => element.definition),
  );
  const written = elements.filter((element) => element.definition.sql.length > 0);
  const columns = written.map((element) => nameOf(element.definition.sql[0] ?? makeWord("")));
  if (!elements.some((element) => element.like)) checkKeys(merged, columns);
  const body = written.map((element) => toText(rewriteExpressions(element.definition.sql))).join(", ");
  const likes = elements.flatMap((element) => (element.like === undefined ? [] : [element.like]));
  return {
    command: "CREATE TABLE",
    node: "CreateStmt",
    sql: `${head} (${body})`,
    after: [
      noteTable(name, merged),
      ...elements.flatMap(({ definition }) => definition.reference ?? []),
      ...likes.map((like) => `SELECT rs.note_like(${nameLiteral(name)}::regclass, ${nameLiteral(like)}::regclass)`),
    ],
  };
}

function createTableAs(
  head: string,
  name: readonly Token[],
  list: readonly (readonly Token[])[],
  attributes: TableAttributes,
  query: readonly Token[],
): Draft {
  const columns = list.length === 0 ? "" : `(${list.map(toText).join(", ")})`;
  return {
    command: "CREATE TABLE AS",
    node: "CreateTableAsStmt",
    sql: `${head} ${columns} AS ${toText(rewriteExpressions(query))}`,
    after: [noteTable(name, attributes)],
  };
}

/** A table's name, where `#name` is one. */
export function rewriteName(reader: Reader): readonly Token[] {
  if (!reader.isNext("#")) return reader.name();
  reader.next();
  return [{ kind: "quoted", text: `"#${nameOf(reader.identifier())}"`, isGlued: false }];
}
