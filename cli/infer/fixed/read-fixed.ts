import { tellHeader } from "../header.js";
import type { FileText } from "../read-file.js";
import { InferenceRefused } from "../refusal.js";
import { type Hints, type Sample, shown } from "../sample.js";
import { type Body, tellBody } from "./body.js";
import { type Column, fieldsOf, joinedUnder, namedColumns, widened, wordsOf } from "./columns.js";
import { refuseSeveralKinds } from "./kinds.js";
import { type Line, linesOf, type Range, readRanges, shownRange, textAt, type Unit, unitOf } from "./lines.js";
import { alignmentOf, placesOf } from "./places.js";
import { splitSegment } from "./splits.js";

/** Types are guessed from so many. */
const sampledRecords = 50_000;
const leastRecords = 3;

/** What is told of one file: its columns, and the lines that are none of its records. */
interface Layout {
  readonly body: Body;
  readonly columns: readonly Column[];
  readonly hasHeader: boolean;
  readonly unit: Unit;
  readonly isCommented: boolean;
  readonly notes: readonly string[];
}

/**
 * The sample of a file whose columns stand at fixed places.
 * @returns undefined where the places do not show, and nobody said that it is of fixed width
 * @throws InferenceRefused where it is of fixed width and its columns cannot be told
 */
export function readFixed(file: FileText, hints: Hints): Sample | undefined {
  const text = file.isCut ? file.text.slice(0, file.text.lastIndexOf("\n") + 1) : file.text;
  if (hints.fixed === undefined && text.includes("\t")) return undefined;
  const unit = unitOf(text, file.encoding);
  const all = linesOf(text, unit, file.encoding);
  const marked = all.filter(({ raw }) => raw.startsWith("#"));
  const isCommented = marked.length > 0 && marked.length < all.length / 2;
  const lines = isCommented ? all.filter(({ raw }) => !raw.startsWith("#")) : all;
  if (lines.length === 0) return undefined;
  const found = typeof hints.fixed === "string" ? declared(file.name, lines, hints) : told(file.name, lines, hints);
  if (found !== undefined) return sampleOf(file.name, { ...found, unit, isCommented });
  if (hints.fixed === undefined && !isOfDigits(lines)) return undefined;
  throw new InferenceRefused(
    "PositionsUnknown",
    `'${file.name}': ${lines.length} lines, such as ${shown(lines[0]?.raw ?? "")}, without a blank or a change from digits to letters that all of them have in one place: where its columns begin cannot be told. Say it as the description of the file does: --fixed 1-10,11-18,19-40.`,
  );
}

/** Long lines of digits alone, all of one length: nothing else than a file of fixed width has them. */
const isOfDigits = (lines: readonly Line[]) =>
  lines.length >= leastRecords &&
  new Set(lines.map(({ cells }) => cells.length)).size === 1 &&
  lines.every(({ raw }) => /^\d{20,}$/.test(raw));

type Told = Omit<Layout, "unit" | "isCommented">;

function declared(name: string, lines: readonly Line[], hints: Hints): Told {
  const ranges = readRanges(String(hints.fixed));
  const rows = lines.map((line) => fieldsOf(line, ranges));
  const hasHeader = tellHeader(name, rows, hints.header);
  const [header] = hasHeader ? lines : [];
  const columns = ranges.map((range) => ({ ...range, name: header === undefined ? "" : textAt(header, range).trim() }));
  const records = hasHeader ? lines.slice(1) : lines;
  return {
    body: {
      above: lines.slice(0, lines.length - records.length),
      records,
      below: [],
      segments: ranges,
      isRuled: false,
    },
    columns,
    hasHeader,
    notes: [],
  };
}

function told(name: string, lines: readonly Line[], hints: Hints): Told | undefined {
  const body = tellBody(lines);
  if (body === undefined || body.records.length < (hints.fixed === undefined ? leastRecords : 1)) return undefined;
  if (!body.isRuled) refuseSeveralKinds(name, body.records);
  const { header, records } = headerOf(name, body, hints.header);
  const segments = header === undefined || body.isRuled ? body.segments : joinedUnder(body.segments, header);
  const { ranges, notes } = body.isRuled ? { ranges: segments, notes: [] } : split(segments, records, header);
  const columns = widened(namedColumns(ranges, header), records);
  const doubts = header === undefined && !body.isRuled ? blankNotes(ranges, records) : [];
  const found = { body: { ...body, records }, columns, hasHeader: header !== undefined, notes: [...notes, ...doubts] };
  if (hints.fixed !== undefined) return columns.length > 1 ? found : undefined;
  return body.isRuled || isEvident(lines, records, ranges) ? found : undefined;
}

/** The line of names: the last one above the records, or the first of them where it looks like one. */
function headerOf(
  name: string,
  body: Body,
  wanted: boolean | undefined,
): { header: Line | undefined; records: readonly Line[] } {
  const { above, records, segments } = body;
  const last = above.at(-1);
  const isOverall = last !== undefined && wordsOf(last, segments).length >= Math.max(2, segments.length * 0.6);
  if (body.isRuled || (isOverall && wanted !== false && !/\d{3}/.test(last.raw))) return { header: last, records };
  if (records.length < 2 || segments.length < 2) return { header: undefined, records };
  const rows = records.map((line) => fieldsOf(line, segments));
  // Below a title of its own a table without names is rare enough not to be asked about.
  const isHeader = tellHeader(name, rows, wanted ?? (above.length > 0 && isUntold(name, rows) ? false : undefined));
  return isHeader ? { header: records[0], records: records.slice(1) } : { header: undefined, records };
}

function isUntold(name: string, rows: readonly (readonly string[])[]): boolean {
  try {
    tellHeader(name, rows, undefined);
    return false;
  } catch (error) {
    return error instanceof InferenceRefused;
  }
}

function split(segments: readonly Range[], records: readonly Line[], header: Line | undefined) {
  const places = placesOf(records);
  const words = header === undefined ? [] : wordsOf(header, segments);
  const parts = segments.map((segment) => {
    const over = words.filter((word) => word.start < segment.end && word.end > segment.start);
    return splitSegment(segment, places, records, over.length === 1);
  });
  return { ranges: parts.flatMap(({ ranges }) => ranges), notes: parts.flatMap(({ notes }) => notes) };
}

/** Without a header words of one text that end at one place in all lines look like two columns. */
function blankNotes(ranges: readonly Range[], records: readonly Line[]): string[] {
  const isText = (range: Range) => !alignmentOf(records, range).typed;
  return ranges.flatMap((range, at) => {
    const next = ranges[at + 1];
    if (next === undefined || next.start !== range.end + 1 || !isText(range) || !isText(next)) return [];
    return [
      `${shownRange(range)} and ${shownRange(next)} are parted by one blank in all lines: they may be one column`,
    ];
  });
}

/** Columns that begin or end at one place in all lines, padded with blanks: prose and CSV have none. */
function isEvident(lines: readonly Line[], records: readonly Line[], ranges: readonly Range[]): boolean {
  if (ranges.length < 2 || records.length < leastRecords) return false;
  const isOfOneLength = new Set(records.map(({ cells }) => cells.length)).size === 1;
  const alignments = ranges.map((range) => alignmentOf(records, range));
  const isAligned = alignments.every(({ left, right, typed }) => left || right || typed);
  const padded = alignments.filter(({ left, right }, at) => !(left && right) && ranges[at] !== undefined).length;
  const hasWideGutter = records.every(({ raw }) => / {2}/.test(raw.trimEnd())) && lines.length >= leastRecords;
  if (isOfOneLength && (records[0]?.cells.length ?? 0) >= 20 && isAligned) return true;
  return isAligned && padded >= 1 && (hasWideGutter || (ranges.length >= 3 && records.length >= 8));
}

function sampleOf(name: string, layout: Layout): Sample {
  const { body, columns, hasHeader } = layout;
  const records = body.records.slice(0, sampledRecords);
  const [first] = records;
  const footer = footerOf(body);
  const least = Math.max(...columns.map(({ end }) => end));
  const short = records.filter(({ cells }) => cells.length < least).length;
  return {
    format: {
      type: "fixed",
      ...(layout.unit === "bytes" ? { unit: "bytes" } : {}),
      ...(first !== undefined && first.number > 0 ? { skip_lines: first.number } : {}),
      ...(footer === undefined ? {} : { footer }),
      ...(layout.isCommented ? { comment: "#" } : {}),
      ...(short > 0 ? { short_rows: "fill" } : {}),
    },
    fields: columns.map((column) => ({
      from: shownRange(column),
      path: [column.name],
      values: records.map((line) => textAt(line, column)),
    })),
    records: records.length,
    notes: [
      `${name}: fixed width, by ${body.isRuled ? "a line of dashes" : "what is blank in all lines"}: compare the places with the description of the file`,
      ...(hasHeader || body.above.length === 0
        ? []
        : [
            `${name}: ${body.above.length} line(s) above the records are not part of them: ${shown(body.above[0]?.raw ?? "")}`,
          ]),
      ...(hasHeader ? [] : [`${name}: no line names the columns: name them`]),
      ...(body.below.length === 0
        ? []
        : [`${name}: the last ${body.below.length} line(s) are not data: ${shown(body.below[0]?.raw ?? "")}`]),
      ...(short > 0 ? [`${name}: ${short} line(s) end before the last column; what they lack is NULL`] : []),
      ...layout.notes.map((note) => `${name}: ${note}`),
      ...(body.records.length > records.length
        ? [`${name}: types and key are guessed from the first ${records.length} of ${body.records.length} records`]
        : []),
    ],
  };
}

/** The text that the first line below the records begins with, and none of them does. */
function footerOf({ below, records }: Body): string | undefined {
  const [first] = below;
  if (first === undefined) return undefined;
  const [word = ""] = /^\s*\S+/.exec(first.raw) ?? [];
  const tried = [first.raw.slice(0, 1), word, first.raw.slice(0, 20), first.raw];
  return tried.find((text) => text.trim() !== "" && !records.some(({ raw }) => raw.startsWith(text)));
}
