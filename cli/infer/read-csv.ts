import { type Rated, rateDialects } from "./dialect.js";
import { hasRowNames, type Layout, tellLayout } from "./layout.js";
import { quoteNotes } from "./quote-notes.js";
import type { FileText } from "./read-file.js";
import type { CsvRecord, Dialect } from "./records.js";
import { InferenceRefused } from "./refusal.js";
import { type Field, type Hints, type Sample, shown } from "./sample.js";

/** Types are guessed from so many; the load's own reader sees all. */
const sampledRecords = 50_000;

/** @throws InferenceRefused when delimiter or header cannot be told. */
export function readCsv(file: FileText, hints: Hints): Sample {
  const whole = file.isCut ? file.text.slice(0, file.text.lastIndexOf("\n") + 1) : file.text;
  if (whole.includes("\r") && !whole.includes("\n")) {
    const found = `'${file.name}' has no line feeds`;
    throw new InferenceRefused("FormatUnknown", `${found}. Deliver it with lines that end in LF or CRLF.`);
  }
  // `sep=;` says the delimiter, and is no part of the table.
  const [declaration = "", separator] = /^sep=(.{1,8}?)\r?\n/.exec(whole) ?? [];
  const text = whole.slice(declaration.length);
  const { dialect } = tellDialect(file.name, text, hints.delimiter ?? separator);
  const layout = tellLayout(file.name, text, dialect, hints.header);
  if (layout.body.length === 0) {
    const what = layout.header === undefined ? "is empty" : "has a header but no records. Use a sample with records";
    throw new InferenceRefused("NoRecords", `'${file.name}' ${what}.`);
  }
  return sampleOf(file.name, layout);
}

function sampleOf(name: string, layout: Layout): Sample {
  const { header, width, dialect } = layout;
  const body = layout.body.slice(0, sampledRecords);
  const isNamed = header !== undefined && layout.format.header !== "skip" && layout.format.header !== false;
  const names = isNamed ? header : positions(header, body, width);
  const good = body.filter((record) => isOfWidth(record, isNamed ? names.length : width));
  const short = body.filter(({ fields, isMalformed }) => !isMalformed && fields.length < names.length).length;
  const fills = short > body.length * 0.05;
  if (isNamed && short === body.length && names.slice(0, -1).some((text) => trimmed(text) === "")) {
    const found = `'${name}' has ${names.length} names in its header, one of them empty, but fewer fields in every record`;
    throw new InferenceRefused(
      "HeaderUnknown",
      `${found}, so it is unclear which name belongs to which field. Remove the empty name, or the header, and infer again; then, in the contract, write header: skip and columns by position.`,
    );
  }
  const rows = fills ? body.filter(({ fields, isMalformed }) => !isMalformed && fields.length <= names.length) : good;
  const bad = body.length - rows.length;
  const fields = names.map((text, index) => fieldAt(text, index, isNamed, names, rows));
  return {
    format: {
      type: "csv",
      ...declared(dialect),
      ...layout.format,
      ...(isStrict(dialect, body) ? { quotes: "strict" } : {}),
      ...(fills ? { short_rows: "fill" } : {}),
    },
    fields: isNamed ? fields : withoutEmptyEnd(fields),
    records: rows.length,
    notes: [
      ...layout.notes.map((note) => `${name}: ${note}`),
      ...(layout.body.length > body.length
        ? [`${name}: types and key are guessed from the first ${body.length} of ${layout.body.length} records`]
        : []),
      ...(fills
        ? [`${name}: ${short} record(s) have fewer fields than ${names.length}; the missing ones are NULL`]
        : []),
      ...quoteNotes(dialect, rows).map((note) => `${name}: ${note}`),
      ...(bad === 0
        ? []
        : [
            `${name}: ${bad} record(s) with a different number of fields, or with text after a closing quote, would be rejected`,
          ]),
    ],
  };
}

/** Fields beyond the last column are no breach where they are empty. */
const isOfWidth = ({ fields, isMalformed }: CsvRecord, width: number) =>
  !isMalformed &&
  (fields.length === width || (fields.length > width && fields.slice(width).every((field) => field === "")));

/** Names of columns that go by position: what a header that nobody reads says of them. */
function positions(
  header: readonly string[] | undefined,
  body: readonly CsvRecord[],
  width: number,
): readonly string[] {
  if (header === undefined) return Array.from({ length: width }, () => "");
  return hasRowNames(header, body) ? ["row_name", ...header] : header;
}

function fieldAt(
  text: string,
  index: number,
  isNamed: boolean,
  names: readonly string[],
  rows: readonly CsvRecord[],
): Field {
  const name = trimmed(text);
  const same = names.slice(0, index + 1).filter((other) => trimmed(other) === name).length;
  const isRepeated = names.filter((other) => trimmed(other) === name).length > 1;
  const field = {
    from: isNamed ? name : index + 1,
    path: [name],
    values: rows.map(({ fields }) => fields[index] ?? null),
  };
  if (!isNamed) return field;
  if (name === "") return { ...field, obstacle: "no name in the header" };
  return isRepeated ? { ...field, occurrence: same } : field;
}

/** Empty columns at the end of a file without a header: delimiters at the ends of its lines. */
function withoutEmptyEnd(fields: readonly Field[]): readonly Field[] {
  const last = fields.findLastIndex(({ values }) => values.some((value) => value !== null && value !== ""));
  return fields.slice(0, last + 1);
}

const trimmed = (text: string) => text.replaceAll(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

/** Only what is no default of the contract. */
function declared({ delimiter, quote, skipsSpace, ...dialect }: Dialect) {
  return {
    ...(delimiter === "," ? {} : { delimiter }),
    ...(quote === '"' ? {} : { quote: quote ?? "none" }),
    ...(dialect.escape === "double" ? {} : { escape: dialect.escape }),
    ...(skipsSpace ? { skip_initial_space: true } : {}),
  };
}

/** Quotes are used, and no field has one inside that does not begin with one: then a stray quote is a delimiter lost. */
function isStrict({ quote }: Dialect, body: readonly CsvRecord[]): boolean {
  if (quote === undefined) return false;
  return body.some(({ raw }) => raw.includes(quote)) && !body.some(({ hasStrayQuote }) => hasStrayQuote);
}

function tellDialect(name: string, text: string, wanted: string | undefined): Rated {
  if (text.trim() === "") throw new InferenceRefused("NoRecords", `'${name}' is empty.`);
  const rated = rateDialects(text, wanted);
  const [best] = rated;
  if (best === undefined) throw new InferenceRefused("NoRecords", `'${name}' is empty.`);
  if (wanted !== undefined) {
    if (best.width > 1) return best;
    throw new InferenceRefused("DelimiterUnknown", `'${name}' has no fields separated by ${shown(wanted)}.`);
  }
  const other = rated.find(
    ({ dialect, score }) => dialect.delimiter !== best.dialect.delimiter && score >= best.score * 0.999,
  );
  if (other !== undefined && best.width > 1 && other.width > 1) {
    throw new InferenceRefused(
      "DelimiterUnknown",
      `'${name}' has ${best.width} fields per line with ${shown(best.dialect.delimiter)}, and ${other.width} with ${shown(other.dialect.delimiter)}. Choose one with --delimiter.`,
    );
  }
  const even = best.records.filter(({ fields, isMalformed }) => !isMalformed && fields.length === best.width).length;
  if (even >= best.records.length * 0.6) return best;
  throw new InferenceRefused(
    "DelimiterUnknown",
    `'${name}': with no delimiter do all lines have the same number of fields; with ${shown(best.dialect.delimiter)}, ${even} of ${best.records.length} have ${best.width}. Give it with --delimiter.`,
  );
}
