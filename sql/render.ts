import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ownSchema } from "../contract/own-schema.js";

/**
 * The only reader of the .sql files. A file holds one statement of Redshift's dialect behind a header comment, with
 * `{{placeholders}}` and no logic. What is put in is typed and quoted here (B5.4); text as it stands comes only from
 * this module or from the program's own source, never from a value. Where a file says `sluice.` or `'sluice'`, it means the
 * project's own schema (`warehouse.schema`).
 */

declare const rendered: unique symbol;

/** A piece of SQL that is safe to put into a statement. Only this module makes them. */
export interface Fragment {
  readonly sql: string;
  readonly [rendered]: true;
}

/** A table by name; schema null for a temporary table, which has none (C8.13). */
export interface TableName {
  readonly schema: string | null;
  readonly name: string;
}

/** The arguments do not fit the statement: a fault of this program, never of a user's data. */
export class StatementInvalid extends Error {
  override readonly name = "StatementInvalid";
}

const maximumIdentifierBytes = 127;

// Wraps a text that is known to be safe: the only place where a Fragment comes into being.
const fragment = (sql: string) => ({ sql }) as Fragment;

/** Control characters have no place in a name or a literal; tab, line feed and carriage return only in a literal. */
function refuseControlCharacters(text: string, what: string, allowed: ReadonlySet<number>): void {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff);
    if (isControl && !allowed.has(code)) {
      throw new StatementInvalid(`${what} holds the control character U+${code.toString(16).padStart(4, "0")}`);
    }
  }
}

const none: ReadonlySet<number> = new Set();
const whiteSpace: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d]);

/** A column, table, schema or user by name, quoted. At most 127 bytes (C10.10). @throws StatementInvalid */
export function identifier(name: string): Fragment {
  const bytes = Buffer.byteLength(name, "utf8");
  if (bytes === 0 || bytes > maximumIdentifierBytes) {
    throw new StatementInvalid(`the name '${name}' has ${bytes} bytes; Redshift takes 1 to ${maximumIdentifierBytes}`);
  }
  refuseControlCharacters(name, `the name '${name}'`, none);
  return fragment(`"${name.replaceAll('"', '""')}"`);
}

/** `"schema"."table"`, or `"table"` for a temporary one. */
export const table = ({ schema, name }: TableName): Fragment =>
  schema === null ? identifier(name) : fragment(`${identifier(schema).sql}.${identifier(name).sql}`);

/** `alias."column"`; the alias is the program's own. */
export const columnOf = (alias: Fragment, name: string): Fragment => fragment(`${alias.sql}.${identifier(name).sql}`);

/** A value. Numbers must be exact integers; a backslash needs no care (standard_conforming_strings). @throws StatementInvalid */
export function literal(value: string | number | boolean | null): Fragment {
  if (value === null) return fragment("NULL");
  if (typeof value === "boolean") return fragment(value ? "TRUE" : "FALSE");
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new StatementInvalid(`${value} is no exact integer`);
    return fragment(String(value));
  }
  refuseControlCharacters(value, "a literal", whiteSpace);
  // Redshift reads a backslash in a literal as an escape; doubled it is itself.
  return fragment(`'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`);
}

/** Fragments side by side, by default with commas. @throws StatementInvalid when there is none. */
export function list(
  parts: readonly Fragment[],
  separator: ", " | " " | ",\n  " | " AND " | " OR " | "\nUNION ALL\n" = ", ",
) {
  if (parts.length === 0) throw new StatementInvalid("an empty list");
  return fragment(parts.map(({ sql }) => sql).join(separator));
}

/** `"a", "b"`, or `alias."a", alias."b"`. */
export const columns = (names: readonly string[], alias?: Fragment): Fragment =>
  list(names.map((name) => (alias === undefined ? identifier(name) : columnOf(alias, name))));

/** Nothing, where a clause may be absent. */
export const nothing = fragment("");

/**
 * A piece of SQL written in the source: expression`${a} = ${b}`. The text is the program's own, what is put in are
 * fragments.
 */
export const expression = (text: TemplateStringsArray, ...parts: readonly Fragment[]): Fragment =>
  fragment(text.reduce((sql, piece, index) => `${sql}${parts[index - 1]?.sql ?? ""}${piece}`));

/**
 * A whole statement that a person wrote, as it stands: the definition of an aggregate or of a view that is made again.
 * It is only ever a statement of its own. @throws StatementInvalid on control characters.
 */
export function statementOf(text: string): Fragment {
  refuseControlCharacters(text, "a statement", whiteSpace);
  return fragment(text.trim().replace(/[;\s]+$/, ""));
}

/**
 * A piece of an expression that a person wrote in a contract, as it stands; what it may hold is checked with the contract.
 * @throws StatementInvalid on control characters.
 */
export function userSql(text: string): Fragment {
  refuseControlCharacters(text, "an expression", whiteSpace);
  return fragment(text);
}

let files: Map<string, string> | undefined;

/** Where this module is bundled into a function, all statements lie beside it in one file. */
function bundledStatements(): Map<string, string> {
  const path = fileURLToPath(new URL("./statements.json", import.meta.url));
  if (!existsSync(path)) return new Map();
  const texts: Record<string, string> = JSON.parse(readFileSync(path, "utf8"));
  return new Map(Object.entries(texts));
}

/** In the source tree this module lies in sql/ itself; in a package the folder sql/ lies beside what it is bundled into. */
function readStatement(name: string): string {
  files ??= bundledStatements();
  const known = files.get(name);
  if (known !== undefined) return known;
  for (const place of [`./${name}.sql`, `./sql/${name}.sql`]) {
    const path = fileURLToPath(new URL(place, import.meta.url));
    if (!existsSync(path)) continue;
    const text = readFileSync(path, "utf8");
    files.set(name, text);
    return text;
  }
  throw new StatementInvalid(`there is no statement ${name}.sql`);
}

/** The statement of a file without its header: the comment lines at its top. */
const withoutHeader = (text: string) => text.replace(/^(?:--[^\n]*\n|\s*\n)+/, "").trimEnd();

/** In a file's text alone: what is put in has its names already. */
const ownNames = /\bsluice(?=\.)|(?<=')sluice(?=')/g;

const placeholder = /\{\{([a-z_]+)\}\}/g;
const clauseLine = /^[ \t]*\{\{([a-z_]+)\}\}[ \t]*(?:\n|$)/gm;

/**
 * Renders `sql/<name>.sql`.
 * @param values one for each placeholder of the file, none more.
 * @throws StatementInvalid when a value is missing or unused.
 */
export function render(name: string, values: Readonly<Record<string, Fragment>> = {}): Fragment {
  const unused = new Set(Object.keys(values));
  const take = (key: string): string => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) throw new StatementInvalid(`${name}.sql asks for {{${key}}}, which is not given`);
    unused.delete(key);
    return value.sql;
  };
  const sql = withoutHeader(readStatement(name))
    .replaceAll(ownNames, ownSchema())
    // A clause that is absent takes its line with it.
    .replaceAll(clauseLine, (line, key: string) => (take(key) === "" ? "" : line))
    .replaceAll(placeholder, (_, key: string) => take(key));
  const [extra] = unused;
  if (extra !== undefined) throw new StatementInvalid(`${name}.sql has no place for '${extra}'`);
  return fragment(sql.trimEnd());
}
