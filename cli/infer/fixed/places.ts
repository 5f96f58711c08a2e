import { kindOf } from "../value-kinds.js";
import { isFilled, type Line, type Range, textAt } from "./lines.js";

/** What stands at one place of all lines, as shares of them. */
export interface Place {
  readonly blank: number;
  readonly digits: number;
  readonly letters: number;
  /** One and the same character in all lines. */
  readonly isConstant: boolean;
}

const judgedLines = 2000;
/** So many lines, of a thousand, may break a gutter: they are bad records. */
const strayPerThousand = 2;

export function placesOf(lines: readonly Line[]): Place[] {
  const judged = lines.slice(0, judgedLines);
  const width = judged.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  return Array.from({ length: width }, (_, at) => {
    const cells = judged.map((line) => line.cells[at]);
    const share = (is: (cell: string | undefined) => boolean) => cells.filter(is).length / judged.length;
    return {
      blank: share((cell) => !isFilled(cell)),
      digits: share((cell) => /^\d$/.test(cell ?? "")),
      letters: share((cell) => cell === "" || /^[\p{L}\p{M}]/u.test(cell ?? "")),
      isConstant: new Set(cells).size === 1,
    };
  });
}

/** Runs of places between gutters: places that are blank in all lines. */
export function segmentsOf(places: readonly Place[], count: number): Range[] {
  const most = Math.floor((Math.min(count, judgedLines) * strayPerThousand) / 1000) / Math.min(count, judgedLines);
  const found: Range[] = [];
  let start = -1;
  places.forEach(({ blank }, at) => {
    const isGutter = blank >= 1 - most;
    if (!isGutter && start < 0) start = at;
    if (isGutter && start >= 0) found.push({ start, end: at });
    if (isGutter) start = -1;
  });
  return start < 0 ? found : [...found, { start, end: places.length }];
}

/** How a column's values stand in it; those that are blank say nothing. */
export function alignmentOf(lines: readonly Line[], { start, end }: Range) {
  const texts = lines
    .map((line) => textAt(line, { start, end }).padEnd(end - start))
    .filter((text) => text.trim() !== "");
  const share = (is: (text: string) => boolean) => texts.filter(is).length / Math.max(1, texts.length);
  return {
    left: share((text) => !/^\s/.test(text)) > 0.99,
    right: share((text) => !/\s$/.test(text)) > 0.99,
    typed: share((text) => ["number", "time", "empty"].includes(kindOf(text.trim()))) > 0.95,
    filled: texts.length,
  };
}

const isDate = (text: string) => /^(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4}|\d{8})$/.test(text);
const isClock = (text: string) => /^\d\d?:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text);

/**
 * Joins what a blank inside values had parted: a date and its time of day, and texts whose words happen to end alike.
 * A gutter between columns has values beside it that begin, or end, at one place.
 */
export function joined(segments: readonly Range[], lines: readonly Line[]): Range[] {
  const found: Range[] = [];
  for (const segment of segments) {
    const last = found.at(-1);
    if (last !== undefined && segment.start === last.end + 1 && isOne(last, segment, lines)) {
      found[found.length - 1] = { start: last.start, end: segment.end };
    } else found.push(segment);
  }
  return found;
}

function isOne(before: Range, after: Range, lines: readonly Line[]): boolean {
  const each = lines.map((line) => [textAt(line, before).trim(), textAt(line, after).trim()] as const);
  const filled = each.filter(([date, clock]) => date !== "" || clock !== "");
  if (filled.length > 0 && filled.every(([date, clock]) => isDate(date) && isClock(clock))) return true;
  const { left, right, typed, filled: count } = alignmentOf(lines, after);
  // The last words of the longest texts.
  const isTail =
    count < lines.length / 2 &&
    !typed &&
    lines.every(({ cells }) => !isFilled(cells[after.start]) || isFilled(cells[before.end - 1]));
  return isTail || (!left && !right && !typed);
}
