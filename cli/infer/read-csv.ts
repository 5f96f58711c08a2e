import { parse } from "csv-parse/sync";
import type { FileText } from "./read-file.js";
import { InferenceRefused } from "./refusal.js";
import { type Field, type Hints, type Sample, shown } from "./sample.js";
import { guessTime } from "./times.js";

interface Dialect {
  readonly delimiter: string;
  readonly quote: string | undefined;
  readonly escape: "double" | "backslash";
}

interface Table {
  readonly dialect: Dialect;
  readonly width: number;
  readonly rows: readonly (readonly string[])[];
  /** Records of another width, or with a quote that is not closed. */
  readonly bad: number;
}

const delimiters = [",", ";", "\t", "|"];
/** So many records are looked at to tell the delimiter. */
const sniffedRecords = 2000;
const sampledRecords = 200_000;

/** @throws InferenceRefused when delimiter or header cannot be told. */
export function readCsv(file: FileText, hints: Hints): Sample {
  const text = file.isCut ? file.text.slice(0, file.text.lastIndexOf("\n") + 1) : file.text;
  if (text.includes("\r") && !text.includes("\n")) {
    throw new InferenceRefused(
      "FormatUnknown",
      `'${file.name}' has no line feeds: deliver it with lines that end in LF or CRLF.`,
    );
  }
  const dialect = tellDialect(file.name, text, hints.delimiter);
  const table = split(text, dialect, sampledRecords);
  const [first] = table.rows;
  if (first === undefined) throw new InferenceRefused("NoRecords", `'${file.name}' is empty.`);
  if (hints.header === undefined && table.rows.length === 1) {
    throw new InferenceRefused(
      "NoRecords",
      `'${file.name}' has one line, which may be a header. Take a sample with records.`,
    );
  }
  const hasHeader = hints.header ?? tellHeader(file.name, table);
  const rows = hasHeader ? table.rows.slice(1) : table.rows;
  if (rows.length === 0) throw new InferenceRefused("NoRecords", `'${file.name}' has a header and no records.`);
  if (hasHeader) refuseTwice(file.name, first);
  const fields = first.map((name, index): Field => {
    const from = hasHeader ? trimmed(name) : index + 1;
    return { from, path: [hasHeader ? name : ""], values: rows.map((row) => row[index] ?? null) };
  });
  return {
    format: { type: "csv", ...declared(dialect), ...(hasHeader ? {} : { header: false }) },
    fields: fields.map((field) => (field.from === "" ? { ...field, obstacle: "no name in the header" } : field)),
    records: rows.length,
    notes:
      table.bad === 0
        ? []
        : [
            `${file.name}: ${table.bad} record(s) of another length than ${table.width}, or with a quote that is not closed, are left out here and would be rejected`,
          ],
  };
}

const trimmed = (text: string) => text.replaceAll(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

/** Only what is no default of the contract. */
function declared(dialect: Dialect) {
  const { delimiter, quote } = dialect;
  return {
    ...(delimiter === "," ? {} : { delimiter }),
    ...(quote === '"' ? {} : { quote: quote ?? "none" }),
    ...(dialect.escape === "double" ? {} : { escape: dialect.escape }),
  };
}

function split(text: string, dialect: Dialect, limit: number): Table {
  const { delimiter, quote } = dialect;
  let bad = 0;
  const all: string[][] = parse(text, {
    delimiter,
    quote: quote ?? null,
    escape: dialect.escape === "backslash" ? "\\" : (quote ?? null),
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    // A quote inside a field that does not begin with one is data (docs/contract.md).
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: () => {
      bad += 1;
      return undefined;
    },
    to: limit,
  });
  const rows = all.filter((row) => row.length > 1 || trimmed(row[0] ?? "") !== "");
  const widths = new Map<number, number>();
  for (const row of rows) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
  const [width = 0] = [...widths].sort(([, a], [, b]) => b - a)[0] ?? [];
  const even = rows.filter((row) => row.length === width);
  return { dialect, width, rows: even, bad: bad + rows.length - even.length };
}

function tellDialect(name: string, text: string, wanted: string | undefined): Dialect {
  const head = beginning(text, sniffedRecords);
  const tried = (wanted === undefined ? delimiters : [wanted]).map((delimiter) => best(head, delimiter));
  const share = (table: Table) => table.rows.length / Math.max(1, table.rows.length + table.bad);
  if (wanted !== undefined) {
    const [only] = tried;
    if (only === undefined || only.width < 2) {
      throw new InferenceRefused("DelimiterUnknown", `'${name}' has no fields that ${shown(wanted)} separates.`);
    }
    return only.dialect;
  }
  const likely = tried.filter((table) => table.width > 1 && share(table) >= 0.9);
  const [first, second] = likely.toSorted((a, b) => b.width - a.width);
  if (first === undefined) {
    const found = tried.find((table) => table.width > 1 || table.bad > 0);
    // One field a line, and no delimiter anywhere: there is nothing to tell.
    if (found === undefined) return best(head, ",").dialect;
    throw new InferenceRefused(
      "DelimiterUnknown",
      `'${name}': no one of comma, semicolon, tab and | gives lines of the same number of fields. Name it with --delimiter.`,
    );
  }
  if (second !== undefined && second.width === first.width) {
    throw new InferenceRefused(
      "DelimiterUnknown",
      `'${name}' has ${first.width} fields a line with ${shown(first.dialect.delimiter)} as well as with ${shown(second.dialect.delimiter)}. Name it with --delimiter.`,
    );
  }
  return first.dialect;
}

/** The way of quoting under which a delimiter gives the most even lines; plain double quotes where all are equal. */
function best(text: string, delimiter: string): Table {
  const ways: readonly Omit<Dialect, "delimiter">[] = [
    { quote: '"', escape: "double" },
    ...(text.includes('\\"') ? [{ quote: '"', escape: "backslash" } as const] : []),
    ...(/(?:^|[,;\t|])'/m.test(text) && !text.includes('"') ? [{ quote: "'", escape: "double" } as const] : []),
    ...(text.includes('"') ? [{ quote: undefined, escape: "double" } as const] : []),
  ];
  const tables = ways.map((way) => split(text, { delimiter, ...way }, sniffedRecords));
  return tables.reduce((most, table) => (isBetter(table, most) ? table : most));
}

function isBetter(table: Table, other: Table): boolean {
  if (table.bad !== other.bad) return table.bad < other.bad;
  if (table.width !== other.width) return table.width < other.width && table.width > 1;
  // As even: the one that leaves no quotes at the ends of values.
  return quotesLeft(table) < quotesLeft(other);
}

const quotesLeft = ({ rows }: Table) =>
  rows.reduce((sum, row) => sum + row.filter((value) => /^["']|["']$|\\$/.test(value)).length, 0);

/** At most so many lines, whole. */
function beginning(text: string, lines: number): string {
  let end = 0;
  for (let n = 0; n < lines * 2; n++) {
    const next = text.indexOf("\n", end);
    if (next < 0) return text;
    end = next + 1;
  }
  return text.slice(0, end);
}

function refuseTwice(name: string, header: readonly string[]): void {
  const names = header.map(trimmed);
  const twice = names.find((text, index) => text !== "" && names.indexOf(text) !== index);
  if (twice === undefined) return;
  throw new InferenceRefused(
    "HeaderUnknown",
    `'${name}': the header has the name '${twice}' twice; a load would be refused. Rename one.`,
  );
}

const isData = (text: string) => {
  const value = trimmed(text);
  return value === "" || /^[+-]?[\d.,]+(?:[eE][+-]?\d+)?$/.test(value) || guessTime([value]) !== undefined;
};

/** Whether the first line names the columns. @throws InferenceRefused when both could be. */
function tellHeader(name: string, { rows }: Table): boolean {
  const [first = [], ...rest] = rows;
  const body = rest.slice(0, sniffedRecords);
  const names = first.map(trimmed);
  const isDistinct = new Set(names).size === names.length;
  // A name over numbers or times is a name; a number over numbers is none.
  const isTyped = (index: number) => {
    const values = body.map((row) => trimmed(row[index] ?? "")).filter((value) => value !== "");
    return values.length > 0 && values.every(isData);
  };
  const overData = names.filter((text, index) => text !== "" && !isData(text) && isTyped(index));
  const dataOverData = names.filter((text, index) => text !== "" && isData(text) && isTyped(index));
  if (overData.length > 0 && dataOverData.length === 0) return true;
  if (dataOverData.length > 0 && overData.length === 0) return false;
  const isName = (text: string) => /^[A-Za-z][\w .()/%-]*$/.test(text);
  const isSnake = (text: string) => /^[a-z][a-z0-9]*(?:[_ -]?[a-z0-9]+)*$|^[a-z]+(?:[A-Z][a-z0-9]*)+$/.test(text);
  const isRepeated = names.some((text, index) => body.some((row) => trimmed(row[index] ?? "") === text));
  const looksLikeBody = names.every((text, index) =>
    body.every((row) => isSnake(trimmed(row[index] ?? "")) === isSnake(text)),
  );
  if (names.every(isName) && isDistinct && !isRepeated && names.every(isSnake) && !looksLikeBody) return true;
  if (isRepeated && !names.every(isSnake)) return false;
  throw new InferenceRefused(
    "HeaderUnknown",
    `'${name}': whether its first line (${names.slice(0, 4).map(shown).join(", ")}) names the columns cannot be told. Say --header yes or --header no.`,
  );
}
