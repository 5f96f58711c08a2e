import { isColumnar } from "../columnar-file.js";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";
import { columnarRules } from "./columnar-format.js";
import { csvRules, quotedEmptyRules } from "./csv-format.js";
import { fixedRules } from "./fixed-format.js";
import { jsonRules } from "./json-origins.js";
import type { Report } from "./report.js";
import { xmlRules } from "./xml-origins.js";

/** Where values come from: paths that can be read, stars that exist, prefixes that are bound, signs of CSV that differ. */
export function originFindings(file: DatasetFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (path, found, expected, remedy) =>
    findings.push(findingAt(located, path, { found, expected, remedy }));
  const { format } = file;
  if (format.type === "csv") csvRules(file, format, report);
  else quotedEmptyRules(file, "only CSV shows what was quoted", report);
  if (format.type === "json") jsonRules(file, format, report);
  if (format.type === "xml") xmlRules(file, format, report);
  if (format.type === "fixed") fixedRules(file, format, report);
  if (isColumnar(format)) columnarRules(file, format, report);
  return findings;
}
