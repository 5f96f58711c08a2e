import type { FixedFormatFile } from "../fixed-file.js";
import type { DatasetFile } from "../schema.js";
import { anywhere, specialRule } from "./json-origins.js";
import type { Report } from "./report.js";

const range = /^([1-9]\d{0,6})(?:-([1-9]\d{0,6}))?$/;

/** Fixed width: every column says which part of a line it is; ranges may overlap. */
export function fixedRules({ columns }: DatasetFile, format: FixedFormatFile, report: Report): void {
  columns.forEach(({ from, value, expression }, i) => {
    if (value !== undefined || expression !== undefined) return;
    const path = ["columns", i, "from"];
    if (typeof from === "string" && from.startsWith("$")) {
      specialRule(from, anywhere, path, report);
      return;
    }
    const [, first, last] = range.exec(String(from ?? "")) ?? [];
    if (typeof from === "string" && first !== undefined && Number(last ?? first) >= Number(first)) return;
    report(
      from === undefined ? ["columns", i, "name"] : path,
      from === undefined ? "a column without a range" : `'${from}'`,
      "a range counted from 1, including its end",
      `Write from: "1-10", in quotes, for the first ten ${format.unit}.`,
    );
  });
  if (format.unit === "bytes" && format.encoding?.startsWith("utf-16")) {
    report(
      ["format", "unit"],
      `unit: bytes with encoding: ${format.encoding}`,
      "an encoding whose line ends are single bytes",
      "Write unit: characters.",
    );
  }
}
