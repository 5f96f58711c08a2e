import { RedshiftError, syntaxError } from "./errors.js";
import { nameOf, stringValue, type Token, toText } from "./tokens.js";

/** Reads a list of tokens from left to right. */
export class Reader {
  readonly tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.#at + ahead];
  }

  /** Whether the next words are these. */
  isNext(...words: readonly string[]): boolean {
    return words.every((word, index) => isWordOrOperator(this.peek(index), word));
  }

  /** Takes the words if they are next. */
  accept(...words: readonly string[]): boolean {
    if (!this.isNext(...words)) return false;
    this.#at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.unexpected();
  }

  next(): Token {
    const token = this.peek();
    if (token === undefined) throw syntaxError("");
    this.#at++;
    return token;
  }

  /** The rest, taken. */
  rest(): readonly Token[] {
    const rest = this.tokens.slice(this.#at);
    this.#at = this.tokens.length;
    return rest;
  }

  string(): string {
    const token = this.next();
    if (token.kind !== "string") throw syntaxError(token.text);
    return stringValue(token);
  }

  identifier(): Token {
    const token = this.next();
    if (token.kind !== "word" && token.kind !== "quoted") throw syntaxError(token.text);
    return token;
  }

  /** A name of one to three parts, and `#name`. */
  name(): readonly Token[] {
    const parts = [this.identifier()];
    while (this.isNext(".")) parts.push(this.next(), this.identifier());
    if (parts.length > 5) throw new RedshiftError("improper qualified name (too many dotted names)");
    return parts;
  }

  /** What stands in the parentheses that are next, which are taken. */
  parenthesised(): readonly Token[] {
    if (!this.isNext("(")) throw this.unexpected();
    const start = this.#at + 1;
    let depth = 0;
    for (; this.#at < this.tokens.length; this.#at++) {
      const text = this.peek()?.kind === "operator" ? this.peek()?.text : "";
      if (text === "(") depth++;
      if (text === ")") depth--;
      if (depth === 0) {
        this.#at++;
        return this.tokens.slice(start, this.#at - 1);
      }
    }
    throw syntaxError("");
  }

  end(): void {
    if (!this.isAtEnd) throw this.unexpected();
  }

  unexpected(): RedshiftError {
    return syntaxError(this.peek()?.text ?? "");
  }
}

export function isWordOrOperator(token: Token | undefined, text: string): boolean {
  return token !== undefined && (token.kind === "word" || token.kind === "operator") && token.text === text;
}

/** Splits at a separator that stands outside of parentheses. */
export function splitTopLevel(tokens: readonly Token[], separator: string): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isWordOrOperator(token, "(")) depth++;
    if (isWordOrOperator(token, ")")) depth--;
    if (depth === 0 && isWordOrOperator(token, separator)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Index of a sequence of words outside of parentheses, or -1. */
export function findTopLevel(tokens: readonly Token[], words: readonly string[], from = 0): number {
  let depth = 0;
  for (let at = 0; at < tokens.length; at++) {
    if (isWordOrOperator(tokens[at], "(")) depth++;
    if (isWordOrOperator(tokens[at], ")")) depth--;
    if (depth === 0 && at >= from && words.every((word, index) => isWordOrOperator(tokens[at + index], word)))
      return at;
  }
  return -1;
}

/** `'"schema"."table"'`: a name as a literal that `::regclass` reads. */
export function nameLiteral(name: readonly Token[]): string {
  return `'${toText(name).replaceAll(" ", "").replaceAll("'", "''")}'`;
}

/** A name as one text: `schema.table`, quoted where it must be. */
export function plainName(name: readonly Token[]): string {
  return name.map((token) => (token.kind === "operator" ? token.text : nameOf(token))).join("");
}
