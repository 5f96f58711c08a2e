import { greatest } from "../output/greatest.js";
import { shown, textOf, type Value } from "./sample.js";
import { guessEpoch, guessTime } from "./times.js";
import { type NumberForm, readNumbers } from "./written-numbers.js";

/** What a column may be declared as, and what a person should look at. */
export interface Guess {
  /** As the contract writes it; undefined when it cannot be told. */
  readonly type: string | undefined;
  readonly parse?: string;
  readonly round?: boolean;
  /** How numbers are written, where that is not plain. */
  readonly number?: NumberForm;
  /** Texts that stand for NULL. */
  readonly nulls?: readonly string[];
  readonly notes: readonly string[];
}

/** Texts that systems write where there is nothing. */
const nullTexts = new Set([
  "null",
  "\\n",
  "n/a",
  "na",
  "#n/a",
  "nan",
  "none",
  "nil",
  "-",
  "--",
  "?",
  "(null)",
  ".",
  "unknown",
]);
/** In a column of texts some of these are words of their own: only these are mentioned. */
const likelyNullTexts = new Set(["null", "\\n", "n/a", "#n/a", "(null)"]);

const most = { superBytes: 65_535, varcharBytes: 65_535, decimalDigits: 38, decimals: 15 } as const;

/** Types what a column holds; `name` helps where numbers may be times. */
export function guessType(values: readonly (Value | null)[], name: string): Guess {
  const filled = values.filter((value) => value !== null);
  const kinds = new Map<string, number>();
  for (const value of filled) {
    const kind = typeof value === "string" ? "text" : value.kind;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  if (filled.length === 0) return { type: undefined, notes: ["no value in the sample, so the type is unknown"] };
  if (kinds.has("nested")) return guessSuper(filled, kinds);
  if (kinds.size === 1 && kinds.has("boolean")) return { type: "boolean", notes: [] };
  const texts = [...new Set(filled.map((value) => textOf(value)))];
  const notes =
    kinds.size > 1 ? [`mixed types: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ")}`] : [];
  if (!kinds.has("boolean")) {
    // `1e16` is a code only as a text; of a JSON number it is how some writers spell large ones.
    const read = kinds.has("text") ? texts : texts.map((text) => text.replace(/e(?=\d)/i, "e+"));
    const guess = guessFromTexts(read, name, kinds.has("text"));
    if (guess !== undefined) return { ...guess, notes: [...notes, ...guess.notes] };
  }
  return guessVarchar(filled, texts, notes);
}

function guessSuper(filled: readonly Value[], kinds: ReadonlyMap<string, number>): Guess {
  const longest = greatest(filled, (value) => Buffer.byteLength(textOf(value)));
  if (longest > most.superBytes) {
    return { type: undefined, notes: [`nested values of up to ${longest} bytes; a column holds ${most.superBytes}`] };
  }
  const notes = kinds.size > 1 ? ["both nested and plain values"] : [];
  return { type: "super", notes };
}

/** Numbers, booleans and times; the texts that stand for NULL may be among them. */
function guessFromTexts(texts: readonly string[], name: string, mayHoldNulls: boolean): Guess | undefined {
  const plain = guessTyped(texts, name);
  if (plain !== undefined || !mayHoldNulls) return plain;
  const nulls = texts.filter((text) => nullTexts.has(text.toLowerCase()));
  const rest = texts.filter((text) => !nulls.includes(text));
  if (nulls.length === 0 || rest.length === 0) return undefined;
  const guess = guessTyped(rest, name);
  return guess?.type === undefined ? undefined : { ...guess, nulls };
}

function guessTyped(texts: readonly string[], name: string): Guess | undefined {
  return guessBoolean(texts) ?? guessNumber(texts, name) ?? guessMoment(texts) ?? guessWritten(texts, name);
}

/** Numbers with a decimal comma, groups of three, a currency … */
function guessWritten(texts: readonly string[], name: string): Guess | undefined {
  const read = readNumbers(texts);
  if (read === undefined || "isAmbiguous" in read || Object.keys(read.form).length === 0) return undefined;
  const guess = guessNumber(
    read.plain.map((text) => text.replace(/^\+/, "")),
    name,
  );
  return guess?.type === undefined ? undefined : { ...guess, number: read.form };
}

const pairs = [
  ["true", "false"],
  ["yes", "no"],
  ["t", "f"],
  ["y", "n"],
] as const;

function guessBoolean(texts: readonly string[]): Guess | undefined {
  const words = new Set(texts.map((text) => text.toLowerCase()));
  const pair = pairs.find((candidates) =>
    [...words].every((word) => candidates.some((candidate) => candidate === word)),
  );
  // A single letter alone may be anything.
  if (pair === undefined || (words.size === 1 && pair[0].length === 1)) return undefined;
  return { type: "boolean", notes: [] };
}

const wholeNumber = /^-?(?:0|[1-9]\d*)$/;
const number = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const isTimeLike =
  /(?:^|_)(?:time|timestamp|date|datetime|at|on|ts|epoch|updated|created|modified|changed|generated|since|until)(?:_|$)/;

function guessNumber(texts: readonly string[], name: string): Guess | undefined {
  if (texts.every((text) => wholeNumber.test(text))) {
    const epoch = guessEpoch(texts);
    if (epoch !== undefined && isTimeLike.test(name)) return { type: "timestamp", parse: epoch, notes: [] };
    const day = texts.every((text) => text.length === 8) && isTimeLike.test(name) ? guessTime(texts) : undefined;
    if (day !== undefined && "type" in day) return { ...day, notes: [] };
    const notes = epoch === undefined ? [] : [`could be times: type timestamp with parse: ${epoch}`];
    if (texts.length === 2 && texts.includes("0") && texts.includes("1")) notes.push("only 0 and 1: could be boolean");
    return { type: integerType(texts), notes };
  }
  if (!texts.every((text) => number.test(text)) || texts.some((text) => isCode(text))) return undefined;
  // More than a double can hold: kept as text.
  if (!texts.every((text) => Number.isFinite(Number(text)))) return undefined;
  let [before, behind] = [1, 0];
  for (const text of texts) {
    if (/[eE]/.test(text)) return { type: "double precision", notes: ["written with exponents"] };
    const [whole = "", decimals = ""] = text.replace("-", "").split(".");
    before = Math.max(before, whole.length);
    behind = Math.max(behind, decimals.length);
  }
  const precision = before + behind + 2;
  if (behind > most.decimals || precision > most.decimalDigits) {
    return { type: "double precision", notes: [`up to ${behind} decimals, too many for a decimal`] };
  }
  return { type: `decimal(${precision},${behind})`, notes: [] };
}

/** `12E4`: digits, an E and digits are more often a code than a number, and 12E4 and 120E3 are two codes. */
const isCode = (text: string) => /^\d+[eE]\d+$/.test(text);

function integerType(texts: readonly string[]): string {
  const largest = texts.reduce((most, text) => {
    const size = BigInt(text) < 0n ? -BigInt(text) : BigInt(text);
    return size > most ? size : most;
  }, 0n);
  // Half of the range is kept free.
  if (largest < 2n ** 30n) return "integer";
  if (largest < 2n ** 63n) return "bigint";
  const digits = String(largest).length;
  return digits <= most.decimalDigits ? `decimal(${most.decimalDigits},0)` : "double precision";
}

function guessMoment(texts: readonly string[]): Guess | undefined {
  const guess = guessTime(texts);
  if (guess === undefined) return undefined;
  if ("orders" in guess) {
    const [first, second] = guess.orders;
    const what = guess.isMixed
      ? `dates in two orders: some are ${first}, some ${second}`
      : `dates, but every one could be ${guess.orders.join(" or ")}`;
    const longest = greatest(texts, (text) => text.length);
    const remedy = guess.isMixed ? "ask the producer for one" : `if you know which, write type: date, parse: ${first}`;
    return { type: `varchar(${roomFor(longest)})`, notes: [`${what}; ${remedy}`] };
  }
  const { type, parse, isFine, note } = guess;
  return {
    type,
    ...(parse === undefined ? {} : { parse }),
    ...(isFine ? { round: true } : {}),
    notes: [...(note === undefined ? [] : [note]), ...(isFine ? ["finer than microseconds: rounded"] : [])],
  };
}

function guessVarchar(filled: readonly Value[], texts: readonly string[], mixed: readonly string[]): Guess {
  const notes = [...mixed];
  const bytes = greatest(texts, (text) => Math.max(byteLength(text), byteLength(text.normalize("NFC"))));
  if (bytes > most.varcharBytes) {
    return { type: undefined, notes: [`texts of up to ${bytes} bytes; varchar holds ${most.varcharBytes}`] };
  }
  const count = (isMeant: (text: string) => boolean) => filled.filter((value) => isMeant(textOf(value))).length;
  const zeros = texts.find((text) => /^0\d+$/.test(text));
  if (zeros !== undefined && texts.every((text) => /^\d+$/.test(text))) {
    notes.push(`leading zeros, such as ${shown(zeros)}: kept as text`);
  } else if (texts.some(isCode) && texts.every((text) => number.test(text))) {
    notes.push(
      `an E between digits, such as ${shown(texts.find(isCode) ?? "")}: kept as text, since these may be codes`,
    );
  } else if (isAmbiguous(texts)) {
    const example = shown(texts.find((text) => text.includes(",")) ?? "");
    notes.push(
      `${example} is ambiguous: the comma may be a decimal or a thousands separator. If you know which, add number: { decimal: "," } or { thousands: "," }`,
    );
  } else {
    const numbers = count((text) => number.test(text));
    const strange = texts.find((text) => !number.test(text));
    if (numbers > filled.length * 0.8 && strange !== undefined) {
      notes.push(`mixed types: ${numbers} of ${filled.length} are numbers, but ${shown(strange)} is not`);
    }
  }
  const nulls = texts.filter((text) => likelyNullTexts.has(text.toLowerCase()));
  for (const text of nulls) {
    const times = count((other) => other === text);
    notes.push(
      `${shown(text)} ${times === 1 ? "once" : `${times} times`}: if that means NULL, add null: [${JSON.stringify(text)}]`,
    );
  }
  return { type: `varchar(${roomFor(bytes)})`, notes };
}

function isAmbiguous(texts: readonly string[]): boolean {
  const read = readNumbers(texts);
  return read !== undefined && "isAmbiguous" in read;
}

const byteLength = (text: string) => Buffer.byteLength(text);

/** Half as much again, and up to the next power of two; at least 8 bytes. */
export function roomFor(bytes: number): number {
  let room = 8;
  while (room < bytes * 1.5) room *= 2;
  return Math.min(room, most.varcharBytes);
}
