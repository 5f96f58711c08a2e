import type { Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";
import { jsonSpecial, specialRule } from "./json-origins.js";
import type { Format, Report } from "./report.js";
import { xpathFunctions, xpathProblem } from "./xpath.js";

const special = ["$element", ...jsonSpecial.slice(1)];

/** XML: names of record elements, prefixes that are bound, expressions that XPath 1.0 knows. */
export function xmlRules({ columns }: DatasetFile, { record, namespaces }: Format<"xml">, report: Report): void {
  const bound = Object.keys(namespaces);
  const names = typeof record === "string" ? [record] : record;
  names.forEach((name, i) => {
    const path = typeof record === "string" ? ["format", "record"] : ["format", "record", i];
    prefixRule(name, bound, path, report);
    if (names.indexOf(name) < i) report(path, `'${name}' twice`, "each name once", "Remove one of them.");
  });
  columns.forEach(({ from }, i) => {
    const path = ["columns", i, "from"];
    if (typeof from !== "string") return;
    if (from.startsWith("$")) {
      specialRule(from, special, path, report);
      return;
    }
    expressionRule(from, path, report);
    prefixRule(from, bound, path, report);
  });
}

function expressionRule(from: string, path: Path, report: Report): void {
  const found = xpathProblem(from);
  if (found === undefined) return;
  const { problem, unknown } = found;
  const near = unknown === undefined ? undefined : nearest(unknown, xpathFunctions);
  const remedy =
    unknown === undefined
      ? "Correct the expression."
      : near === undefined
        ? `Read the text, and compute in an 'expression' column. XPath 1.0 has the functions ${xpathFunctions.join(", ")}.`
        : `Write '${near}()'.`;
  report(path, `'${from}', which ${problem}`, "an XPath 1.0 expression", remedy);
}

/** With `namespaces` every prefix must be bound; without, prefixes are passed over and local names match. */
function prefixRule(text: string, bound: readonly string[], path: Path, report: Report): void {
  if (bound.length === 0) return;
  const prefix = [...text.replaceAll(/'[^']*'|"[^"]*"/g, "").matchAll(/([\p{L}_][\p{L}\p{N}_.-]*):(?!:)[\p{L}_*]/gu)]
    .map(([, found = ""]) => found)
    .find((found) => found !== "xml" && !bound.includes(found));
  if (prefix === undefined) return;
  const near = nearest(prefix, bound);
  const remedy =
    near === undefined ? `Bind '${prefix}' in 'namespaces'.` : `Write '${near}', or bind '${prefix}' in 'namespaces'.`;
  report(path, `the prefix '${prefix}'`, `a prefix that is bound: ${bound.join(", ")}`, remedy);
}
