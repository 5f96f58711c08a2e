import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import type { DatasetFile } from "../schema.js";
import { tokensOf } from "./expressions.js";

/**
 * SQL of checks and expressions that Spark takes and that rarely means what its author wants: warnings, each with the text to write
 * instead. docs/surprises.md has the cases.
 */
export function sqlTrapFindings(file: DatasetFile, located: Located): Finding[] {
  const types = new Map(file.columns.map(({ name, type }) => [name, type.name]));
  const places: readonly (readonly [string, Path])[] = [
    ...Object.entries(file.checks).map(([name, sql]) => [sql, ["checks", name]] as const),
    ...file.columns.flatMap(({ expression }, index) =>
      expression === undefined ? [] : [[expression, ["columns", index, "expression"]] as const],
    ),
  ];
  return places.flatMap(([sql, path]) =>
    trapsOf(sql, types).map((trap) => findingAt(located, path, { ...trap, severity: "warning" })),
  );
}

interface Trap {
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

type Types = ReadonlyMap<string, string>;

function trapsOf(sql: string, types: Types): Trap[] {
  const tokens = tokensOf(sql);
  const traps = tokens.flatMap((text, at) => [
    ...patternTraps(tokens, at),
    ...comparisonTraps(tokens, at, types),
    ...callTraps(tokens, at, text.toLowerCase(), types),
  ]);
  // The same trap twice in one text is said once.
  return [...new Map(traps.map((trap) => [trap.found, trap])).values()];
}

const isText = (token: string | undefined) => token !== undefined && /^['"]/.test(token);
const isRaw = (token: string) => /^[rR]['"]/.test(token);
const insideOf = (token: string) => token.replace(/^[rR]?["']/, "").slice(0, -1);

const operators = new Set(["like", "ilike", "rlike", "regexp"]);
const functions = new Set([
  "regexp_like",
  "regexp_replace",
  "regexp_extract",
  "regexp_extract_all",
  "regexp_substr",
  "regexp_count",
  "regexp_instr",
]);

/** The pattern that stands at this place: behind an operator, or the second argument of a function. */
function patternTraps(tokens: readonly string[], at: number): Trap[] {
  const text = tokens[at] ?? "";
  if (!isText(text) && !isRaw(text)) return [];
  const before = tokens[at - 1]?.toLowerCase() ?? "";
  const caller = callerOf(tokens, at);
  const isPattern = operators.has(before) || (functions.has(caller.name) && caller.argument === 1);
  if (!isPattern) return [];
  const lost = isText(text) ? /\\([A-Za-z.$^*+?()[\]{}|])/.exec(insideOf(text)) : null;
  const posix = /\[\[:\w+:\]/.exec(text);
  return [
    ...(lost === null
      ? []
      : [
          {
            found: `${text}: the backslash before '${lost[1]}' is removed before the pattern is read`,
            expected: "a raw text",
            remedy: `Write r${text}.`,
          },
        ]),
    ...(posix === null || before === "like" || before === "ilike"
      ? []
      : [
          {
            found: `${text}: in Java's patterns, ${posix[0]} is a set of letters, not a character class`,
            expected: "a character class of Java's patterns",
            remedy: `Write ${posixInstead(posix[0])} in a raw text, r'…'.`,
          },
        ]),
  ];
}

function posixInstead(text: string): string {
  const name = /:(\w+):/.exec(text)?.[1] ?? "";
  return `[\\p{${name.charAt(0).toUpperCase()}${name.slice(1)}}]`;
}

/** The function whose arguments stand around this place, and which of them it is, from 0. */
function callerOf(tokens: readonly string[], at: number): { readonly name: string; readonly argument: number } {
  let depth = 0;
  let argument = 0;
  for (let i = at - 1; i > 0; i--) {
    if (tokens[i] === ")") depth += 1;
    else if (tokens[i] === "(" && depth > 0) depth -= 1;
    else if (tokens[i] === "(") return { name: tokens[i - 1]?.toLowerCase() ?? "", argument };
    else if (tokens[i] === "," && depth === 0) argument += 1;
  }
  return { name: "", argument: 0 };
}

const comparisons = new Set(["=", "<", ">", "!"]);
const isNumber = (text: string | undefined) => text !== undefined && /^\d[\d.]*$/.test(text);

/** A column beside a number: `code = 5`, `share <= 0.1`, `code in (1, 2)`. */
function comparisonTraps(tokens: readonly string[], at: number, types: Types): Trap[] {
  const name = tokens[at]?.replaceAll("`", "") ?? "";
  const type = types.get(name);
  if (type === undefined || [".", "("].includes(tokens[at + 1] ?? "") || tokens[at - 1] === ".") return [];
  const number = comparedNumber(tokens, at);
  if (number === undefined) return [];
  if (/^(?:var)?char/.test(type)) {
    return [
      {
        found: `${name}, a ${type}, is compared with the number ${number}, so that '0${number}' is equal to it and a text that is not a number fails the check`,
        expected: "a text",
        remedy: `Write '${number}' in quotes.`,
      },
    ];
  }
  if (type === "real" && /\.\d/.test(number)) {
    return [
      {
        found: `${name}, a real, is compared with ${number}, which is a double: real ${number} is another number`,
        expected: "a number of the same type",
        remedy: `Write ${number}f, or declare the column as double precision or decimal.`,
      },
    ];
  }
  return [];
}

/** The number that a column at this place is compared with: behind `=`, `<`, `in (` or `between`, or before it. */
function comparedNumber(tokens: readonly string[], at: number): string | undefined {
  let next = at + 1;
  while (comparisons.has(tokens[next] ?? "")) next += 1;
  if (next > at + 1 && isNumber(tokens[next])) return tokens[next];
  const word = tokens[at + 1]?.toLowerCase();
  const list = word === "not" ? at + 2 : at + 1;
  if (tokens[list]?.toLowerCase() === "in" && isNumber(tokens[list + 2])) return tokens[list + 2];
  if (tokens[list]?.toLowerCase() === "between" && isNumber(tokens[list + 1])) return tokens[list + 1];
  let before = at - 1;
  while (comparisons.has(tokens[before] ?? "")) before -= 1;
  return before < at - 1 && isNumber(tokens[before]) ? tokens[before] : undefined;
}

function callTraps(tokens: readonly string[], at: number, word: string, types: Types): Trap[] {
  const isCall = tokens[at + 1] === "(";
  if (word === "split" && isCall) return splitTraps(tokens, at);
  if (word === "extract" && isCall && tokens[at + 2]?.toLowerCase() === "dow") {
    return [
      {
        found: "extract(dow …), in which Sunday is 1 here and 0 in the warehouse",
        expected: "a number with the same meaning in both",
        remedy: "Write weekday(…), which counts from 0 for Monday, or dayofweek(…) - 1.",
      },
    ];
  }
  return word === "cast" && isCall ? castTraps(tokens, at, types) : [];
}

function splitTraps(tokens: readonly string[], at: number): Trap[] {
  const text = tokens.slice(at).find((token, index) => index > 1 && isText(token) && tokens[at + index - 1] === ",");
  if (text === undefined || !/^["'][|.*+?^$()[{\\]["']$/.test(text)) return [];
  return [
    {
      found: `split(…, ${text}): the separator is a pattern, in which ${insideOf(text)} does not mean itself`,
      expected: "a pattern for the character",
      remedy: `Write r'\\${insideOf(text)}', or split_part.`,
    },
  ];
}

/** `cast(x as timestamp)` of a text: one that is a time alone takes today's date. */
function castTraps(tokens: readonly string[], at: number, types: Types): Trap[] {
  const end = tokens.findIndex((token, index) => index > at && token.toLowerCase() === "as");
  if (end < 0 || !/^timestamp/i.test(tokens[end + 1] ?? "")) return [];
  const operand = tokens.slice(at + 2, end);
  const [only = ""] = operand;
  const isBareTime = operand.length === 1 && isText(only) && /^["']\d{1,2}:\d{2}/.test(only);
  const isTextColumn = operand.length === 1 && /^(?:var)?char/.test(types.get(only.replaceAll("`", "")) ?? "");
  if (!isBareTime && !isTextColumn) return [];
  return [
    {
      found: `cast(${only} as timestamp): a text with only a time gets the day on which the load runs`,
      expected: "an expression that always gives the same result",
      remedy: "Give the column type timestamp with parse:, or use to_timestamp with a pattern.",
    },
  ];
}
