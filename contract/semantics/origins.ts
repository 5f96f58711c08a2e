import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";

type Report = (path: Path, found: string, expected: string, remedy: string) => void;

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

type Format<Type> = Extract<DatasetFile["format"], { type: Type }>;

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

const step = /^\.?(?:\['(?:[^'\\]|\\.)*'\]|\[\d+\]|[^.[\]]+)/;

/** The first character of a JSON path that cannot be read, from 1; undefined when all can. */
function brokenAt(path: string): number | undefined {
  let at = 0;
  while (at < path.length) {
    const rest = path.slice(at);
    const [part] = step.exec(rest) ?? [];
    const isJoined = at === 0 ? !rest.startsWith(".") : /^[.[]/.test(rest);
    if (part === undefined || !isJoined) return at + 1;
    at += part.length;
  }
  return undefined;
}

const jsonSpecial = ["$value", "$file", "$partition", "$manifest", "$landed"] as const;
const pathExample = "steps by dots, other names as ['any text'], elements as [0]";

function jsonRules({ columns }: DatasetFile, { records, lines }: Format<"json">, report: Report): void {
  if (records !== undefined && lines === true) {
    report(
      ["format", "lines"],
      "lines: true beside records",
      "one of them",
      "Remove 'lines': records are those of a document.",
    );
  }
  const broken = records === undefined ? undefined : brokenAt(records);
  if (broken !== undefined) {
    report(
      ["format", "records"],
      `'${records}', which cannot be read from character ${broken} on`,
      pathExample,
      "Correct the path.",
    );
  }
  columns.forEach(({ from }, i) => {
    if (typeof from === "string") jsonOrigin(from, ["columns", i, "from"], records, report);
  });
}

function jsonOrigin(from: string, path: Path, records: string | undefined, report: Report): void {
  const [, star] = /^\$(\d+)$/.exec(from) ?? [];
  if (star !== undefined) {
    const stars = (records ?? "").split(/[.[\]]/).filter((part) => part === "*").length;
    if (Number(star) >= 1 && Number(star) <= stars) return;
    const known = stars === 0 ? "no star in 'records'" : `$1 to $${stars}, one for each star of 'records'`;
    report(path, `'${from}'`, known, "Write '*' in 'records' where the names stand, or another place.");
  } else if (from.startsWith("$document")) {
    documentRule(from, records, (found, expected, remedy) => report(path, found, expected, remedy));
  } else if (from.startsWith("$")) {
    specialRule(from, jsonSpecial, path, report);
  } else {
    const at = brokenAt(from);
    if (at === undefined) return;
    report(path, `'${from}', which cannot be read from character ${at} on`, pathExample, "Correct the path.");
  }
}

function documentRule(
  from: string,
  records: string | undefined,
  report: (found: string, expected: string, remedy: string) => void,
) {
  if (records === undefined) {
    report(
      `'${from}' with one object a line`,
      "a document, with 'records'",
      "Remove the column, or name the document's 'records'.",
    );
  }
  const rest = from.slice("$document".length);
  const at = rest.startsWith(".") || rest.startsWith("[") ? brokenAt(rest.replace(/^\./, "")) : 1;
  if (at !== undefined) report(`'${from}'`, "$document.<path>", "Write the path behind '$document.'.");
}

function specialRule(from: string, known: readonly string[], path: Path, report: Report): void {
  if (known.includes(from)) return;
  const near = nearest(from, known);
  const remedy = near === undefined ? "Write one of these, or a path." : `Write '${near}'.`;
  report(path, `'${from}'`, `one of ${known.join(", ")}`, remedy);
}

function xmlRules({ columns }: DatasetFile, { record, namespaces }: Format<"xml">, report: Report): void {
  const bound = Object.keys(namespaces);
  const unbound = (text: string) =>
    bound.length === 0
      ? undefined
      : [...text.replaceAll(/'[^']*'|"[^"]*"/g, "").matchAll(/([A-Za-z_][\w.-]*):(?!:)[A-Za-z_*]/g)]
          .map(([, prefix = ""]) => prefix)
          .find((prefix) => prefix !== "xml" && !bound.includes(prefix));
  const look = (path: Path, text: string) => {
    const prefix = unbound(text);
    if (prefix === undefined) return;
    const near = nearest(prefix, bound);
    const remedy =
      near === undefined
        ? `Bind '${prefix}' in 'namespaces'.`
        : `Write '${near}', or bind '${prefix}' in 'namespaces'.`;
    report(path, `the prefix '${prefix}'`, `a prefix that is bound: ${bound.join(", ")}`, remedy);
  };
  look(["format", "record"], record);
  columns.forEach(({ from }, i) => {
    const path = ["columns", i, "from"];
    if (typeof from !== "string") return;
    if (from.startsWith("$")) {
      specialRule(from, jsonSpecial.slice(1), path, report);
      return;
    }
    const problem = unbalanced(from);
    if (problem !== undefined) report(path, `'${from}': ${problem}`, "an XPath 1.0 expression", "Close it.");
    look(path, from);
  });
}

/** An XPath whose brackets or quotes do not close; the job reads the rest of its grammar. */
function unbalanced(path: string): string | undefined {
  const bare = path.replaceAll(/'[^']*'|"[^"]*"/g, "");
  if (/['"]/.test(bare)) return "a quote that is not closed";
  const open: string[] = [];
  for (const character of bare) {
    if (character === "[") open.push("]");
    if (character === "(") open.push(")");
    if ((character === "]" || character === ")") && open.pop() !== character)
      return `a '${character}' that nothing opened`;
  }
  return open.length > 0 ? "a bracket that is not closed" : undefined;
}
