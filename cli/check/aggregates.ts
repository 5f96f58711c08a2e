import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModule, parseSync } from "libpg-query";
import { type Contract, loadedColumns } from "../../contract/contract.js";
import type { Finding } from "../../contract/finding.js";
import { nearest } from "../../contract/nearest.js";
import type { Project } from "../../contract/read.js";
import { asPostgres, isBeyondPostgres } from "./redshift-sql.js";
import { readStatement, type SqlColumn, type SqlTable } from "./sql-tree.js";

/**
 * The SQL of aggregates, read by PostgreSQL's parser: one view of the file's own name, over tables that exist and their
 * columns. What only Redshift knows is a warning: it is seen for good when the warehouse makes the view.
 */
export async function aggregateFindings({ folder, contracts }: Project): Promise<Finding[]> {
  const names = new Set(contracts.flatMap(({ aggregates }) => aggregates.map(({ name }) => name)));
  if (names.size === 0) return [];
  await loadModule();
  const tables = tablesOf(contracts, names);
  return [...names].sort().flatMap((name) => {
    const file = `aggregates/${name}.sql`;
    return readAggregate(folder, name, file, tables);
  });
}

/** Every table and view that the project makes: name → columns, undefined where they are not known. */
function tablesOf(contracts: readonly Contract[], aggregates: ReadonlySet<string>) {
  const tables = new Map<string, readonly string[] | undefined>();
  for (const name of aggregates) tables.set(name, undefined);
  for (const contract of contracts) {
    const { table, load } = contract;
    const own = [...loadedColumns(contract).map(({ name }) => name), "sluice_batch", "sluice_file"];
    const times = [load.history?.valid_from, load.history?.valid_to, load.history?.current];
    const mark = load.deletes?.action === "soft" ? load.deletes.mark : undefined;
    const more = [mark, ...times, table.identity?.column].filter((name) => name !== undefined);
    tables.set(`${table.schema}.${table.name}`, [...own, ...more]);
  }
  return tables;
}

type Tables = ReturnType<typeof tablesOf>;
type Report = (at: number, found: string, expected: string, remedy: string, severity?: Finding["severity"]) => void;

function readAggregate(folder: string, name: string, file: string, tables: Tables): Finding[] {
  const findings: Finding[] = [];
  const text = textOf(join(folder, file));
  // A missing file is a finding of the dataset that names it.
  if (text === undefined) return [];
  const report: Report = (at, found, expected, remedy, severity = "error") => {
    const line = text.slice(0, at).split("\n").length;
    findings.push({ file, path: "", line, found, expected, remedy, severity });
  };
  const parsed = parse(text, report);
  if (parsed === undefined) return findings;
  const [first, ...more] = parsed;
  const expected = `CREATE VIEW ${name}, CREATE MATERIALIZED VIEW ${name}, or only its SELECT`;
  const second = more[0];
  if (second !== undefined) report(second.at, "a second statement", "one statement", "Move it to another file.");
  if (first === undefined) report(0, "no statement", expected, "Write the view, or remove the file and its name.");
  else if (first.kind === "other")
    report(first.at, `a statement of another kind (${first.name})`, expected, "Write the view.");
  else {
    if (first.creates !== undefined && first.creates !== name) {
      report(
        first.at,
        `the view ${first.creates}`,
        `the view ${name}, after the file's name`,
        `Write '${name}', or rename the file.`,
      );
    }
    if (first.isTemporary) report(first.at, "a temporary view", expected, "Remove TEMPORARY.");
    tableFindings(first.tables, name, tables, report);
    columnFindings(first.columns, first.tables, first.isPlain, tables, report);
  }
  return findings;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** PostgreSQL counts its cursor in characters, from 1. */
const cursorOf = (error: unknown): number => {
  const details: unknown = error instanceof Error ? Reflect.get(error, "sqlDetails") : undefined;
  const position: unknown =
    typeof details === "object" && details !== null ? Reflect.get(details, "cursorPosition") : 0;
  return typeof position === "number" ? position : 0;
};

function parse(text: string, report: Report) {
  const sql = asPostgres(text);
  try {
    return readStatement(parseSync(sql));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const beyond = isBeyondPostgres(sql);
    if (beyond === undefined) report(cursorOf(error), problem, "SQL that Redshift can parse", "Correct the statement.");
    else {
      const found = `${beyond}, which only Redshift can parse`;
      report(
        cursorOf(error),
        found,
        "SQL that can be checked here",
        "Try it in the warehouse before you deploy.",
        "warning",
      );
    }
    return undefined;
  }
}

function tableFindings(used: readonly SqlTable[], own: string, tables: Tables, report: Report): void {
  const schemas = new Set([...tables.keys()].map((name) => name.split(".")[0]));
  for (const { schema, name, at } of used) {
    const full = schema === undefined ? name : `${schema}.${name}`;
    if (schema === undefined) {
      const near = [...tables.keys()].find((known) => known.endsWith(`.${name}`));
      const remedy = near === undefined ? "Write its schema before it." : `Write ${near}.`;
      report(
        at,
        `the table '${name}' without a schema`,
        "schema.table, since a load does not use your search path",
        remedy,
        "warning",
      );
    } else if (full === own) {
      report(at, "itself", "tables, and other views", "A view cannot read itself.");
    } else if (schemas.has(schema) && !tables.has(full)) {
      const near = nearest(full, tables.keys());
      const remedy = near === undefined ? "Correct the name, unless it is your own table." : `Write '${near}'?`;
      report(
        at,
        `'${full}', which no dataset loads`,
        `one of ${[...tables.keys()].join(", ")}, or your own table`,
        remedy,
        "warning",
      );
    }
  }
}

/** Only where every table is a dataset's, and no part of the query makes columns of its own. */
function columnFindings(
  used: readonly SqlColumn[],
  from: readonly SqlTable[],
  isPlain: boolean,
  tables: Tables,
  report: Report,
) {
  const known = from.map((table) => ({ ...table, columns: tables.get(`${table.schema}.${table.name}`) }));
  if (!isPlain || known.some(({ columns }) => columns === undefined)) return;
  const seen = new Set<string>();
  for (const { table, name, at } of used) {
    const places = table === undefined ? known : known.filter(({ name: own, alias }) => (alias ?? own) === table);
    const columns = places.flatMap((place) => place.columns ?? []);
    if (places.length === 0 || columns.includes(name) || seen.has(name)) continue;
    seen.add(name);
    const near = nearest(name, columns);
    report(
      at,
      `'${name}', which is not a column of ${places.map((place) => `${place.schema}.${place.name}`).join(" or ")}`,
      `one of ${columns.join(", ")}`,
      near === undefined ? "Name a column of the table." : `Write '${near}'.`,
    );
  }
}
