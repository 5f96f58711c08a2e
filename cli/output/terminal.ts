import { styleText } from "node:util";
import { greatest } from "./greatest.js";

/** A result: stdout, where another program may read it. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Everything that is no result: stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What is happening now; dim on a terminal. */
export function progress(text: string): void {
  say(process.stderr.isTTY ? styleText("dim", text) : text);
}

export function complain(text: string): void {
  say(process.stderr.isTTY ? styleText("red", text) : text);
}

export type Cell = string | number | bigint | boolean | null | undefined;

/** How a table is fitted into a width. */
export interface Fit {
  /** Columns of a terminal; without one nothing is cut. */
  readonly width: number | undefined;
  /** The headers of columns that may be cut, the first of them most. */
  readonly cut: readonly string[];
}

/** The terminal's width; undefined where there is none or it says 0 (a serial line, some CIs), so that nothing is cut. */
export const terminalWidth = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns || undefined : undefined;

/** Rows under a header, columns aligned, numbers to the right; without borders, so that grep and cut work. */
export function columns(header: readonly string[], rows: readonly (readonly Cell[])[], fit?: Fit): string {
  const full = rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? "" : visible(String(cell)))));
  const texts = fit?.width === undefined ? full : cutToFit(header, full, fit.width, fit.cut);
  const widths = widthsOf(header, texts);
  const isNumeric = header.map((_, index) => rows.some((row) => typeof row[index] === "number"));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const blanks = " ".repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cell)));
        return isNumeric[index] ? `${blanks}${cell}` : `${cell}${blanks}`;
      })
      .join(gap)
      .trimEnd();
  return [line(header), ...texts.map(line)].join("\n");
}

const gap = "  ";
const narrowest = 12;

const widthsOf = (header: readonly string[], texts: readonly (readonly string[])[]) =>
  header.map((name, index) =>
    Math.max(
      name.length,
      greatest(texts, (row) => displayWidth(row[index] ?? "")),
    ),
  );

/** Takes what is too much from the columns that may be cut, widest first. */
function cutToFit(
  header: readonly string[],
  texts: readonly (readonly string[])[],
  width: number,
  cut: readonly string[],
) {
  const widths = widthsOf(header, texts);
  const mayBeCut = cut.map((name) => header.indexOf(name)).filter((index) => index >= 0);
  let surplus = widths.reduce((sum, each) => sum + each, gap.length * (widths.length - 1)) - width;
  while (surplus > 0) {
    const [widest] = mayBeCut.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const wide = widest === undefined ? 0 : (widths[widest] ?? 0);
    if (widest === undefined || wide <= narrowest) break;
    widths[widest] = wide - 1;
    surplus -= 1;
  }
  return texts.map((row) =>
    row.map((cell, index) => (mayBeCut.includes(index) ? cutTo(cell, widths[index] ?? 0) : cell)),
  );
}

function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Nothing that a producer wrote may move the cursor or colour the terminal. */
const visible = (text: string) => text.replaceAll(/\p{Cc}/gu, "·");

/** The same in one line, each white space one blank. */
export const oneLine = (text: string) => visible(text.replaceAll(/\s+/g, " "));

/** Columns of a terminal: marks take none, the characters of East Asia two. */
function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (/\p{M}|\p{Cf}/u.test(character)) continue;
    width +=
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60\p{Emoji_Presentation}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** A text in lines of a width, the later ones indented; undefined: as it is. */
export function wrapped(text: string, width: number | undefined, indent = ""): string {
  if (width === undefined) return text;
  const [lead = ""] = /^ */.exec(text) ?? [];
  const [first = "", ...words] = text.slice(lead.length).split(" ");
  const lines = [`${lead}${first}`];
  for (const word of words) {
    const last = lines.at(-1) ?? "";
    if (last.length + 1 + word.length > width) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}
