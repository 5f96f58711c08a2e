import type { ResultSet } from "./statements.js";
import { columns } from "./terminal.js";

export type RowFormat = "table" | "csv" | "json";

/** The rows of a result; `nullText` stands for NULL in table and CSV. JSON: a list of objects. */
export function formatRows(result: ResultSet, format: RowFormat, nullText: string): string {
  const texts = () => result.rows.map((row) => row.map((value) => (value === null ? nullText : value)));
  switch (format) {
    case "json":
      return JSON.stringify(
        result.rows.map((row) => Object.fromEntries(result.columns.map((name, index) => [name, row[index] ?? null]))),
      );
    case "csv":
      return [result.columns, ...texts()].map((row) => row.map(csvField).join(",")).join("\r\n");
    case "table":
      return columns(result.columns, texts());
  }
}

/** RFC 4180: quoted when it holds a quotation mark, a comma or a line break. */
function csvField(value: string | number | boolean): string {
  const text = String(value);
  return /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
