import { type CsvRecord, type Dialect, splitRecords } from "./records.js";
import { kindOf } from "./value-kinds.js";

/** A dialect, and how well it explains a text. */
export interface Rated {
  readonly dialect: Dialect;
  readonly records: readonly CsvRecord[];
  /** The number of fields that most records have. */
  readonly width: number;
  readonly score: number;
}

/** Likeliest first: of two that explain a text equally well the earlier is taken. */
const delimiters = [",", ";", "\t", "|", "||", "~|~", "\u0001", "~", "^", "¦", "§", ":", " "];
/** Common in texts: they have to explain every line. */
const everyday = new Set([" ", ":"]);
const ratedRecords = 300;
const ratedCharacters = 200_000;

/**
 * The dialects of a text, the best first. The measure is that of G. van den Burg, A. Nazábal and C. Sutton, *Wrangling messy CSV
 * files by detecting row and type patterns* (2019): how alike the records are in their number of fields, times how many of their
 * values are of a kind that people write.
 */
export function rateDialects(text: string, wanted: string | undefined): Rated[] {
  const head = beginning(text);
  // Where every bar is one of two, the bar alone is no delimiter.
  const isDoubled = head.includes("||") && !head.replaceAll("||", "").includes("|");
  const likely = delimiters.filter((delimiter) => head.includes(delimiter) && !(isDoubled && delimiter === "|"));
  const tried = wanted === undefined ? likely : [wanted];
  const ways = (tried.length === 0 ? [","] : tried).flatMap((delimiter) =>
    quotings(head, delimiter).map((quoting) => ({ delimiter, ...quoting })),
  );
  return ways.map((dialect) => rate(head, dialect)).sort((a, b) => b.score - a.score);
}

function quotings(head: string, delimiter: string): Omit<Dialect, "delimiter">[] {
  const atField = (quote: string) =>
    new RegExp(
      `(?:^|${quoteForPattern(delimiter)} ?)${quote}[^${quote}]*${quote}\\s*(?:$|${quoteForPattern(delimiter)})`,
      "m",
    ).test(head);
  const isSpaced = delimiter !== " " && head.includes(`${delimiter} "`);
  const plain = { quote: '"', escape: "double" } as const;
  return [
    plain,
    ...(isSpaced ? [{ ...plain, skipsSpace: true }] : []),
    ...(head.includes('\\"') ? [{ quote: '"', escape: "backslash" } as const] : []),
    ...(atField("'") ? [{ quote: "'", escape: "double" } as const] : []),
    ...(head.includes("\\'") && atField("'") ? [{ quote: "'", escape: "backslash" } as const] : []),
    // Where a field stands in quotes, quotes are signs; a record that uses them wrongly is a bad record.
    ...(head.includes('"') && !atField('"') ? [{ quote: undefined, escape: "double" } as const] : []),
  ];
}

const quoteForPattern = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function rate(head: string, dialect: Dialect): Rated {
  const records = splitRecords(head, dialect, ratedRecords);
  const widths = widthsOf(records);
  const [width = 1] = [...widths].sort(([a, n], [b, m]) => m - n || b - a)[0] ?? [];
  const isSparse = everyday.has(dialect.delimiter) && (widths.size > 2 || width < 2);
  return { dialect, records, width, score: isSparse ? 0 : patternScore(widths) * typeScore(records, dialect) };
}

export function widthsOf(records: readonly CsvRecord[]): Map<number, number> {
  const widths = new Map<number, number>();
  for (const { fields } of records) widths.set(fields.length, (widths.get(fields.length) ?? 0) + 1);
  return widths;
}

function patternScore(widths: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const [width, count] of widths) sum += (count * Math.max(0.001, width - 1)) / width;
  return sum / Math.max(1, widths.size);
}

/** Values between quotes that the dialect does not know are no values that people write, and neither is a malformed record. */
function typeScore(records: readonly CsvRecord[], { quote }: Dialect): number {
  let known = 0;
  let all = 0;
  for (const { fields, isMalformed } of records) {
    all += fields.length;
    if (isMalformed) continue;
    for (const field of fields) {
      const text = field.trim();
      const isWrapped = quote === undefined && /^(["']).*\1$/s.test(text);
      if (!isWrapped && kindOf(text) !== "other") known += 1;
    }
  }
  return Math.max(1e-10, known / Math.max(1, all));
}

/** Whole lines, as many as a rating needs. */
function beginning(text: string): string {
  if (text.length <= ratedCharacters) return text;
  const end = text.lastIndexOf("\n", ratedCharacters);
  return end < 0 ? text.slice(0, ratedCharacters) : text.slice(0, end + 1);
}
