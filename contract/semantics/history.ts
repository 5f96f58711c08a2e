import { columnTypeText } from "../column-type.js";
import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";
import { nameProblem } from "./columns.js";

type History = Extract<DatasetFile["load"], { readonly mode: "history" }>;
type Report = (path: Path, found: string, expected: string, remedy: string, severity?: Finding["severity"]) => void;

/** The columns that a history adds to its table, by the key of the contract that names them. */
export const historyNames = ["valid_from", "valid_to", "current"] as const;

/** What holds for a history alone: when its versions begin, what makes one, the names of the columns that it adds. */
export function historyFindings(file: DatasetFile, located: Located): Finding[] {
  const { load } = file;
  if (load.mode !== "history") return [];
  const findings: Finding[] = [];
  const report: Report = (path, found, expected, remedy, severity = "error") => {
    findings.push(findingAt(located, path, { found, expected, remedy, severity }));
  };
  orderRule(file, load, report);
  trackRules(file, load, report);
  nameRules(file, load, report);
  if (file.table.identity !== undefined) {
    report(
      ["table", "identity"],
      "an identity column together with mode: history",
      "no identity column, since a load rewrites the versions of a key and they would get new numbers",
      `Remove 'identity'. A version is identified by ${[...load.key, load.valid_from].join(" and ")}.`,
    );
  }
  return findings;
}

const times = new Set(["date", "timestamp", "timestamptz"]);

/** Versions follow each other in time. */
function orderRule({ columns }: DatasetFile, load: History, report: Report): void {
  const type = columns.find(({ name }) => name === load.order_by)?.type;
  if (type === undefined || times.has(type.name)) return;
  report(
    ["load", "order_by"],
    `'${load.order_by}' of type ${columnTypeText(type)}`,
    "a date, timestamp or timestamptz: the time from which a record is valid",
    "Order by the time of the change. If the records have none, use 'from: $landed' or 'value'.",
  );
}

function trackRules(file: DatasetFile, load: History, report: Report): void {
  const untracked = new Map([
    ...load.key.map((name) => [name, "part of the key"] as const),
    [load.order_by, "order_by, which differs in every version"] as const,
    ...(load.deletes === undefined ? [] : [[load.deletes.column, "the column that marks deletes"] as const]),
  ]);
  const names = file.columns.map(({ name }) => name);
  load.track?.forEach((name, i) => {
    const path = ["load", "track", i];
    const role = untracked.get(name);
    if (!names.includes(name)) {
      const near = nearest(name, names);
      const remedy = near === undefined ? "Name a column of the contract." : `Write '${near}'.`;
      report(path, `'${name}', which is not a column`, `one of ${names.join(", ")}`, remedy);
    } else if (role !== undefined) {
      report(path, `'${name}', which is ${role}`, "a column whose change starts a version", `Remove '${name}'.`);
    } else if (load.track?.indexOf(name) !== i) {
      report(path, `'${name}' a second time`, "each column once", "Remove it.");
    }
  });
  if (
    load.track === undefined &&
    file.columns.every(({ name, load: isLoaded }) => isLoaded === false || untracked.has(name))
  ) {
    report(
      ["load"],
      "no column whose change could start a version",
      "a column other than the key and order_by",
      "Add the columns that change, or use mode: upsert.",
      "warning",
    );
  }
}

function nameRules({ columns }: DatasetFile, load: History, report: Report): void {
  historyNames.forEach((key, i) => {
    const path = ["load", key];
    const name = load[key];
    const problem = nameProblem(name);
    if (problem !== undefined) report(path, ...problem);
    const taken = columns.some((column) => column.name === name);
    const twin = historyNames.slice(0, i).find((other) => load[other] === name);
    if (!taken && twin === undefined) return;
    report(
      path,
      taken ? `'${name}', which is already a column` : `'${name}', which is also the name of ${twin}`,
      "a name of its own",
      taken
        ? `Write '${key}: <another name>', or rename the column: the load fills this one itself.`
        : "Choose another name.",
    );
  });
}
