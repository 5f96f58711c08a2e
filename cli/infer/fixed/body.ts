import { kindOf } from "../value-kinds.js";
import { isFilled, type Line, type Range, textAt } from "./lines.js";
import { momentsIn } from "./moments.js";
import { joined, placesOf, segmentsOf } from "./places.js";

/** Which lines of a file are records, and which stand above and below them. */
export interface Body {
  readonly above: readonly Line[];
  readonly records: readonly Line[];
  readonly below: readonly Line[];
  /** Where the values stand in the records, parted by what is blank in all of them. */
  readonly segments: readonly Range[];
  /** A line of dashes has said where the columns are. */
  readonly isRuled: boolean;
}

const mostAbove = 30;
const mostBelow = 20;
const ruledWithin = 40;

export function tellBody(lines: readonly Line[]): Body | undefined {
  return ruledBody(lines) ?? markedBody(lines) ?? gutteredBody(lines);
}

/** Names over runs of dashes, as SQL*Plus and sqlcmd write them. */
function ruledBody(lines: readonly Line[]): Body | undefined {
  const at = lines.slice(0, ruledWithin).findIndex(({ raw }) => /^\s*[-=]+(?: +[-=]+)+\s*$/.test(raw));
  if (at < 0) return undefined;
  const segments = [...(lines[at]?.raw ?? "").matchAll(/[-=]+/g)].map(({ 0: run, index }) => ({
    start: index,
    end: index + run.length,
  }));
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !isBlankBetween(line, segments) || closing.test(line.raw));
  const records = end < 0 ? rest : rest.slice(0, end);
  if (records.length === 0) return undefined;
  return { above: lines.slice(0, at), records, below: rest.slice(records.length), segments, isRuled: true };
}

/** Records between one line at the beginning and one at the end whose first character is another: H, D … D, T. */
function markedBody(lines: readonly Line[]): Body | undefined {
  const marks = lines.map(({ cells }) => cells[0] ?? "");
  const mark = marks[Math.floor(lines.length / 2)] ?? "";
  const first = marks.indexOf(mark);
  const last = marks.lastIndexOf(mark);
  const isAlone = marks.slice(first, last + 1).every((each) => each === mark);
  const others = lines.length - (last + 1 - first);
  if (!isAlone || !/^[A-Z\d]$/.test(mark) || others === 0 || first > 3 || lines.length - 1 - last > 3) return undefined;
  const ends = [...marks.slice(0, first), ...marks.slice(last + 1)];
  const records = lines.slice(first, last + 1);
  // A header of names begins with a letter too.
  const isMarked =
    ends.every((each) => /^[A-Z\d]$/.test(each)) &&
    (first === 0 || marks.length - 1 > last || /\d/.test(lines[0]?.raw ?? ""));
  if (!isMarked || records.length < 2) return undefined;
  return {
    above: lines.slice(0, first),
    records,
    below: lines.slice(last + 1),
    segments: segmentsIn(records),
    isRuled: false,
  };
}

function segmentsIn(records: readonly Line[]): Range[] {
  const moments = momentsIn(records);
  const segments = joined(segmentsOf(placesOf(records), records.length), records);
  return moments.reduce((found, moment) => around(found, moment), segments);
}

/** The ranges with one more among them: what it covers is cut off from its neighbours. */
function around(segments: readonly Range[], whole: Range): Range[] {
  const before = segments
    .filter(({ start }) => start < whole.start)
    .map(({ start, end }) => ({ start, end: Math.min(end, whole.start) }));
  const after = segments
    .filter(({ end }) => end > whole.end)
    .map(({ start, end }) => ({ start: Math.max(start, whole.end), end }));
  return [...before, whole, ...after];
}

/** The records are those that agree on where nothing stands; lines at both ends that do not are titles, a header, totals. */
function gutteredBody(lines: readonly Line[]): Body | undefined {
  if (lines.length < 2) return undefined;
  const starts = [1, Math.floor(lines.length / 3), Math.floor(lines.length / 2)].map((start) =>
    Math.min(start, mostAbove),
  );
  const ends = lines.length < 6 ? 0 : Math.min(mostBelow, Math.floor(lines.length / 4));
  const cores = starts.map((start) => lines.slice(start, lines.length - ends));
  const counts = cores.map(fullness);
  const chosen = counts.indexOf(Math.max(...counts));
  let first = starts[chosen] ?? 0;
  let last = lines.length - ends;
  let segments = segmentsIn(lines.slice(first, last));
  const isRecord = (line: Line | undefined) => line !== undefined && !isOther(line, segments, lines.slice(first, last));
  const include = () => {
    segments = segmentsIn(lines.slice(first, last));
  };
  while (first > 0 && isRecord(lines[first - 1])) {
    first -= 1;
    include();
  }
  while (last < lines.length && isRecord(lines[last])) {
    last += 1;
    include();
  }
  return {
    above: lines.slice(0, first),
    records: lines.slice(first, last),
    below: lines.slice(last),
    segments,
    isRuled: false,
  };
}

/** How many columns the lines have, each by the share of them that it has values in. */
function fullness(lines: readonly Line[]): number {
  const shares = segmentsIn(lines).map(
    (segment) => lines.filter((line) => textAt(line, segment).trim() !== "").length / lines.length,
  );
  return shares.reduce((sum, share) => sum + (share > 0.2 ? share : 0), 0);
}

/** Nothing stands between the segments. */
function isBlankBetween({ cells }: Line, segments: readonly Range[]): boolean {
  const end = segments.at(-1)?.end ?? 0;
  return cells.every(
    (cell, at) => at >= end || !isFilled(cell) || segments.some((segment) => at >= segment.start && at < segment.end),
  );
}

const filledIn = (line: Line, segments: readonly Range[]) =>
  segments.filter((segment) => textAt(line, segment).trim() !== "").length;

const isNumeric = (text: string) => ["number", "time"].includes(kindOf(text.trim()));
const closing = /^\W*(?:grand |sub)?(?:totals?|sums?|summe|gesamt|somme|end of|\d+ rows?|\(\d+ rows?)\b/i;

/** A title, a total or a header: less full than records are, or without the numbers and times that they have. */
function isOther(line: Line, segments: readonly Range[], records: readonly Line[]): boolean {
  if (closing.test(line.raw)) return true;
  const judged = records.slice(0, 200);
  const counts = judged.map((record) => filledIn(record, segments)).sort((a, b) => a - b);
  const usual = counts[Math.floor(counts.length / 2)] ?? 0;
  if (segments.length > 2 && filledIn(line, segments) <= usual / 2) return true;
  if (isBlankBetween(line, segments)) return false;
  const share = (segment: Range) => {
    const texts = judged.map((record) => textAt(record, segment)).filter((text) => text.trim() !== "");
    return texts.filter(isNumeric).length / Math.max(1, texts.length);
  };
  const numeric = segments.filter((segment) => share(segment) > 0.75);
  return (
    numeric.length > 0 && numeric.filter((segment) => isNumeric(textAt(line, segment))).length < numeric.length / 2
  );
}
