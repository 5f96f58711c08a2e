import type { Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";
import type { Format, Report } from "./report.js";

const step = /^\.?(?:\['(?:[^'\\]|\\.)*'\]|\[\d+\]|[^.[\]]+)/;
const pathExample = "steps by dots, other names as ['any text'], elements as [0]";
export const anywhere = ["$file", "$partition", "$manifest", "$landed", "$path.<name>"] as const;
export const jsonSpecial = ["$value", ...anywhere] as const;

interface Steps {
  readonly steps: readonly string[];
  /** The first character that cannot be read, from 1; undefined when all can. */
  readonly brokenAt?: number;
}

/** The steps of a JSON path as they are written, without the dots between them. */
function stepsOf(path: string): Steps {
  const steps: string[] = [];
  let at = 0;
  while (at < path.length) {
    const rest = path.slice(at);
    const [part] = step.exec(rest) ?? [];
    const isJoined = at === 0 ? !rest.startsWith(".") : /^[.[]/.test(rest);
    if (part === undefined || !isJoined) return { steps, brokenAt: at + 1 };
    steps.push(part.replace(/^\./, ""));
    at += part.length;
  }
  return { steps };
}

export function pathRule(text: string, path: Path, report: Report, offset = 0): void {
  const { brokenAt } = stepsOf(text.slice(offset));
  if (brokenAt === undefined && text.length > offset) return;
  const place = offset + (brokenAt ?? 1);
  report(path, `'${text}', which cannot be read from character ${place} on`, pathExample, "Correct the path.");
}

/** JSON: how records are found in a file, and paths to their values. */
export function jsonRules({ columns }: DatasetFile, format: Format<"json">, report: Report): void {
  const { records } = format;
  layoutRules(format, report);
  if (records !== undefined && records !== "$") {
    if (/^(\$|\.\.\/)/.test(records)) {
      const remedy = "Write a path into the document, with '*' for any name, or '$' for the document itself.";
      report(["format", "records"], `'${records}'`, `a path: ${pathExample}`, remedy);
    } else {
      pathRule(records, ["format", "records"], report);
    }
  }
  columns.forEach(({ from }, i) => {
    if (typeof from === "string") originRule(from, ["columns", i, "from"], records, report);
  });
}

function layoutRules({ lines, records, concatenated }: Format<"json">, report: Report): void {
  if (concatenated && lines === true) {
    const remedy = "Remove 'lines': concatenated values can be on separate lines too.";
    report(["format", "lines"], "lines: true together with concatenated: true", "only one of the two", remedy);
  }
  if (lines === false && records === undefined && !concatenated) {
    const remedy =
      "Add 'records: $' if a file is one record, 'records: <path>' if it contains records, or 'concatenated: true'.";
    report(["format", "lines"], "lines: false alone", "a key that says where the records are", remedy);
  }
}

function originRule(from: string, path: Path, records: string | undefined, report: Report): void {
  const [, star] = /^\$(\d+)$/.exec(from) ?? [];
  if (star !== undefined) {
    starRule(from, Number(star), path, records, report);
  } else if (from.startsWith("$document")) {
    documentRule(from, path, records, report);
  } else if (from.startsWith("$")) {
    specialRule(from, jsonSpecial, path, report);
  } else if (from.startsWith("../")) {
    aboveRule(from, path, records, report);
  } else {
    pathRule(from, path, report);
  }
}

function starRule(from: string, star: number, path: Path, records: string | undefined, report: Report): void {
  const stars = stepsOf(records ?? "").steps.filter((part) => part === "*").length;
  if (star >= 1 && star <= stars) return;
  const known = stars === 0 ? "no star in 'records'" : `$1 to $${stars}, one for each star of 'records'`;
  report(path, `'${from}'`, known, "Write '*' in 'records' in place of the names, or read another value.");
}

function documentRule(from: string, path: Path, records: string | undefined, report: Report): void {
  if (records === undefined) {
    const remedy = "Remove the column, or name the document's 'records'.";
    report(path, `'${from}' without 'records'`, "a document, with 'records'", remedy);
  }
  const rest = from.slice("$document".length);
  const inner = rest.replace(/^\./, "");
  const isPath = /^[.[]/.test(rest) && inner !== "" && stepsOf(inner).brokenAt === undefined;
  if (!isPath) report(path, `'${from}'`, "$document.<path>", "Write a path after '$document.'.");
}

/** `../` leads to the next object above the record. Each step of `records` but `[0]` may leave one behind. */
function aboveRule(from: string, path: Path, records: string | undefined, report: Report): void {
  const [up = ""] = /^(?:\.\.\/)+/.exec(from) ?? [];
  pathRule(from, path, report, up.length);
  const wanted = up.length / 3;
  const isPath = records !== undefined && records !== "$";
  const above = isPath ? stepsOf(records).steps.filter((part) => !/^\[\d+\]$/.test(part)).length : 0;
  if (wanted <= above) return;
  const found = `'${from}', ${wanted} object${wanted > 1 ? "s" : ""} above the record`;
  const shown = records === undefined ? "a record that is a whole line or value" : `'records: ${records}'`;
  const expected = above === 0 ? `no '../', since ${shown} has nothing above it` : `at most ${above} for ${shown}`;
  report(path, found, expected, "Write fewer '../', or a longer path in 'records'.");
}

/** A `from` that begins with `$` must be one of the known ones. */
export function specialRule(from: string, known: readonly string[], path: Path, report: Report): void {
  // Which names the path has is arrival.ts's to say.
  if (known.includes(from) || (from.startsWith("$path.") && known.includes("$path.<name>"))) return;
  const near = nearest(from, known);
  const remedy = near === undefined ? "Write one of these, or a path." : `Write '${near}'.`;
  report(path, `'${from}'`, `one of ${known.join(", ")}`, remedy);
}
