import { styleText } from "node:util";

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

export type Cell = string | number | boolean | null | undefined;

/** Rows under a header, columns aligned, numbers to the right; without borders, so that grep and cut work. */
export function columns(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? "" : String(cell))));
  const widths = header.map((name, index) => Math.max(name.length, ...texts.map((row) => row[index]?.length ?? 0)));
  const isNumeric = header.map((_, index) => rows.some((row) => typeof row[index] === "number"));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (isNumeric[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(header), ...texts.map(line)].join("\n");
}
