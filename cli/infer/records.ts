/** How a CSV file's records are told apart: the members of `format:` that decide it. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string | undefined;
  readonly escape: "double" | "backslash";
  /** Blanks behind a delimiter are no part of the field. */
  readonly skipsSpace?: boolean;
  readonly comment?: string | undefined;
}

export interface CsvRecord {
  readonly fields: readonly string[];
  /** The first of its lines, from 0, and how many it has. */
  readonly line: number;
  readonly lines: number;
  /** As it stands, without its line end. */
  readonly raw: string;
  /** Text behind a closing quote, or a quote that is never closed: the load rejects it. */
  readonly isMalformed: boolean;
  /** A field that does not begin with a quote holds one: `quotes: strict` would reject it. */
  readonly hasStrayQuote: boolean;
}

/** So many characters are looked through for the quote that closes a field. */
const longestField = 1_000_000;

/** The records of a text, at most `limit`, by the rules of a load: a quote opens a field only at its beginning, lines of white space
 * alone are none, and a record with a wrong quote costs one line. */
export function splitRecords(text: string, dialect: Dialect, limit = Number.POSITIVE_INFINITY): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = 0;
  for (let line = 0; at < text.length && records.length < limit; ) {
    const end = endOfLine(text, at);
    const raw = withoutReturn(text.slice(at, end));
    if (raw.trim() === "" || (dialect.comment !== undefined && raw.startsWith(dialect.comment))) {
      // A line of delimiters that are blanks is a record of empty fields only where something else stands in it.
      at = end + 1;
      line += 1;
      continue;
    }
    const record = readRecord(text, at, end, raw, line, dialect);
    records.push(record);
    line += record.lines;
    at = record.lines === 1 ? end + 1 : at + record.raw.length + lineEndLength(text, at + record.raw.length);
  }
  return records;
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf("\n", from);
  return found < 0 ? text.length : found;
}

const withoutReturn = (line: string) => (line.endsWith("\r") ? line.slice(0, -1) : line);
const lineEndLength = (text: string, at: number) => (text[at] === "\r" ? 2 : 1);

function readRecord(text: string, at: number, end: number, raw: string, line: number, dialect: Dialect): CsvRecord {
  const { quote, delimiter } = dialect;
  if (quote === undefined || !raw.includes(quote)) {
    const fields = raw.split(delimiter);
    return { fields: dialect.skipsSpace ? fields.map(leftTrimmed) : fields, line, lines: 1, raw, ...sound };
  }
  const found = quotedFields(text, at, dialect, quote);
  if (found === undefined)
    return { fields: raw.split(delimiter), line, lines: 1, raw, isMalformed: true, hasStrayQuote: true };
  const whole = withoutReturn(text.slice(at, found.end));
  const lines = found.end <= end ? 1 : whole.split("\n").length;
  return { fields: found.fields, line, lines, raw: whole, isMalformed: false, hasStrayQuote: found.isStray };
}

const sound = { isMalformed: false, hasStrayQuote: false } as const;

const leftTrimmed = (text: string) => text.replace(/^ +/, "");

/** The fields up to the line end behind the last of them; undefined where a quote is wrong. */
function quotedFields(text: string, from: number, dialect: Dialect, quote: string) {
  const { delimiter } = dialect;
  const fields: string[] = [];
  let at = from;
  let isStray = false;
  for (;;) {
    if (dialect.skipsSpace) while (text[at] === " ") at += 1;
    if (text.startsWith(quote, at)) {
      const closed = quotedField(text, at + quote.length, dialect, quote);
      if (closed === undefined) return undefined;
      fields.push(closed.value);
      at = closed.end;
      if (text.startsWith(delimiter, at)) {
        at += delimiter.length;
        continue;
      }
      if (at >= text.length || text[at] === "\n" || text.startsWith("\r\n", at)) {
        return { fields, end: endOfLine(text, at), isStray };
      }
      return undefined;
    }
    const lineEnd = endOfLine(text, at);
    const next = text.indexOf(delimiter, at);
    if (next < 0 || next >= lineEnd) {
      fields.push(withoutReturn(text.slice(at, lineEnd)));
      return { fields, end: lineEnd, isStray: isStray || text.slice(at, lineEnd).includes(quote) };
    }
    fields.push(text.slice(at, next));
    isStray ||= text.slice(at, next).includes(quote);
    at = next + delimiter.length;
  }
}

/** The value of a field whose opening quote stands before `from`, and the place behind its closing one. */
function quotedField(text: string, from: number, { escape: escaping }: Dialect, quote: string) {
  let value = "";
  let at = from;
  const last = Math.min(text.length, from + longestField);
  while (at < last) {
    const next = nextOf(text, at, quote, escaping);
    if (next < 0) return undefined;
    value += text.slice(at, next);
    if (escaping === "backslash" && text[next] === "\\") {
      value += text[next + 1] ?? "";
      at = next + 2;
    } else if (escaping === "double" && text.startsWith(quote, next + quote.length)) {
      value += quote;
      at = next + 2 * quote.length;
    } else {
      return { value, end: next + quote.length };
    }
  }
  return undefined;
}

function nextOf(text: string, at: number, quote: string, escaping: Dialect["escape"]): number {
  const found = text.indexOf(quote, at);
  if (escaping === "double") return found;
  const backslash = text.indexOf("\\", at);
  return backslash >= 0 && (found < 0 || backslash < found) ? backslash : found;
}
