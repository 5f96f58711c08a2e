import { isFilled, type Line, type Range, shownRange } from "./lines.js";
import { splitDays } from "./moments.js";
import type { Place } from "./places.js";

/** Columns that stand next to each other without a blank between them. */

const leastLines = 5;
/** Values of one column of letters and digits are shorter; longer runs are looked at for several columns. */
const longCode = 12;
/** Few codes end in a letter. */
const longNumber = 7;
const longDigits = 12;

export interface Split {
  readonly ranges: readonly Range[];
  readonly notes: readonly string[];
}

/** @param isNamed a header names the segment as one column, so that a change from letters to digits is a code's */
export function splitSegment(
  segment: Range,
  places: readonly Place[],
  lines: readonly Line[],
  isNamed: boolean,
): Split {
  if (lines.length < leastLines || isNamed) return { ranges: [segment], notes: [] };
  const size = segment.end - segment.start;
  const cuts: number[] = [];
  for (let at = segment.start + 1; at < segment.end; at++) {
    const from = cuts.at(-1) ?? segment.start;
    if (
      isPadded(places, lines, segment.start, at) ||
      isRightEdge(places, lines, at) ||
      isOfAnotherKind(places, from, at, size)
    )
      cuts.push(at);
  }
  const parts = [segment.start, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? segment.end }));
  const ranges = parts.flatMap((part) => splitDays(part, lines));
  return { ranges, notes: [...ranges.flatMap((range) => digitsNote(range, places)), ...changesNote(ranges)] };
}

function changesNote(ranges: readonly Range[]): string[] {
  if (ranges.length < 2) return [];
  return [
    `${ranges.map(shownRange).join(", ")} have no blank between them: they were parted where digits, letters and padding change, and may be fewer columns, or more`,
  ];
}

/** A value that stands to the left is filled with blanks up to here, and the next place is never blank. */
function isPadded(places: readonly Place[], lines: readonly Line[], from: number, at: number): boolean {
  const [before, next] = [places[at - 1], places[at]];
  if (before === undefined || next === undefined || next.blank > 0 || before.blank < 0.1) return false;
  // A blank between words stands alone, one that pads a value seldom does.
  const blank = lines.filter(({ cells }) => !isFilled(cells[at - 1]));
  if (blank.filter(({ cells }) => !isFilled(cells[at - 2])).length < blank.length / 2) return false;
  const last = places.slice(from, at).findLastIndex(({ blank }) => blank === 0);
  const partly = places.slice(from + last + 1, at).map(({ blank }) => blank);
  // Fewer and fewer blanks: a number that stands to the right, and ends here or further on.
  const grows = partly.every((blank, n) => n === 0 || blank <= (partly[n - 1] ?? 0));
  return before.letters > 0 || next.letters === 1 || (!grows && partly.length > 1);
}

/** A digit in all lines, then blanks in some, then digits again: a number that stands to the right begins. */
function isRightEdge(places: readonly Place[], lines: readonly Line[], at: number): boolean {
  const [before, next] = [places[at - 1], places[at]];
  if (before === undefined || next === undefined || before.digits < 1 || next.blank < 0.02 || next.letters > 0)
    return false;
  const end = places.findIndex(({ blank }, place) => place > at && blank === 0);
  const partly = places.slice(at, end < 0 ? at : end).map(({ blank }) => blank);
  const grows = partly.length > 0 && partly.every((blank, n) => n === 0 || blank <= (partly[n - 1] ?? 0));
  return grows && lines.every(({ cells }) => /^\s*[-+]?[\d.,]/.test(cells.slice(at).join("")));
}

/** Digits in every line, then none in any, or the other way round; letters that are always the same belong to a code. */
function isOfAnotherKind(places: readonly Place[], from: number, at: number, size: number): boolean {
  const [before, next] = [places[at - 1], places[at]];
  if (before === undefined || next === undefined) return false;
  if (places.slice(from, at).every((place) => place.isConstant)) return false;
  if (before.digits === 1 && next.digits === 0 && next.letters + next.blank === 1) return size >= longNumber;
  return before.letters === 1 && next.digits === 1 && size >= longCode;
}

function digitsNote(range: Range, places: readonly Place[]): string[] {
  const isDigits = places.slice(range.start, range.end).every(({ digits }) => digits === 1);
  if (!isDigits || range.end - range.start < longDigits) return [];
  return [
    `the places ${shownRange(range)} hold digits in every line and no blank: they may be several columns, which only the description of the file tells`,
  ];
}
