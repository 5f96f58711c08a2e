import { basename } from "node:path";
import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile, ProjectFile } from "../schema.js";
import { nameProblem } from "./columns.js";
import { historyNames } from "./history.js";

/** Names that must exist: columns in key, sort and the like, the source, the aggregates' files, the file's own name. */
export function referenceFindings(
  file: DatasetFile,
  located: Located,
  project: ProjectFile | undefined,
  aggregates: ReadonlyMap<string, string>,
): Finding[] {
  const findings: Finding[] = [];
  const report = (
    path: Path,
    found: string,
    expected: string,
    remedy: string,
    severity: Finding["severity"] = "error",
  ) => {
    findings.push(findingAt(located, path, { found, expected, remedy, severity }));
  };

  const own = basename(located.file).replace(/\.ya?ml$/, "");
  if (own !== file.dataset) {
    report(
      ["dataset"],
      `'${file.dataset}' in ${located.file}`,
      "the file's own name",
      `Rename the file to datasets/${file.dataset}.yaml.`,
    );
  }
  if (project && !Object.hasOwn(project.sources, file.source)) {
    const near = nearest(file.source, Object.keys(project.sources));
    report(
      ["source"],
      `'${file.source}', which is not declared in sluice.yaml`,
      `one of ${Object.keys(project.sources).join(", ")}`,
      near === undefined ? "Add the source to sluice.yaml." : `Write '${near}', or add the source to sluice.yaml.`,
    );
  }
  for (const { name, path } of columnReferences(file)) {
    const columns = file.columns.map((column) => column.name);
    if (columns.includes(name) || isAdded(name, path, file)) continue;
    const near = nearest(name, columns);
    report(
      path,
      `'${name}', which is not a column`,
      `one of ${columns.join(", ")}`,
      near === undefined ? "Name a column of the contract." : `Write '${near}'.`,
    );
  }
  keyRules(file, report);
  identityRules(file, report);
  file.aggregates.forEach((name, i) => {
    if (aggregates.has(name)) return;
    report(
      ["aggregates", i],
      `'${name}' without a file`,
      `aggregates/${name}.sql`,
      `Write aggregates/${name}.sql, or remove the name.`,
    );
  });
  const { load } = file;
  if (load.mode === "upsert" && load.deletes) {
    if (file.columns.some((column) => column.name === load.deletes?.mark)) {
      report(
        ["load", "deletes", "mark"],
        `'${load.deletes.mark}', which is already a column`,
        "a name of its own",
        "Choose another name for 'mark'.",
      );
    }
    if (load.deletes.action === "hard") {
      report(
        ["load", "deletes", "action"],
        "hard deletes",
        "soft deletes if batches can arrive late",
        "A hard-deleted row comes back if an older version of it arrives later. Use 'soft' to prevent that.",
        "warning",
      );
    }
  }
  return findings;
}

/** The design of the table may name what a history adds to its columns. */
const isAdded = (name: string, [place]: Path, { load }: DatasetFile) =>
  place === "table" && load.mode === "history" && historyNames.some((key) => load[key] === name);

function columnReferences(file: DatasetFile): { name: string; path: Path }[] {
  const { load, table } = file;
  const distributed = /^key\((.+)\)$/.exec(table.distribution)?.[1];
  return [
    ...load.key.map((name, i) => ({ name, path: ["load", "key", i] })),
    ...("order_by" in load && load.order_by !== undefined ? [{ name: load.order_by, path: ["load", "order_by"] }] : []),
    ...("deletes" in load && load.deletes ? [{ name: load.deletes.column, path: ["load", "deletes", "column"] }] : []),
    ...table.sort.map((name, i) => ({ name, path: ["table", "sort", i] })),
    ...(distributed === undefined ? [] : [{ name: distributed, path: ["table", "distribution"] }]),
    ...Object.keys(table.columns).map((name) => ({ name, path: ["table", "columns", name] })),
  ];
}

/** The identity column is the table's alone: neither a column that a batch fills nor the mark of deletes. */
function identityRules({ table: { identity }, columns, load }: DatasetFile, report: Report): void {
  if (identity === undefined) return;
  const path = ["table", "identity", "column"];
  const problem = nameProblem(identity.column);
  if (problem !== undefined) report(path, ...problem);
  const mark = load.mode === "upsert" && load.deletes?.action === "soft" ? load.deletes.mark : undefined;
  if (identity.column === mark || columns.some(({ name }) => name === identity.column)) {
    report(
      path,
      `'${identity.column}', which is already a column`,
      "a name of its own",
      "Choose another name, or remove the column: the warehouse fills an identity column itself.",
    );
  }
}

type Report = (path: Path, found: string, expected: string, remedy: string) => void;

const unordered = new Set(["super", "boolean"]);

function keyRules(file: DatasetFile, report: Report): void {
  const typeOf = new Map(file.columns.map((column) => [column.name, column.type.name]));
  file.load.key.forEach((name, i) => {
    if (file.load.key.indexOf(name) !== i)
      report(["load", "key", i], `'${name}' a second time`, "each column once", "Remove it.");
    const type = typeOf.get(name);
    if (type === "super" || type === "real" || type === "double precision") {
      report(["load", "key", i], `'${name}' of type ${type}`, "a type with exact equality", "Use another key column.");
    }
  });
  const orderBy = "order_by" in file.load ? file.load.order_by : undefined;
  if (orderBy !== undefined && unordered.has(typeOf.get(orderBy) ?? "")) {
    report(
      ["load", "order_by"],
      `'${orderBy}' of type ${typeOf.get(orderBy)}`,
      "a type that can be ordered",
      "Order by a time, a number or a text.",
    );
  }
  if (orderBy !== undefined && file.load.key.length === 0) {
    report(
      ["load", "order_by"],
      "order_by without a key",
      "a key whose versions it orders",
      "Add 'key', or remove 'order_by'.",
    );
  }
  file.table.sort.forEach((name, i) => {
    if (typeOf.get(name) === "super")
      report(["table", "sort", i], `'${name}' of type super`, "a type that can be sorted", "Remove it.");
  });
}
