import { isDeepStrictEqual } from "node:util";
import { ColumnType, columnTypeText } from "../column-type.js";
import type { Column, Contract } from "../contract.js";
import { rescuedColumn } from "../evolution-file.js";
import type { ProjectFile } from "../schema.js";
import { type Change, harmless, type Verdict } from "./change.js";
import { columnAdded, columnRemoved, columnRenamed, columnRules } from "./column-rules.js";
import { datasetRules } from "./dataset-rules.js";
import { loadRules, tableRules } from "./load-rules.js";
import { added, changedByName, removed } from "./named-rules.js";
import { projectRules, sourceChanged, sourceRemoved } from "./project-rules.js";

/** What two versions of the declarations hold: sluice.yaml where it could be read, and the compiled contracts. */
export interface Declarations {
  readonly project: ProjectFile | undefined;
  readonly contracts: readonly Contract[];
}

/** Every difference between two versions of the declarations, in the order of the files, with what it means. */
export function compareDeclarations(before: Declarations, after: Declarations): readonly Change[] {
  const [old, now] = [byName(before.contracts), byName(after.contracts)];
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  const isAccepted = isNewReason(before.project?.breaks ?? null, after.project?.breaks ?? null);
  const ofProject =
    before.project === undefined || after.project === undefined
      ? []
      : compareProjects(before.project, after.project).map((found) => ({
          ...{ file: "sluice.yaml", isAccepted },
          ...found,
        }));
  const ofDatasets = names.flatMap((name): readonly Change[] => {
    const [was, is] = [old.get(name), now.get(name)];
    const file = `datasets/${name}.yaml`;
    if (was !== undefined && is !== undefined) return compareContracts(was, is);
    const [only, verdict] = is === undefined ? [was, datasetRemoved] : [is, datasetAdded];
    const shown = only === undefined ? null : `${only.table.schema}.${only.table.name}`;
    return [
      {
        ...{ file, path: "dataset", before: is === undefined ? shown : null, after: is === undefined ? null : shown },
        ...verdict,
        isAccepted: is === undefined && isAccepted,
      },
    ];
  });
  return [...ofProject, ...ofDatasets];
}

const byName = (contracts: readonly Contract[]) => new Map(contracts.map((contract) => [contract.dataset, contract]));

const datasetAdded: Verdict = { class: "harmless", table: "Its first load creates the table." };
const datasetRemoved: Verdict = {
  class: "breaks readers",
  table: "The table stays as it is, and nothing is loaded into it any more.",
  readers: "They see no new rows.",
  loaded: "Files that land are refused as DatasetUnknown, or do not start a load.",
};

type Found = Omit<Change, "file" | "isAccepted">;

/** Every difference between two versions of one contract. */
export function compareContracts(before: Contract, after: Contract): readonly Change[] {
  const found: readonly Found[] = [
    ...keysOf(datasetRules).flatMap((key) =>
      changed(key, comparable(key, before), comparable(key, after), () => datasetRules[key](before, after)),
    ),
    ...compareColumns(before, after),
    ...compareNamed("checks", before.checks, after.checks),
    ...compareNamed("batch_checks", before.batch_checks, after.batch_checks),
    ...keysOf(tableRules).flatMap((key) =>
      changed(
        key === "schema" || key === "name" ? "table.name" : `table.${key}`,
        before.table[key],
        after.table[key],
        () => tableRules[key](before, after),
      ),
    ),
    ...keysOf(loadRules).flatMap((key) =>
      changed(`load.${key}`, before.load[key], after.load[key], () => loadRules[key](before.load, after.load)),
    ),
    ...compareNamed("aggregates", before.aggregates, after.aggregates),
  ];
  const isAccepted = isNewReason(before.breaks, after.breaks);
  return found.map((change) => ({ file: `datasets/${after.dataset}.yaml`, isAccepted, ...change }));
}

const isNewReason = (before: string | null, after: string | null) => after !== null && after !== before;

/** What of a key is compared: which SQL needs Spark is found out, and no part of the file. */
const comparable = (key: keyof Contract, contract: Contract) =>
  key === "engine" ? { ...contract.engine, needs_spark: [] } : contract[key];

/** The keys of an object literal whose keys are known. */
const keysOf = <Key extends string>(object: Readonly<Record<Key, unknown>>) => Object.keys(object) as Key[];

function changed(path: string, before: unknown, after: unknown, verdict: () => Verdict): readonly Found[] {
  if (isDeepStrictEqual(before, after)) return [];
  return [{ path, before: shown(before), after: shown(after), ...verdict() }];
}

function compareColumns(before: Contract, after: Contract): readonly Found[] {
  const [old, now] = [columnsByName(before), columnsByName(after)];
  const renamedFrom = ({ was }: Column) => (was === null || now.has(was) ? undefined : old.get(was));
  const changedKeys = (was: Column, column: Column) =>
    keysOf(columnRules)
      .filter((key) => was.name === column.name || (key !== "name" && key !== "was"))
      .flatMap((key) =>
        changed(`columns.${column.name}.${key}`, was[key], column[key], () => columnRules[key](was, column, after)),
      );
  const found = after.columns.flatMap((column): readonly Found[] => {
    const was = old.get(column.name) ?? renamedFrom(column);
    if (was !== undefined && was.name !== column.name) return [renamed(was, column), ...changedKeys(was, column)];
    if (was === undefined) {
      return [
        { path: `columns.${column.name}`, before: null, after: columnText(column), ...columnAdded(column, after) },
      ];
    }
    return changedKeys(was, column);
  });
  const gone = before.columns.filter(({ name }) => !now.has(name) && !after.columns.some(({ was }) => was === name));
  return [
    ...found,
    ...gone.map((column) => ({
      ...{ path: `columns.${column.name}`, before: columnText(column), after: null },
      ...(column.name === rescuedColumn ? rescuedStays : column.load ? columnRemoved : harmless),
    })),
  ];
}

const renamed = (was: Column, { name }: Column): Found => ({
  ...{ path: `columns.${name}.was`, before: was.name, after: name },
  ...columnRenamed,
});

/** A load looks past it. */
const rescuedStays: Verdict = {
  class: "harmless",
  table: "The table keeps the column; new rows have NULL there. A swap builds the table without it.",
};

const columnsByName = ({ columns }: Contract) => new Map(columns.map((column) => [column.name, column]));
const columnText = ({ type }: Column) => columnTypeText(type);

type Named = Contract["checks" | "batch_checks" | "aggregates"][number];

function compareNamed(
  list: "checks" | "batch_checks" | "aggregates",
  before: readonly Named[],
  after: readonly Named[],
) {
  const [old, now] = [before, after].map((all) => new Map(all.map((each) => [each.name, each])));
  return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((name): readonly Found[] => {
    const [was, is] = [old?.get(name), now?.get(name)];
    return changed(`${list}.${name}`, was, is, () =>
      was === undefined ? added[list] : is === undefined ? removed[list] : changedByName(list, was, is),
    );
  });
}

function compareProjects(before: ProjectFile, after: ProjectFile): readonly Found[] {
  const sources = [...new Set([...Object.keys(before.sources), ...Object.keys(after.sources)])];
  return [
    ...keysOf(projectRules).flatMap((key) =>
      changed(key, before[key], after[key], () => projectRules[key](before, after)),
    ),
    ...sources.flatMap((name) => {
      const [was, is] = [before.sources[name], after.sources[name]];
      return changed(`sources.${name}`, was, is, () =>
        was === undefined ? harmless : is === undefined ? sourceRemoved : sourceChanged(was, is),
      );
    }),
  ];
}

const longestShown = 60;

/** A value as a message shows it. */
function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" ? value : writtenAs(value);
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}

/** Types as DDL has them, all else as JSON in YAML's flow style is read by people. */
function writtenAs(value: unknown): string {
  const type = ColumnType.safeParse(value);
  return type.success ? columnTypeText(type.data) : JSON.stringify(value);
}
