/** JSON with the literals of its numbers: `1.10` and 20-digit numbers stay as they stand. */

export type Json = string | boolean | null | JsonNumber | readonly Json[] | { readonly [name: string]: Json };

/** A number, by its literal. */
export class JsonNumber {
  readonly literal: string;

  constructor(literal: string) {
    this.literal = literal;
  }
}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const mark = "\u0000";

/** @throws SyntaxError when the text is no JSON. */
export function parseJson(text: string): Json {
  // Node 20 has no access to literals in a reviver; a marked text stands for each number while it parses.
  const marked = text.replaceAll(token, (part) => (part.startsWith('"') ? part : `"\\u0000${part}"`));
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? new JsonNumber(value.slice(1)) : value,
  );
}

/** The text of a value, numbers as they stood. */
export function jsonText(value: Json): string {
  if (value instanceof JsonNumber) return value.literal;
  if (isList(value)) return `[${value.map(jsonText).join(",")}]`;
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value);
}

export type JsonObject = { readonly [name: string]: Json };
export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);

/** A step of a path as the contract writes it: `name`, or `['any text']`. */
export function joinPath(steps: readonly (string | number)[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_][\w -]*$/.test(step)) return `['${step.replaceAll(/['\\]/g, "\\$&")}']`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
