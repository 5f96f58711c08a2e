import type { ColumnarFormatFile } from "../columnar-file.js";
import type { Path } from "../finding.js";
import type { DatasetFile } from "../schema.js";
import { anywhere, pathRule, specialRule } from "./json-origins.js";
import type { Report } from "./report.js";

/** Columns of a file with a schema of its own are found by path, as in JSON, those of a sheet by its header. */
export function columnarRules({ columns }: DatasetFile, format: ColumnarFormatFile, report: Report): void {
  columns.forEach(({ from }, i) => {
    if (typeof from === "string") originRule(from, ["columns", i, "from"], format.type, report);
  });
}

function originRule(from: string, path: Path, type: string, report: Report): void {
  if (type === "xlsx" && !from.startsWith("$")) return;
  if (from.startsWith("../")) {
    report(path, `'${from}'`, "a path into the record", `Remove '../': a record of ${type} has nothing above it.`);
  } else if (from.startsWith("$")) {
    specialRule(from, anywhere, path, report);
  } else {
    pathRule(from, path, report);
  }
}
