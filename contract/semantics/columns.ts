import { columnTypeText } from "../column-type.js";
import { isColumnar } from "../columnar-file.js";
import { isPositional } from "../compile.js";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";
import { numberProblem } from "./number-format.js";
import { reservedColumns, systemColumns } from "./reserved-columns.js";
import { zoneProblem } from "./time-zones.js";

type ColumnOf = DatasetFile["columns"][number];
type Report = (key: keyof ColumnOf, found: string, expected: string, remedy: string) => void;

/** Rules for each column by itself, and for the column list. */
export function columnFindings(file: DatasetFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  file.columns.forEach((column, i) => {
    const report: Report = (key, found, expected, remedy) => {
      findings.push(findingAt(located, ["columns", i, key], { found, expected, remedy }));
    };
    if (seen.has(column.name))
      report("name", `'${column.name}' a second time`, "each column once", "Rename or remove it.");
    seen.add(column.name);
    nameRules(column, report);
    sourceRules(column, file, report);
    optionRules(column, report);
  });
  const zone = file.defaults?.timezone;
  const problem = zone === undefined ? undefined : zoneProblem(zone);
  if (problem !== undefined) findings.push(findingAt(located, ["defaults", "timezone"], problem));
  for (const [path, number] of [
    [["defaults", "number"], file.defaults?.number] as const,
    ...file.columns.map((column, i) => [["columns", i, "number"], column.number] as const),
  ]) {
    const wrong = number === undefined ? undefined : numberProblem(number);
    if (wrong !== undefined) findings.push(findingAt(located, path, wrong));
  }
  return findings;
}

function nameRules({ name }: ColumnOf, report: Report): void {
  const problem = nameProblem(name);
  if (problem !== undefined) report("name", ...problem);
}

/** Why no column may have the name: found, expected, remedy. */
export function nameProblem(name: string): readonly [found: string, expected: string, remedy: string] | undefined {
  if (name.startsWith("sluice_") || reservedColumns.has(name)) {
    const other = `${name.replace(/^sluice_/, "")}_value`;
    return [`'${name}'`, "a name that Sluice does not reserve", `Call it '${other}'.`];
  }
  if (systemColumns.has(name)) {
    return [`'${name}', which every Redshift table has already`, "another name", `Call it '${name}_value'.`];
  }
  return undefined;
}

function sourceRules(column: ColumnOf, file: DatasetFile, report: Report): void {
  const given = (["from", "value", "expression"] as const).filter((key) => column[key] !== undefined);
  if (given.length > 1) {
    report(
      given[1] ?? "from",
      given.join(" and "),
      "one of from, value and expression",
      `Keep one of ${given.join(", ")}.`,
    );
  }
  const positional = isPositional(file.format);
  if (given.length === 0 && positional && file.columns.some((other) => other.from !== undefined)) {
    report(
      "name",
      "a column without a position, although other columns have one",
      "a position for every column",
      "Add 'from: <position>'.",
    );
  }
  if (typeof column.from === "number" && !positional) {
    report(
      "from",
      String(column.from),
      "a name or a path",
      "Positions work only for CSV and xlsx with 'header: false' or 'skip'. Write a name, in quotes if it is a number.",
    );
  }
  if (typeof column.from === "string" && positional && !column.from.startsWith("$")) {
    report(
      "from",
      `'${column.from}'`,
      "a position from 1",
      "Write the column's position: with 'header: false' or 'skip' there are no names.",
    );
  }
  if (column.occurrence !== undefined && (positional || file.format.type !== "csv")) {
    report(
      "occurrence",
      `occurrence: ${column.occurrence}`,
      "nothing here",
      "Remove 'occurrence': only names in a CSV header can occur several times.",
    );
  }
  if (column.optional && (positional || !(file.format.type === "csv" || isColumnar(file.format)))) {
    report(
      "optional",
      "optional: true",
      "nothing here",
      "Remove 'optional': only a column of a CSV header or of a file's own schema can be optional.",
    );
  }
}

const temporal = new Set(["date", "timestamp", "timestamptz"]);
const numeric = new Set(["smallint", "integer", "bigint", "decimal", "real", "double precision"]);
const rounded = new Set(["decimal", "smallint", "integer", "bigint", "timestamp", "timestamptz"]);

function optionRules(column: ColumnOf, report: Report): void {
  const type = column.type.name;
  const text = columnTypeText(column.type);
  if (column.parse !== undefined && !temporal.has(type)) {
    report("parse", `parse for ${text}`, "parse only for date, timestamp and timestamptz", "Remove 'parse'.");
  }
  if (column.timezone !== undefined) {
    if (!temporal.has(type))
      report("timezone", `timezone for ${text}`, "timezone only for timestamps", "Remove 'timezone'.");
    const problem = temporal.has(type) ? zoneProblem(column.timezone) : undefined;
    if (problem !== undefined) report("timezone", problem.found, problem.expected, problem.remedy);
  }
  if (column.number !== undefined && !numeric.has(type)) {
    report("number", `number for ${text}`, "number only for numeric types", "Remove 'number'.");
  }
  if (column.round && !rounded.has(type)) {
    report("round", `round for ${text}`, "round only for exact numbers and timestamps", "Remove 'round'.");
  }
  if (column.truncate && type !== "varchar" && type !== "char") {
    report("truncate", `truncate for ${text}`, "truncate only for varchar and char", "Remove 'truncate'.");
  }
  if (column.as === "json" && type !== "varchar") {
    report(
      "as",
      `as: json for ${text}`,
      "as: json only for varchar",
      "Make the column varchar or super, or remove 'as'.",
    );
  }
}
