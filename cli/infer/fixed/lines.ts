import { InferenceRefused } from "../refusal.js";

/** A line of a file by its places: one cell for each character, or for each byte, where the first cell of a character has all of it. */
export interface Line {
  readonly cells: readonly string[];
  /** As it stands, without its line end. */
  readonly raw: string;
  /** Its place among the file's lines, from 0. */
  readonly number: number;
}

/** Places of a line, from 0, the end not included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Unit = "characters" | "bytes";

/** Encodings in which every character that is not ASCII has two bytes; half-width katakana have one in Shift-JIS. */
const twoBytes = new Set(["shift_jis", "euc-jp", "euc-kr", "gb18030", "big5"]);

/** The lines that are not blank. @param unit what a place is */
export function linesOf(text: string, unit: Unit, encoding: string): Line[] {
  const lines: Line[] = [];
  text.split("\n").forEach((line, number) => {
    const raw = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (raw.trim() !== "") lines.push({ cells: cellsOf(raw, unit, encoding), raw, number });
  });
  return lines;
}

function cellsOf(raw: string, unit: Unit, encoding: string): string[] {
  const characters = [...raw];
  if (unit === "characters") return characters;
  return characters.flatMap((each) => [each, ...Array.from({ length: bytesOf(each, encoding) - 1 }, () => "")]);
}

function bytesOf(character: string, encoding: string): number {
  if (character <= "\u007f") return 1;
  if (encoding === "utf-8") return Buffer.byteLength(character);
  return twoBytes.has(encoding) && !/[\uff61-\uff9f]/.test(character) ? 2 : 1;
}

/** Bytes, where the lines are of one length in bytes and not in characters. */
export function unitOf(text: string, encoding: string): Unit {
  const lengths = (unit: Unit) => new Set(linesOf(text, unit, encoding).map(({ cells }) => cells.length)).size;
  return lengths("characters") > 1 && lengths("bytes") === 1 ? "bytes" : "characters";
}

/** The text at a range, with its blanks. */
export const textAt = ({ cells }: Pick<Line, "cells">, { start, end }: Range): string =>
  cells.slice(start, end).join("");

/** A cell that is there and no blank. */
export const isFilled = (cell: string | undefined): boolean =>
  cell !== undefined && (cell === "" || cell.trim() !== "");

/** `1-10,11,12-20` → ranges. @throws InferenceRefused */
export function readRanges(text: string): Range[] {
  return text.split(",").map((part) => {
    const [, first, last] = /^\s*([1-9]\d{0,6})(?:-([1-9]\d{0,6}))?\s*$/.exec(part) ?? [];
    const range = { start: Number(first) - 1, end: Number(last ?? first) };
    if (first !== undefined && range.end > range.start) return range;
    throw new InferenceRefused(
      "PositionsUnknown",
      `--fixed '${part.trim()}' is not a range. Write the first and last place of each column, from 1: --fixed 1-10,11-18,19-40.`,
    );
  });
}

/** As the contract's `from:` has it. */
export const shownRange = ({ start, end }: Range): string => (end === start + 1 ? String(end) : `${start + 1}-${end}`);
