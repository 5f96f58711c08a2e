import { NotSupportedLocally, RedshiftError } from "./errors.js";

export type TokenKind = "word" | "quoted" | "string" | "dollar" | "number" | "operator";

/** A token of Redshift SQL. `text` is what PostgreSQL shall read: identifiers are folded, escapes made plain. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Whether nothing stands between it and the token before. */
  readonly isGlued: boolean;
}

const OPERATORS = [
  "..",
  "!~~*",
  "!~*",
  "!~~",
  "~~*",
  "::",
  ":=",
  "||",
  "<=",
  ">=",
  "<>",
  "!=",
  "!~",
  "~*",
  "~~",
  "<<",
  ">>",
  "->",
];
const MAX_IDENTIFIER_BYTES = 127;

/** Blanks and comments to the end of a line. */
const SPACE = /(?:\s+|--[^\n]*)+/y;
const PATTERNS: ReadonlyArray<readonly [TokenKind, RegExp]> = [
  ["number", /(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["word", /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y],
];

interface Position {
  at: number;
}

function match(pattern: RegExp, sql: string, from: number): string | undefined {
  pattern.lastIndex = from;
  return pattern.exec(sql)?.[0];
}

/** End of a block comment, which may hold others. */
function endOfComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at++) {
    const two = sql.slice(at, at + 2);
    if (two === "/*") {
      depth++;
      at++;
    } else if (two === "*/") {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw new RedshiftError("unterminated /* comment");
}

/** A literal: '' is a quote, and a backslash escapes, as in the PostgreSQL that Redshift comes from. */
function readString(sql: string, position: Position): string {
  let at = position.at + 1;
  let hasEscape = false;
  for (; ; at++) {
    if (at >= sql.length)
      throw new RedshiftError(`unterminated quoted string at or near "${sql.slice(position.at, position.at + 20)}"`);
    if (sql[at] === "\\") {
      hasEscape = true;
      at++;
    } else if (sql[at] === "'") {
      if (sql[at + 1] !== "'") break;
      at++;
    }
  }
  const text = sql.slice(position.at, at + 1);
  position.at = at + 1;
  return hasEscape ? `E${text}` : text;
}

/** Names of IAM users keep their case; every other name is folded, even in quotes (C10.10). */
function readQuoted(sql: string, position: Position): string {
  const found = match(/"(?:[^"]|"")*"/y, sql, position.at);
  if (found === undefined) throw new RedshiftError("unterminated quoted identifier");
  if (found === '""') throw new RedshiftError('zero-length delimited identifier at or near """"');
  position.at += found.length;
  checkLength(found.slice(1, -1));
  return /^"IAMR?:/.test(found) ? found : found.toLowerCase();
}

function checkLength(name: string): void {
  if (Buffer.byteLength(name) > MAX_IDENTIFIER_BYTES) throw new NotSupportedLocally("a name of more than 127 bytes");
  if (Buffer.byteLength(name) > 63) throw new NotSupportedLocally(`a name of more than 63 bytes: ${name}`);
}

function readDollar(sql: string, position: Position): string {
  const tag = match(/\$[A-Za-z_]*\$/y, sql, position.at);
  if (tag === undefined) throw new RedshiftError('syntax error at or near "$"');
  const end = sql.indexOf(tag, position.at + tag.length);
  if (end < 0) throw new RedshiftError("unterminated dollar-quoted string");
  const text = sql.slice(position.at, end + tag.length);
  position.at = end + tag.length;
  return text;
}

function readOne(sql: string, position: Position): { readonly kind: TokenKind; readonly text: string } {
  const first = sql[position.at] ?? "";
  if (first === "'") return { kind: "string", text: readString(sql, position) };
  if (first === '"') return { kind: "quoted", text: readQuoted(sql, position) };
  if (first === "$") {
    const parameter = match(/\$\d+/y, sql, position.at);
    if (parameter === undefined) return { kind: "dollar", text: readDollar(sql, position) };
    position.at += parameter.length;
    return { kind: "number", text: parameter };
  }
  for (const [kind, pattern] of PATTERNS) {
    const found = match(pattern, sql, position.at);
    if (found === undefined) continue;
    position.at += found.length;
    if (kind !== "word") return { kind, text: found };
    if (sql[position.at] === "'" && /^(e|b|x|n|u&)$/i.test(found))
      throw new NotSupportedLocally(`${found}'…' literals`);
    checkLength(found);
    return { kind, text: found.toLowerCase() };
  }
  const operator = OPERATORS.find((text) => sql.startsWith(text, position.at)) ?? first;
  position.at += operator.length;
  return { kind: "operator", text: operator };
}

/** Cuts Redshift SQL into tokens, without comments and blanks. Words are in lower case.
 * @throws RedshiftError for text that never ends, NotSupportedLocally for forms of literals that are not simulated. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const position: Position = { at: 0 };
  let isGlued = false;
  while (position.at < sql.length) {
    if (sql.startsWith("/*", position.at)) {
      position.at = endOfComment(sql, position.at);
      isGlued = false;
      continue;
    }
    const space = match(SPACE, sql, position.at);
    if (space !== undefined) {
      position.at += space.length;
      isGlued = false;
      continue;
    }
    tokens.push({ ...readOne(sql, position), isGlued });
    isGlued = true;
  }
  return tokens;
}

export function makeWord(text: string): Token {
  return { kind: "word", text, isGlued: false };
}

export function makeOperator(text: string): Token {
  return { kind: "operator", text, isGlued: false };
}

export function makeString(value: string): Token {
  return { kind: "string", text: `'${value.replaceAll("'", "''")}'`, isGlued: false };
}

/** Text that PostgreSQL reads as these tokens. */
export function toText(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join(" ");
}

/** What a literal means. */
export function stringValue(token: Token): string {
  if (token.text.startsWith("E'")) {
    return token.text
      .slice(2, -1)
      .replaceAll("''", "'")
      .replace(
        /\\(.)/gs,
        (_, escaped: string) => ({ n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" })[escaped] ?? escaped,
      );
  }
  return token.text.slice(1, -1).replaceAll("''", "'");
}

/** The name that an identifier stands for. */
export function nameOf(token: Token): string {
  return token.kind === "quoted" ? token.text.slice(1, -1).replaceAll('""', '"') : token.text;
}
