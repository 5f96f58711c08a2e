import type { ResultSet } from "../warehouse/statements.js";
import { CommandFailed } from "./exit-codes.js";
import { columns } from "./terminal.js";

export type RowFormat = "table" | "csv" | "json";

/**
 * The rows of a result; `nullText` stands for NULL in table and CSV. JSON: a list of objects.
 * @throws CommandFailed for JSON of a result with two columns of one name, since an object holds one of them only
 */
export function formatRows(result: ResultSet, format: RowFormat, nullText: string): string {
  const texts = () => result.rows.map((row) => row.map((value) => (value === null ? nullText : value)));
  switch (format) {
    case "json":
      refuseTwins(result.columns);
      return `[${result.rows.map((row) => jsonObject(result.columns, row)).join(",")}]`;
    case "csv":
      return [result.columns, ...texts()].map((row) => row.map(csvField).join(",")).join("\r\n");
    case "table":
      return columns(result.columns, texts());
  }
}

/** A number of JSON may have any digits; only JavaScript's own writer has no way to say so. */
const jsonObject = (names: readonly string[], row: ResultSet["rows"][number]): string =>
  `{${names.map((name, index) => `${JSON.stringify(name)}:${jsonValue(row[index] ?? null)}`).join(",")}}`;

const jsonValue = (value: ResultSet["rows"][number][number]): string =>
  typeof value === "bigint" ? String(value) : JSON.stringify(value);

function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return;
  throw new CommandFailed(
    `The result has two columns '${twin}', but JSON can hold only one of them. Rename one: … AS ${twin}_2.`,
  );
}

/** RFC 4180: quoted when it holds a quotation mark, a comma or a line break. */
function csvField(value: string | number | bigint | boolean): string {
  const text = String(value);
  return /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
