import type { CsvRecord, Dialect } from "./records.js";
import { shown } from "./sample.js";

/** What a load makes of quotes and backslashes without rejecting a record: a person may want something else. */
export function quoteNotes({ quote, escape: escaping }: Dialect, rows: readonly CsvRecord[]): string[] {
  if (quote === undefined) {
    return note(
      rows.filter(({ raw }) => raw.includes('"')),
      "contain quotes, which are read as data (quote: none)",
    );
  }
  const dropped = escaping === "backslash" ? rows.filter(({ raw }) => dropsBackslash(raw)) : [];
  return [
    ...note(
      rows.filter(({ hasStrayQuote }) => hasStrayQuote),
      "have a quote inside an unquoted field, which is read as data and split at delimiters; quotes: strict rejects such records",
    ),
    ...note(dropped, "have a backslash before a character other than a quote: the backslash is dropped"),
  ];
}

const note = (records: readonly CsvRecord[], what: string) =>
  records.length === 0 ? [] : [`${records.length} record(s), such as ${shown(records[0]?.raw ?? "")}, ${what}`];

/** `\N`, which stands for NULL, is looked at with its column. */
const dropsBackslash = (raw: string) => /\\(?!N\b)\w/.test(raw.replaceAll("\\\\", ""));
