import { choice, noneOf, oneOf, type Pattern, repeat, sequence, text } from "./automaton.js";

/** A path in parts, and the two ways to read keys by them: a regular expression, and a pattern of the automaton. */

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "star" }
  | { readonly kind: "folders" }
  | { readonly kind: "date"; readonly letters: DateLetters }
  | { readonly kind: "name"; readonly name: string };

/** What a date pattern may hold beside its literal text, and what it reads. */
export const dateLetters = {
  yyyy: { of: "year", reads: "[12]\\d{3}" },
  MM: { of: "month", reads: "0[1-9]|1[0-2]" },
  M: { of: "month", reads: "1[0-2]|[1-9]" },
  dd: { of: "day", reads: "0[1-9]|[12]\\d|3[01]" },
  d: { of: "day", reads: "[12]\\d|3[01]|[1-9]" },
  HH: { of: "hour", reads: "[01]\\d|2[0-3]" },
  H: { of: "hour", reads: "1\\d|2[0-3]|\\d" },
} as const;
export type DateLetters = keyof typeof dateLetters;
export type DatePart = (typeof dateLetters)[DateLetters]["of"];

export const dateParts = {
  hour: ["year", "month", "day", "hour"],
  day: ["year", "month", "day"],
  month: ["year", "month"],
} as const;

export function partsOf(shape: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [piece] of shape.matchAll(/\{[^}]*\}|\*\*|\*|[^{*]+/gs)) {
    if (piece === "*") parts.push({ kind: "star" });
    else if (piece === "**") parts.push({ kind: "folders" });
    else if (piece.startsWith("{partition:")) parts.push(...dateOf(piece.slice("{partition:".length, -1)));
    else if (piece.startsWith("{") && piece.endsWith("}")) parts.push({ kind: "name", name: piece.slice(1, -1) });
    else parts.push({ kind: "text", text: piece });
  }
  return joined(parts);
}

/** The parts of a date pattern; letters in single quotes are text. */
function dateOf(pattern: string): readonly Part[] {
  return [...pattern.matchAll(/'([^']*)'|yyyy|MM?|dd?|HH?|[^']/gs)].map(([piece, quoted]): Part => {
    if (quoted !== undefined) return { kind: "text", text: quoted === "" ? "'" : quoted };
    return Object.hasOwn(dateLetters, piece)
      ? { kind: "date", letters: piece as DateLetters }
      : { kind: "text", text: piece };
  });
}

/** Texts side by side are one. */
function joined(parts: readonly Part[]): readonly Part[] {
  const found: Part[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last?.kind === "text" && part.kind === "text")
      found.splice(-1, 1, { kind: "text", text: last.text + part.text });
    else found.push(part);
  }
  return found;
}

/** The leading parts up to each slash, the longest last: a folder's own name may say its partition. */
export function leadingFolders(parts: readonly Part[]): readonly (readonly Part[])[] {
  const found: (readonly Part[])[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.kind === "folders") break;
    if (part.kind !== "text") continue;
    for (const match of part.text.matchAll(/\//g)) {
      found.push([...parts.slice(0, index), { kind: "text", text: part.text.slice(0, match.index + 1) }]);
    }
  }
  return found.filter((leading) => leading.some(({ kind }) => kind === "date"));
}

/** Whether a wildcard stands at the beginning of a part of a key, where `_` and `.` hide it. */
function beginsSegment(parts: readonly Part[], index: number): boolean {
  const before = parts[index - 1];
  return before === undefined || before.kind === "folders" || (before.kind === "text" && before.text.endsWith("/"));
}

const endsSegment = (parts: readonly Part[], index: number) => {
  const after = parts[index + 1];
  return after === undefined || (after.kind === "text" && after.text.startsWith("/"));
};

const beginsHidden = (part: Part | undefined) => part?.kind === "text" && /^[_.]/.test(part.text);

const escaped = (plain: string) => plain.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** @returns the text of a regular expression for keys (flags s and u), with groups `name_<name>` and `date_<letters>_<place>` */
export const expressionOf = (parts: readonly Part[]): string =>
  parts.map((part, index) => expressionPart(part, parts, index)).join("");

const shownFolders = "(?:(?![_.])[^\\/]+\\/)*";

function expressionPart(part: Part, parts: readonly Part[], index: number): string {
  const shown = beginsSegment(parts, index) ? "(?![_.])" : "";
  switch (part.kind) {
    case "text":
      return escaped(textAt(part.text, parts, index));
    case "star":
      return `${shown}[^\\/]${shown !== "" && endsSegment(parts, index) ? "+" : "*"}`;
    case "name":
      return `${shown}(?<name_${part.name}>[^\\/]+?)`;
    case "date":
      return `(?<date_${part.letters}_${index}>${dateLetters[part.letters].reads})`;
    case "folders":
      return index === parts.length - 1 ? `${shownFolders}(?![_.])[^\\/]+` : shownFolders;
  }
}

/** What stands for folders takes their slash with it. */
const textAt = (plain: string, parts: readonly Part[], index: number) =>
  parts[index - 1]?.kind === "folders" ? plain.replace(/^\//, "") : plain;

/** The same as expressionOf, for the automaton. */
export const patternOf = (parts: readonly Part[]): Pattern =>
  sequence(...parts.map((part, index) => patternPart(part, parts, index)));

const inside = noneOf("/");
const segment = sequence(noneOf("/_."), repeat(inside));

function patternPart(part: Part, parts: readonly Part[], index: number): Pattern {
  const isShown = beginsSegment(parts, index);
  switch (part.kind) {
    case "text":
      return text(textAt(part.text, parts, index));
    case "star":
      if (!isShown) return repeat(inside);
      return endsSegment(parts, index) || beginsHidden(parts[index + 1]) ? segment : choice(segment, sequence());
    case "name":
      return isShown ? segment : sequence(inside, repeat(inside));
    case "date":
      return datePattern(part.letters);
    case "folders": {
      const folders = repeat(sequence(segment, oneOf("/")));
      return index === parts.length - 1 ? sequence(folders, segment) : folders;
    }
  }
}

const digit = oneOf("0123456789");

/** The two readings of `dateLetters` agree: a test compares them. */
function datePattern(letters: DateLetters): Pattern {
  const upTo = (tens: string, last: string) => sequence(oneOf(tens), oneOf(last));
  switch (letters) {
    case "yyyy":
      return sequence(oneOf("12"), digit, digit, digit);
    case "MM":
      return choice(upTo("0", "123456789"), upTo("1", "012"));
    case "M":
      return choice(upTo("1", "012"), oneOf("123456789"));
    case "dd":
      return choice(upTo("0", "123456789"), sequence(oneOf("12"), digit), upTo("3", "01"));
    case "d":
      return choice(sequence(oneOf("12"), digit), upTo("3", "01"), oneOf("123456789"));
    case "HH":
      return choice(sequence(oneOf("01"), digit), upTo("2", "0123"));
    case "H":
      return choice(sequence(oneOf("1"), digit), upTo("2", "0123"), digit);
  }
}
