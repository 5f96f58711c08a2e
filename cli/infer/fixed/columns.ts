import { isFilled, type Line, type Range, textAt } from "./lines.js";
import { alignmentOf } from "./places.js";

export interface Column extends Range {
  readonly name: string;
}

/**
 * The names of a header line, each with its place. Two blanks part names; one does where the names between two blanks would stand over
 * several columns.
 */
export function wordsOf(header: Line, ranges: readonly Range[]): Column[] {
  const wide = runsOf(header, 2);
  const over = (word: Range) => ranges.filter((range) => range.start < word.end && range.end > word.start).length;
  if (wide.every((word) => over(word) <= 1)) return wide;
  const named: Column[] = [];
  for (const word of runsOf(header, 1)) {
    const last = named.at(-1);
    const isNext = last !== undefined && word.start === last.end + 1;
    if (isNext && columnOf(word, ranges) === columnOf(last, ranges)) {
      named[named.length - 1] = { start: last.start, end: word.end, name: `${last.name} ${word.name}` };
    } else named.push(word);
  }
  return named;
}

/** What stands between so many blanks, or more. */
function runsOf({ cells }: Line, blanks: number): Column[] {
  const runs: Column[] = [];
  cells.forEach((cell, at) => {
    if (!isFilled(cell)) return;
    const last = runs.at(-1);
    if (last !== undefined && at - last.end < blanks)
      runs[runs.length - 1] = { start: last.start, end: at + 1, name: "" };
    else runs.push({ start: at, end: at + 1, name: "" });
  });
  return runs.map((run) => ({ ...run, name: textAt({ cells }, run) }));
}

/** Joins what one blank parts, unless a word of the header begins there; of headers to the right, unless one ends there. */
export function joinedUnder(segments: readonly Range[], header: Line): Range[] {
  const words = runsOf(header, 1);
  const begins = (at: number) => words.some(({ start }) => start === at);
  const ends = (at: number) => words.some(({ end }) => end === at);
  const isToTheRight =
    segments.filter(({ end }) => ends(end)).length > segments.filter(({ start }) => begins(start)).length;
  const found: Range[] = [];
  for (const segment of segments) {
    const last = found.at(-1);
    const isParted = isToTheRight ? last !== undefined && ends(last.end) : begins(segment.start) || ends(segment.end);
    if (last !== undefined && segment.start === last.end + 1 && !isParted) {
      found[found.length - 1] = { start: last.start, end: segment.end };
    } else found.push(segment);
  }
  return found;
}

/** The column that a word stands over: the one that it overlaps most, or the nearest that it does not overlap by far. */
function columnOf({ start, end }: Range, ranges: readonly Range[]): number {
  const overlaps = ranges.map((range) => Math.min(end, range.end) - Math.max(start, range.start));
  const aligned = ranges.findIndex(
    (range, at) => (overlaps[at] ?? 0) > 0 && (range.start === start || range.end === end),
  );
  if (aligned >= 0) return aligned;
  const most = Math.max(...overlaps);
  return most > 0 ? overlaps.indexOf(most) : -1;
}

/** Columns with the names that stand over them; a name over nothing is a column without values in the sample. */
export function namedColumns(ranges: readonly Range[], header: Line | undefined): Column[] {
  if (header === undefined) return ranges.map((range) => ({ ...range, name: "" }));
  const words = wordsOf(header, ranges);
  const columns = ranges.map((range, index) => {
    const names = words.filter((word) => columnOf(word, ranges) === index).map(({ name }) => name);
    return { ...range, name: names.join(" ") };
  });
  const empty = words.filter((word) => columnOf(word, ranges) < 0);
  return [...columns, ...empty].sort((a, b) => a.start - b.start);
}

/**
 * Ranges as wide as the columns can be. What is blank between two belongs to a number on its right, which grows to the left: cut off,
 * its first digits would be lost without a word, while a text that is cut leaves the rest in a column where it is no number.
 */
export function widened(columns: readonly Column[], records: readonly Line[]): Column[] {
  const alignments = columns.map((column) => alignmentOf(records, column));
  const growsLeft = (at: number) => {
    const found = alignments[at];
    return found?.typed === true && found.right && !found.left;
  };
  return columns.map((column, at) => {
    const [before, next] = [columns[at - 1], columns[at + 1]];
    const start = growsLeft(at) ? (before?.end ?? 0) : column.start;
    const end = next === undefined || growsLeft(at + 1) ? column.end : next.start;
    return { ...column, start: Math.min(start, column.start), end: Math.max(end, column.end) };
  });
}

/** The fields of a line as its columns cut it, without blanks around them. */
export const fieldsOf = (line: Line, columns: readonly Range[]): string[] =>
  columns.map((column) => textAt(line, column).trim());
