import { nameFields } from "./column-names.js";
import { type Guess, guessType } from "./guess-type.js";
import { type Field, shown, textOf, type Value } from "./sample.js";

/** A column as it will be declared, with what the data says about it. */
export interface InferredColumn {
  readonly name: string;
  readonly from: string | number;
  readonly guess: Guess;
  readonly isOptional: boolean;
  readonly occurrence?: number | undefined;
  /** Values after trimming; empty texts and the texts of `null:` are null. */
  readonly values: readonly (string | null)[];
  readonly filled: number;
  readonly distinct: number;
  /** What a person should look at. */
  readonly suspicions: readonly string[];
}

/** Names and types every field. */
export function inferColumns(fields: readonly Field[]): readonly InferredColumn[] {
  const names = nameFields(fields);
  return fields.map((field, index) => inferColumn(field, names[index] ?? `column_${index + 1}`));
}

const blanks = /^\p{White_Space}+|\p{White_Space}+$/gu;

function inferColumn(
  { from, values: raw, obstacle, occurrence, given, isOptional = false }: Field,
  name: string,
): InferredColumn {
  const trimmed = raw.map(trim);
  const guess: Guess =
    obstacle === undefined ? (given ?? withJson(trimmed, name)) : { type: undefined, notes: [obstacle] };
  const nulls = new Set(guess.nulls ?? []);
  const values = trimmed.map((value) =>
    value === null || nulls.has(textOf(value)) ? null : textOf(value).normalize("NFC"),
  );
  const filled = values.filter((value) => value !== null);
  return {
    name,
    from,
    guess,
    isOptional,
    occurrence,
    values,
    filled: filled.length,
    distinct: new Set(filled).size,
    suspicions: [...guess.notes, ...blankNotes(raw), ...nulNotes(filled)],
  };
}

function trim(value: Value | null): Value | null {
  if (typeof value !== "string") return value;
  const text = value.replaceAll(blanks, "");
  return text === "" ? null : text;
}

/** Plain texts that are all JSON objects or arrays are super. */
function withJson(values: readonly (Value | null)[], name: string): Guess {
  const texts = values.filter((value) => value !== null);
  const isJson = (value: Value) => typeof value === "string" && /^[[{]/.test(value) && parses(value);
  if (texts.length > 0 && texts.every(isJson)) {
    return guessType(
      values.map((value) => (value === null ? null : { kind: "nested", text: textOf(value) })),
      name,
    );
  }
  return guessType(values, name);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function blankNotes(values: readonly (Value | null)[]): string[] {
  const padded = values.filter(
    (value) => typeof value === "string" && value.replaceAll(blanks, "") !== "" && value.replace(blanks, "") !== value,
  );
  const [first] = padded;
  if (first === undefined || first === null) return [];
  return [`leading or trailing spaces in ${padded.length} value(s), such as ${shown(textOf(first))}: they are trimmed`];
}

function nulNotes(filled: readonly string[]): string[] {
  const count = filled.filter((text) => text.includes("\0")).length;
  return count === 0 ? [] : [`${count} value(s) contain a NUL character, and would be rejected`];
}
