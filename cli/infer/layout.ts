import { tellHeader } from "./header.js";
import { type CsvRecord, type Dialect, splitRecords } from "./records.js";
import { shown } from "./sample.js";
import { kindOf } from "./value-kinds.js";

/** Where a CSV file's table stands among lines that are no part of it. */
export interface Layout {
  readonly dialect: Dialect;
  /** The header's fields; undefined where the file has none. */
  readonly header: readonly string[] | undefined;
  readonly body: readonly CsvRecord[];
  /** Fields of a record. */
  readonly width: number;
  /** The members of `format:` that say so. */
  readonly format: Readonly<Record<string, string | number | boolean>>;
  readonly notes: readonly string[];
}

/** A preamble, and the lines behind a header, are looked for in so many records. */
const mostAbove = 100;
const mostUnits = 3;
const mostFooter = 20;
const judgedRecords = 2000;

/** @throws InferenceRefused where it cannot be told whether the first record names the columns */
export function tellLayout(name: string, text: string, dialect: Dialect, wanted: boolean | undefined): Layout {
  const commented = withComments(text, dialect);
  const all = splitRecords(text, commented.dialect);
  const width = bodyWidth(all);
  const fullness = median(all.slice(-judgedRecords).map(filledOf));
  const first = Math.max(0, firstOfTable(all, width, fullness));
  const table = all.slice(first);
  const footer = footerOf(table, width, fullness);
  const inside = footer === undefined ? table : table.slice(0, table.length - footer.count);
  const hasHeader =
    commented.header !== undefined
      ? false
      : tellHeader(
          name,
          inside.map(({ fields }) => fields),
          wanted,
        );
  const header = commented.header ?? (hasHeader ? inside[0]?.fields : undefined);
  const units = hasHeader ? unitLines(inside) : 0;
  const body = inside.slice(hasHeader ? 1 + units : 0);
  const above = all[first]?.line ?? 0;
  return {
    dialect: commented.dialect,
    header,
    body,
    width,
    format: {
      ...headerFormat(header, body, { above, isCommented: commented.header !== undefined, isNamed: first > 0 }),
      ...(commented.dialect.comment === undefined ? {} : { comment: commented.dialect.comment }),
      ...(units === 0 ? {} : { skip_after_header: units }),
      ...(footer === undefined ? {} : { footer: footer.text }),
    },
    notes: [
      ...(first > 0 ? [`${above} line(s) above the header are skipped: ${shown(all[0]?.raw ?? "")}`] : []),
      ...(units > 0 ? [`${units} line(s) after the header contain no data: ${shown(inside[1]?.raw ?? "")}`] : []),
      ...(footer === undefined ? [] : [`the last ${footer.count} record(s) are not data: ${shown(footer.text)}`]),
    ],
  };
}

/** Lines that begin with a sign of comments, where the table's own do not; the last of them may be the header. */
function withComments(text: string, dialect: Dialect): { dialect: Dialect; header?: readonly string[] } {
  const head = splitRecords(text, dialect, judgedRecords);
  const marked = head.filter(({ raw }) => raw.startsWith("#"));
  if (marked.length === 0 || marked.length > head.length / 2) return { dialect };
  const rest = head.filter(({ raw }) => !raw.startsWith("#"));
  const width = bodyWidth(rest);
  const last = head.findLast((record, index) => index < mostAbove && record.raw.startsWith("#"));
  const isAtTop = marked.every((record, index) => head[index] === record);
  const isHeader = width > 1 && isAtTop && last?.fields.length === width;
  const commented = { ...dialect, comment: "#" };
  if (!isHeader) return { dialect: commented };
  const names = last.fields.map((field, index) => (index === 0 ? field.replace(/^#+\s*/, "") : field));
  return { dialect: commented, header: names };
}

/** The number of fields of most records; of the last ones, where several are as many. */
function bodyWidth(records: readonly CsvRecord[]): number {
  const counts = new Map<number, number>();
  for (const { fields, isMalformed } of records) {
    if (!isMalformed) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  }
  const [width = 1] = [...counts].sort(([a, n], [b, m]) => m - n || b - a)[0] ?? [];
  return width;
}

const filledOf = ({ fields }: Pick<CsvRecord, "fields">) => fields.filter((field) => field.trim() !== "").length;

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** The first record that is as wide and as full as those below: a title is neither, padded with delimiters or not. */
function firstOfTable(records: readonly CsvRecord[], width: number, fullness: number): number {
  if (width < 2) return 0;
  const isWhole = (record: CsvRecord, index: number) => {
    const filled = filledOf(record);
    if (record.fields.length === width) return filled >= Math.max(2, fullness * 0.6);
    return Math.abs(record.fields.length - width) === 1 && isOfNames(record, records[index + 1], filled);
  };
  const found = records.slice(0, mostAbove).findIndex(isWhole);
  if (found <= 0) return 0;
  // A few sparse records at the top of a table without a header are records.
  const sparse = records
    .slice(0, found)
    .every(({ fields }) => fields.length === width && kindOf(fields[0]?.trim() ?? "") === "number");
  return sparse ? 0 : found;
}

/** A header of a field more or less than its records: names without blanks over a value that is none. */
function isOfNames({ fields }: CsvRecord, next: CsvRecord | undefined, filled: number): boolean {
  const names = fields.filter((field) => field.trim() !== "");
  const areNames =
    filled >= fields.length - 1 && filled > 0 && names.every((name) => /^[A-Za-z_."]\S{0,39}$/.test(name.trim()));
  return areNames && (next?.fields.some((field) => ["number", "time"].includes(kindOf(field.trim()))) ?? false);
}

/** Lines of units or types behind a header: words over columns of numbers or times. */
function unitLines(table: readonly CsvRecord[]): number {
  const sample = table.slice(1 + mostUnits, judgedRecords);
  if (sample.length < 2) return 0;
  const width = table[0]?.fields.length ?? 0;
  const typed = Array.from({ length: width }, (_, index) => index).filter((index) => {
    const values = sample.map(({ fields }) => fields[index]?.trim() ?? "").filter((value) => kindOf(value) !== "empty");
    return values.length > 0 && values.every((value) => ["number", "time"].includes(kindOf(value)));
  });
  let count = 0;
  for (const { fields } of table.slice(1, 1 + mostUnits)) {
    const values = typed.map((index) => fields[index]?.trim() ?? "");
    const strange = values.filter((value) => value !== "" && !["number", "time", "empty"].includes(kindOf(value)));
    const isRule = fields.every((field) => /^[-=_+ ]+$/.test(field)) && fields.some((field) => field.length > 2);
    const isUnits = typed.length > 0 && strange.length >= Math.max(1, typed.length * 0.6);
    if (!isRule && !isUnits) break;
    count += 1;
  }
  return count;
}

const closing =
  /^\W*(?:grand |sub)?(?:totals?|sums?|summe|gesamt|somme|source|notes?|end of|generated|exported|printed|rows?|records?|\d+ rows?|©|copyright)\b/i;

/** Records at the end that are no data, and the text that each of them, and nothing above, begins with. */
function footerOf(table: readonly CsvRecord[], width: number, fullness: number) {
  if (width < 2 || table.length < 4) return undefined;
  let count = 0;
  while (count < mostFooter && count < table.length / 2) {
    const record = table[table.length - 1 - count];
    if (record === undefined || !isBelow(record, table, width, fullness)) break;
    count += 1;
  }
  const first = table[table.length - count];
  if (count === 0 || first === undefined) return undefined;
  const above = table.slice(0, table.length - count);
  const text = prefixes(first, width).find((prefix) => !above.some(({ raw }) => raw.startsWith(prefix)));
  return text === undefined ? undefined : { count, text };
}

function isBelow(record: CsvRecord, table: readonly CsvRecord[], width: number, fullness: number): boolean {
  const filled = filledOf(record);
  const [first = ""] = record.fields;
  const isNarrow = record.fields.length < width || filled <= fullness / 2;
  const words = record.fields.find((field) => field.trim() !== "")?.trim() ?? "";
  if (!isNarrow && !closing.test(words)) return false;
  if (closing.test(words)) return true;
  // A record that was cut off begins as its neighbours do.
  const kinds = new Set(table.slice(1, 50).map(({ fields }) => kindOf(fields[0]?.trim() ?? "")));
  return !kinds.has(kindOf(first.trim())) || (record.fields.length === 1 && filled === 1 && words.includes(" "));
}

/** What a footer's text may be: the first field, then more of the line. */
function prefixes({ raw, fields }: CsvRecord, width: number): string[] {
  const [first = ""] = fields;
  const start = raw.startsWith('"') ? raw.slice(0, first.length + 1) : first;
  return [start, raw.slice(0, start.length + 1), raw.slice(0, 20), raw.slice(0, 40), raw].filter(
    (text) => text.length >= Math.min(2, width),
  );
}

function headerFormat(
  header: readonly string[] | undefined,
  body: readonly CsvRecord[],
  { above, isCommented, isNamed }: { above: number; isCommented: boolean; isNamed: boolean },
) {
  const skipped = above === 0 ? {} : { skip_lines: above };
  if (header === undefined) return { header: false, ...skipped };
  // Names in a comment, or fewer than fields (R's write.table): columns go by position.
  if (isCommented) return { header: false };
  if (hasRowNames(header, body)) return { header: "skip", ...skipped };
  return isNamed ? { header: "find" } : {};
}

/** The header has a field less than the records, and the records' last one is not empty. */
export function hasRowNames(header: readonly string[], body: readonly CsvRecord[]): boolean {
  const longer = body.filter(({ fields }) => fields.length === header.length + 1);
  return longer.length > body.length * 0.9 && longer.some(({ fields }) => fields.at(-1)?.trim() !== "");
}
