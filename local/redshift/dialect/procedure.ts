import { readColumnType } from "./create-table.js";
import { NotSupportedLocally, RedshiftError, syntaxError } from "./errors.js";
import { isWordOrOperator, Reader, splitTopLevel } from "./reader.js";
import { stringValue, type Token, tokenize, toText } from "./tokens.js";
import type { Draft } from "./translation.js";

const MODES: ReadonlySet<string> = new Set(["in", "out", "inout"]);

function readArgument(tokens: readonly Token[]): string {
  const reader = new Reader(tokens);
  const isMode = (): boolean => reader.peek()?.kind === "word" && MODES.has(reader.peek()?.text ?? "");
  let mode = isMode() ? reader.next().text : "";
  const name = reader.identifier();
  if (mode === "" && isMode()) mode = reader.next().text;
  if (mode === "out") throw new NotSupportedLocally("OUT arguments of a procedure (INOUT is)");
  const type = toText(readColumnType(reader));
  if (type === "refcursor") throw new NotSupportedLocally("cursors");
  reader.end();
  return `${mode} ${toText([name])} ${type}`.trim();
}

interface Options {
  body?: string;
  isDefiner: boolean;
}

function readOptions(reader: Reader): Options {
  const options: Options = { isDefiner: false };
  while (!reader.isAtEnd) {
    if (reader.accept("as")) options.body = bodyText(reader.next());
    else if (reader.accept("language")) {
      if (nameOfLanguage(reader.next()) !== "plpgsql")
        throw new NotSupportedLocally("procedures in another language than plpgsql");
    } else if (reader.accept("security", "definer")) options.isDefiner = true;
    else if (reader.accept("security", "invoker")) options.isDefiner = false;
    else if (reader.isNext("nonatomic")) throw new NotSupportedLocally("NONATOMIC procedures");
    else if (reader.isNext("set")) throw new NotSupportedLocally("SET of a procedure");
    else throw reader.unexpected();
  }
  return options;
}

function nameOfLanguage(token: Token): string {
  return token.kind === "string" ? stringValue(token) : token.text;
}

function bodyText(token: Token): string {
  if (token.kind === "string") return stringValue(token);
  if (token.kind !== "dollar") throw syntaxError(token.text);
  const tag = /^\$[A-Za-z_]*\$/.exec(token.text)?.[0] ?? "$$";
  return token.text.slice(tag.length, -tag.length);
}

/** CREATE [OR REPLACE] PROCEDURE, from the name on. The body follows: `translateBody`. */
export function createProcedure(reader: Reader, orReplace: boolean): Draft {
  const name = reader.name();
  const list = reader.parenthesised();
  const args = list.length === 0 ? [] : splitTopLevel(list, ",").map(readArgument);
  const options = readOptions(reader);
  if (options.body === undefined) throw new RedshiftError("no procedure body specified");
  if (args.some((arg) => isWordOrOperator(tokenize(arg)[0], "$"))) throw new NotSupportedLocally("unnamed arguments");
  const security = options.isDefiner ? "SECURITY DEFINER" : "";
  return {
    command: "CREATE PROCEDURE",
    node: "CreateFunctionStmt",
    sql: `CREATE ${orReplace ? "OR REPLACE " : ""}PROCEDURE ${toText(name)} (${args.join(", ")}) LANGUAGE plpgsql ${security} AS `,
    procedureBody: tokenize(options.body),
  };
}
