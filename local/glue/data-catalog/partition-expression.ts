import { AwsError } from "../../call/call.js";
import type { Column } from "./structures.js";

type Holds = (values: readonly string[]) => boolean;

const TOKEN = /\s*(?:(<>|!=|<=|>=|[=<>(),])|'((?:[^']|'')*)'|([A-Za-z_][\w$]*)|(-?\d+(?:\.\d+)?))/y;
type Token = { readonly kind: "sign" | "text" | "name" | "number"; readonly value: string };

/** The `Expression` of GetPartitions (E3.2, E4.12): comparisons of partition keys with literals, IN, BETWEEN, LIKE, AND,
 * OR, NOT and brackets. Keys of whole-number types compare as numbers, all others as text.
 * @throws AwsError InvalidInputException */
export function parsePartitionExpression(text: string, keys: readonly Column[]): Holds {
  if (text.trim() === "") return () => true;
  const parser = new Parser(tokensOf(text), keys, text);
  const holds = parser.or();
  parser.expectEnd();
  return holds;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw refused(text, `not understood from "${text.slice(at, at + 20)}"`);
    const [, sign, literal, name, number] = match;
    if (sign !== undefined) tokens.push({ kind: "sign", value: sign });
    else if (literal !== undefined) tokens.push({ kind: "text", value: literal.replaceAll("''", "'") });
    else if (name !== undefined) tokens.push({ kind: "name", value: name });
    else tokens.push({ kind: "number", value: number ?? "" });
  }
  return tokens;
}

function refused(text: string, why: string): AwsError {
  return new AwsError("InvalidInputException", `Unsupported expression '${text}': ${why}`);
}

const WHOLE_NUMBERS: ReadonlySet<string> = new Set(["tinyint", "smallint", "int", "integer", "bigint"]);

class Parser {
  readonly #tokens: readonly Token[];
  readonly #keys: readonly Column[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: readonly Token[], keys: readonly Column[], text: string) {
    this.#tokens = tokens;
    this.#keys = keys;
    this.#text = text;
  }

  or(): Holds {
    let left = this.#and();
    while (this.#takes("or")) {
      const [before, right] = [left, this.#and()];
      left = (values) => before(values) || right(values);
    }
    return left;
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected();
  }

  #and(): Holds {
    let left = this.#term();
    while (this.#takes("and")) {
      const [before, right] = [left, this.#term()];
      left = (values) => before(values) && right(values);
    }
    return left;
  }

  #term(): Holds {
    if (this.#takes("not")) {
      const inner = this.#term();
      return (values) => !inner(values);
    }
    if (this.#takes("(")) {
      const inner = this.or();
      this.#expect(")");
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Holds {
    const token = this.#next();
    const index = this.#keys.findIndex((key) => key.Name.toLowerCase() === token.value.toLowerCase());
    const key = this.#keys[index];
    if (token.kind !== "name" || key === undefined) throw refused(this.#text, `${token.value} is not a partition key`);
    const isNumber = WHOLE_NUMBERS.has(key.Type ?? "string");
    const compare = (value: string, literal: string) =>
      isNumber ? Number(value) - Number(literal) : value < literal ? -1 : value > literal ? 1 : 0;
    const test = this.#test(compare);
    return (values) => test(values[index] ?? "");
  }

  #test(compare: (value: string, literal: string) => number): (value: string) => boolean {
    if (this.#takes("not")) {
      const inner = this.#test(compare);
      return (value) => !inner(value);
    }
    if (this.#takes("in")) {
      const literals = this.#list();
      return (value) => literals.some((literal) => compare(value, literal) === 0);
    }
    if (this.#takes("between")) {
      const low = this.#literal();
      this.#expect("and");
      const high = this.#literal();
      return (value) => compare(value, low) >= 0 && compare(value, high) <= 0;
    }
    if (this.#takes("like")) {
      const pattern = this.#literal().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const wanted = new RegExp(`^${pattern.replaceAll("%", ".*").replaceAll("_", ".")}$`, "s");
      return (value) => wanted.test(value);
    }
    const sign = this.#next().value;
    const literal = this.#literal();
    const outcome = COMPARISONS[sign];
    if (outcome === undefined) throw refused(this.#text, `${sign} is not a comparison`);
    return (value) => outcome(compare(value, literal));
  }

  #list(): readonly string[] {
    this.#expect("(");
    const literals = [this.#literal()];
    while (this.#takes(",")) literals.push(this.#literal());
    this.#expect(")");
    return literals;
  }

  #literal(): string {
    const token = this.#next();
    if (token.kind !== "text" && token.kind !== "number") throw refused(this.#text, `${token.value} is not a literal`);
    return token.value;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw refused(this.#text, "it ends too early");
    this.#at += 1;
    return token;
  }

  #takes(word: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token !== undefined && token.kind !== "text" && token.value.toLowerCase() === word;
    if (isIt) this.#at += 1;
    return isIt;
  }

  #expect(word: string): void {
    if (!this.#takes(word)) throw this.#unexpected(word);
  }

  #unexpected(expected?: string): AwsError {
    const found = this.#tokens[this.#at]?.value ?? "the end";
    return refused(this.#text, `${found} found${expected === undefined ? "" : ` where ${expected} was expected`}`);
  }
}

const COMPARISONS: Readonly<Record<string, (outcome: number) => boolean>> = {
  "=": (outcome) => outcome === 0,
  "<>": (outcome) => outcome !== 0,
  "!=": (outcome) => outcome !== 0,
  "<": (outcome) => outcome < 0,
  ">": (outcome) => outcome > 0,
  "<=": (outcome) => outcome <= 0,
  ">=": (outcome) => outcome >= 0,
};
