import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";
import { jsonRules } from "./json-origins.js";
import type { Format, Report } from "./report.js";
import { xmlRules } from "./xml-origins.js";

/** Where values come from: paths that can be read, stars that exist, prefixes that are bound, signs of CSV that differ. */
export function originFindings(file: DatasetFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (path, found, expected, remedy) =>
    findings.push(findingAt(located, path, { found, expected, remedy }));
  const { format } = file;
  if (format.type === "csv") csvRules(format, report);
  if (format.type === "json") jsonRules(file, format, report);
  if (format.type === "xml") xmlRules(file, format, report);
  return findings;
}

function csvRules({ delimiter, quote, comment }: Format<"csv">, report: Report): void {
  const signs = { delimiter, quote, comment };
  for (const [name, other] of [
    ["quote", "delimiter"],
    ["comment", "delimiter"],
    ["comment", "quote"],
  ] as const) {
    if (signs[name] === "none" || signs[name] !== signs[other]) continue;
    report(
      ["format", name],
      `'${signs[name]}', which is the ${other} too`,
      "another character",
      `Change ${name} or ${other}.`,
    );
  }
  for (const name of ["delimiter", "quote", "comment"] as const) {
    if (!/[\r\n]/.test(signs[name])) continue;
    report(["format", name], "a line break", "a character that ends no line", `Write another ${name}.`);
  }
}
