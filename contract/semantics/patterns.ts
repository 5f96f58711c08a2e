/** The patterns of `parse:`: Java's DateTimeFormatter, as far as the job reads it, and nothing that it would have to guess. */

const named = ["iso8601", "epoch_seconds", "epoch_millis", "epoch_micros"] as const;
export const namedPatterns: readonly string[] = named;

/** How often each letter may stand in a row. */
const counts: Readonly<Record<string, readonly number[]>> = {
  y: [1, 2, 4],
  u: [1, 2, 4],
  M: [1, 2, 3, 4],
  L: [1, 2, 3, 4],
  d: [1, 2],
  D: [1, 3],
  E: [1, 2, 3, 4],
  a: [1],
  H: [1, 2],
  k: [1, 2],
  h: [1, 2],
  K: [1, 2],
  m: [1, 2],
  s: [1, 2],
  S: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  n: [1, 9],
  X: [1, 2, 3],
  x: [1, 2, 3],
  Z: [1, 2, 3, 5],
  O: [1, 4],
  V: [2],
  z: [1, 2, 3],
};

/** What people write for a field, by the letters or counts of other tools. */
const meant: Readonly<Record<string, string>> = {
  YYYY: "yyyy",
  YY: "yy",
  yyy: "yyyy",
  uuu: "uuuu",
  DD: "dd",
  ddd: "EEE",
  dddd: "EEEE",
  MMMMM: "MMM",
  LLLLL: "LLL",
  EEEEE: "EEE",
  HHH: "HH",
  hhh: "hh",
  kkk: "kk",
  KKK: "KK",
  mmm: "mm",
  sss: "ss",
  aa: "a",
  A: "a",
  tt: "a",
  fff: "SSS",
  ffffff: "SSSSSS",
  XXXX: "XX",
  XXXXX: "XXX",
  xxxx: "xx",
  xxxxx: "xxx",
  ZZZZ: "OOOO",
  zzzz: "z",
};

interface Field {
  readonly kind: "field" | "text" | "bracket";
  readonly text: string;
}

export interface PatternProblem {
  readonly problem: string;
  /** The pattern that was meant, where there is one. */
  readonly instead?: string;
}

/** What is wrong with a pattern, in a person's words; undefined when the job can read it, and reads what it says. */
export function patternProblem(pattern: string): PatternProblem | undefined {
  if (namedPatterns.includes(pattern)) return undefined;
  const found = problemOf(pattern);
  if (found?.instead === undefined || problemOf(found.instead) === undefined) return found;
  const again = problemOf(found.instead)?.instead;
  return again !== undefined && problemOf(again) === undefined
    ? { problem: found.problem, instead: again }
    : { problem: found.problem };
}

function problemOf(pattern: string): PatternProblem | undefined {
  const fields = fieldsOf(pattern);
  if (fields === undefined) return { problem: "a quote that is not closed" };
  return (
    bracketProblem(fields) ?? letterProblem(fields) ?? dayProblem(fields) ?? hourProblem(fields) ?? touchProblem(fields)
  );
}

/** The pattern in parts: runs of one letter, brackets, and texts with their quotes. */
function fieldsOf(pattern: string): Field[] | undefined {
  const parts: string[] = pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[[\]]|[^A-Za-z[\]']+|'/g) ?? [];
  if (parts.includes("'")) return undefined;
  return parts.map((text) => ({
    kind: /^[A-Za-z]/.test(text) ? "field" : text === "[" || text === "]" ? "bracket" : "text",
    text,
  }));
}

const written = (fields: readonly Field[]) => fields.map(({ text }) => text).join("");

function bracketProblem(fields: readonly Field[]): PatternProblem | undefined {
  const reserved = fields.flatMap(({ kind, text }) =>
    kind === "text" && !text.startsWith("'") ? (/[{}#]/.exec(text) ?? []) : [],
  )[0];
  if (reserved !== undefined) return { problem: `'${reserved}', which is reserved` };
  let depth = 0;
  for (const { kind, text } of fields) {
    if (kind === "bracket") depth += text === "[" ? 1 : -1;
    if (depth < 0) break;
  }
  return depth === 0 ? undefined : { problem: "brackets that do not match" };
}

function letterProblem(fields: readonly Field[]): PatternProblem | undefined {
  const wrong = fields.find(({ kind, text }) => kind === "field" && !counts[text.charAt(0)]?.includes(text.length));
  if (wrong !== undefined) {
    const known = counts[wrong.text.charAt(0)];
    const problem =
      known === undefined
        ? `'${wrong.text}', which is not a field`
        : `'${wrong.text}': the field ${wrong.text.charAt(0)} must be written ${listed(known)}`;
    const other = meant[wrong.text];
    return other === undefined ? { problem } : { problem, instead: replaced(fields, wrong, other) };
  }
  return has(fields, "yu") ? undefined : { problem: "no year (yyyy)" };
}

const listed = (known: readonly number[]) =>
  known.length === 1
    ? "once or a different number of times"
    : `${known.slice(0, -1).join(", ")} or ${known.at(-1)} times`;

function dayProblem(fields: readonly Field[]): PatternProblem | undefined {
  const [ofYear, ofMonth, month] = [first(fields, "D"), first(fields, "d"), first(fields, "ML")];
  if (ofYear !== undefined && (month !== undefined || ofMonth !== undefined)) {
    const problem = `'${ofYear.text}', the day of the year, together with ${month === undefined ? "the day of the month" : "a month"}`;
    return ofMonth === undefined ? { problem, instead: replaced(fields, ofYear, "dd") } : { problem };
  }
  if (ofMonth !== undefined && month === undefined) {
    const minutes = fields.filter(({ kind, text }) => kind === "field" && text.startsWith("m"));
    const problem = "a day without a month";
    const [instead] = minutes;
    if (instead !== undefined && (minutes.length > 1 || !has(fields, "HkhK"))) {
      return {
        problem: `${problem} (m is the minute)`,
        instead: replaced(fields, instead, instead.text.toUpperCase()),
      };
    }
    return { problem, instead: replaced(fields, ofMonth, "DDD") };
  }
  return undefined;
}

function hourProblem(fields: readonly Field[]): PatternProblem | undefined {
  const [half, full, am] = [first(fields, "hK"), first(fields, "Hk"), first(fields, "a")];
  if (half !== undefined && am === undefined) {
    return {
      problem: "a 12-hour hour (h) without am or pm (a)",
      instead: replaced(fields, half, "H".repeat(half.text.length)),
    };
  }
  if (am !== undefined && half === undefined) {
    const problem = "am or pm (a) without a 12-hour hour (h)";
    return full === undefined
      ? { problem }
      : { problem, instead: replaced(fields, full, "h".repeat(full.text.length)) };
  }
  return undefined;
}

const digits = /^(?:[yudDHkhKmsSn]|[ML]{1,2}$)/;

/** A field of one or two digits that touches another number: only a guess tells where one ends. */
function touchProblem(fields: readonly Field[]): PatternProblem | undefined {
  const touching: Field[] = [];
  let before: Field | undefined;
  let depth = 0;
  for (const field of fields) {
    if (field.kind === "bracket") depth += field.text === "[" ? 1 : -1;
    // A text in brackets may be absent, so it keeps nothing apart.
    else if (field.kind === "text") before = depth > 0 ? before : undefined;
    else if (!digits.test(field.text)) before = undefined;
    else {
      if (before !== undefined && (isOpen(before) || isOpen(field))) touching.push(...[before, field].filter(isOpen));
      before = field;
    }
  }
  const [one] = touching;
  if (one === undefined) return undefined;
  const wide = (text: string) =>
    text === "y" || text === "u" ? text.repeat(4) : text === "D" ? "DDD" : text.repeat(2);
  const instead = written(
    fields.map((field) => (touching.includes(field) ? { ...field, text: wide(field.text) } : field)),
  );
  return { problem: `'${one.text}', whose digits touch another number, so that they cannot be told apart`, instead };
}

const isOpen = ({ text }: Field) => text.length === 1 && text !== "S";

const first = (fields: readonly Field[], letters: string) =>
  fields.find(({ kind, text }) => kind === "field" && letters.includes(text.charAt(0)));
const has = (fields: readonly Field[], letters: string) => first(fields, letters) !== undefined;
const replaced = (fields: readonly Field[], one: Field, text: string) =>
  written(fields.map((field) => (field === one ? { ...field, text } : field)));
