import { compileArrival } from "./arrival-file.js";
import { compileBatchChecks } from "./batch-checks-file.js";
import { compileColumnar, isColumnar } from "./columnar-file.js";
import { Column, type Contract, type Format, type History, historyDeleteFlag, type Load } from "./contract.js";
import { compileEngine } from "./engine.js";
import { compiledRescued, isRescuing } from "./evolution-file.js";
import { compileFixed } from "./fixed-file.js";
import { compileGlueRun } from "./glue-file.js";
import { compileProtect } from "./protection-file.js";
import type { DatasetFile } from "./schema.js";
import type { SourceFile } from "./source-file.js";

/**
 * Turns a user's file into the compiled contract: every default filled in, required by implication worked out.
 * @param aggregates the text of each aggregate's SQL file, by name.
 * @param source the dataset's source, whose engine counts where the dataset has none.
 * @param largeStrings whether the warehouse takes texts of more than 65,535 bytes inside SUPER.
 */
export function compileContract(
  file: DatasetFile,
  aggregates: ReadonlyMap<string, string> = new Map(),
  source?: SourceFile,
  largeStrings = false,
): Contract {
  const [schema = "", name = ""] = file.table.name.split(".");
  return {
    version: 1,
    dataset: file.dataset,
    source: file.source,
    description: file.description ?? null,
    owner: file.owner ?? null,
    // Without one the contract is refused (semantics/arrival.ts) before anybody uses it.
    partition: file.partition ?? "day",
    timezone: file.timezone ?? "UTC",
    path: file.path ?? null,
    arrival: compileArrival(file.arrival),
    deliveries: file.deliveries ?? null,
    format: compileFormat(file.format),
    columns: compileColumns(file),
    checks: Object.entries(file.checks).map(([check, sql]) => ({ name: check, sql })),
    batch_checks: compileBatchChecks(file.batch_checks),
    rejects: {
      ...compileLimit(file.rejects.max),
      ...(file.rejects.raw === undefined ? {} : { raw: file.rejects.raw }),
    },
    unknown_columns: file.unknown_columns,
    rescued: file.rescued === undefined ? null : compileLimit(file.rescued.max),
    table: {
      schema,
      name,
      distribution: compileDistribution(file.table.distribution),
      sort: file.table.sort,
      columns: Object.fromEntries(
        Object.entries(file.table.columns).map(([column, design]) => [column, { encode: design.encode ?? null }]),
      ),
      identity: file.table.identity ?? null,
    },
    load: compileLoad(file),
    catalogue: file.catalogue,
    engine: compileEngine(file.engine, source),
    glue: compileGlueRun(file.glue, source?.glue),
    schedule: file.schedule
      ? {
          cron: file.schedule.cron,
          timezone: file.schedule.timezone,
          lag_seconds: file.schedule.lag,
          settle_seconds: file.schedule.settle,
          manifests: file.schedule.manifests,
        }
      : null,
    expect: file.expect ? { every_seconds: file.expect.every, within_seconds: file.expect.within } : null,
    aggregates: file.aggregates.map((aggregate) => ({ name: aggregate, sql: aggregates.get(aggregate) ?? "" })),
    large_strings: largeStrings && file.columns.some(({ large }) => large === true),
    breaks: file.breaks ?? null,
  };
}

const compileLimit = (max: number | string): Contract["rejects"] =>
  typeof max === "number" ? { max_rows: max } : { max_percent: Number(max.slice(0, -1)) };

function compileFormat(format: DatasetFile["format"]): Format {
  if (isColumnar(format)) return compileColumnar(format);
  if (format.type === "fixed") return compileFixed(format);
  const reading = { compression: format.compression, encoding: format.encoding ?? null };
  switch (format.type) {
    case "csv":
      return {
        type: "csv",
        delimiter: format.delimiter,
        quote: format.quote === "none" ? null : format.quote,
        quotes: format.quotes,
        escape: format.escape,
        header: format.header,
        comment: format.comment === "none" ? null : format.comment,
        skip_lines: format.skip_lines,
        skip_after_header: format.skip_after_header,
        footer: format.footer ?? null,
        skip_initial_space: format.skip_initial_space,
        short_rows: format.short_rows,
        ...reading,
      };
    case "json":
      return {
        type: "json",
        lines: !format.concatenated && (format.lines ?? format.records === undefined),
        records: format.records ?? null,
        concatenated: format.concatenated,
        ...reading,
      };
    case "xml":
      return { type: "xml", record: format.record, namespaces: format.namespaces, ...reading };
  }
}

/** Key, order_by and delete-flag columns must have a value; so must what the user says. */
function impliedRequired(load: DatasetFile["load"]): ReadonlySet<string> {
  const orderBy = orderOf(load);
  return new Set([...load.key, ...(orderBy === null ? [] : [orderBy])]);
}

function compileColumns(file: DatasetFile): Column[] {
  const implied = impliedRequired(file.load);
  const takenInOrder = isPositional(file.format) && file.columns.every((column) => column.from === undefined);
  let position = 0;
  const columns = file.columns.map((column) => {
    const computed = column.value !== undefined || column.expression !== undefined;
    if (!computed) position += 1;
    const settings = { ...file.defaults, ...withoutUndefined(column) };
    const isRetired = column.retired ?? false;
    return {
      name: column.name,
      from: computed ? null : (column.from ?? (takenInOrder ? position : column.name)),
      value: isRetired ? null : (column.value ?? null),
      expression: isRetired ? null : (column.expression ?? null),
      type: column.type,
      description: column.description ?? null,
      required: (column.required ?? false) || implied.has(column.name),
      optional: column.optional ?? false,
      trim: settings.trim ?? true,
      empty: settings.empty ?? "null",
      null: settings.null ?? [],
      normalize: settings.normalize ?? "nfc",
      case: settings.case ?? null,
      parse: settings.parse ?? "iso8601",
      zones: settings.zones ?? {},
      number: compileNumber(settings.number),
      timezone: settings.timezone ?? null,
      round: settings.round ?? false,
      truncate: settings.truncate ?? false,
      default: isRetired ? null : (column.default ?? null),
      as: column.as ?? null,
      occurrence: column.occurrence ?? null,
      load: column.load ?? true,
      on_error: column.on_error ?? "reject",
      was: column.was ?? null,
      retired: isRetired,
      protect: compileProtect(column.protect),
      large: column.large ?? false,
    };
  });
  return isRescuing(file) ? [...columns, Column.parse({ ...columnDefaults, ...compiledRescued() })] : columns;
}

/** What a column says that nobody wrote. */
const columnDefaults = {
  ...{ value: null, expression: null, required: false, optional: false, default: null, as: null },
  ...{ trim: false, empty: "keep", null: [], normalize: "none", case: null, parse: "iso8601" },
  ...{ timezone: null, round: false, truncate: false },
};

function compileNumber(number: DatasetFile["columns"][number]["number"]): Column["number"] {
  return number === undefined ? null : { ...number, thousands: number.thousands ?? null };
}

/** CSV, or a sheet, whose columns are found by position. */
export function isPositional(format: DatasetFile["format"]): boolean {
  return (format.type === "csv" || format.type === "xlsx") && (format.header === false || format.header === "skip");
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function compileDistribution(text: string): Contract["table"]["distribution"] {
  const key = /^key\((.+)\)$/.exec(text)?.[1];
  if (key !== undefined) return { style: "key", column: key };
  return { style: text === "even" || text === "all" ? text : "auto" };
}

function compileSnapshot(snapshot: DatasetFile["load"]["snapshot"]): Load["snapshot"] {
  const chosen = typeof snapshot === "string" ? { when: snapshot } : snapshot;
  return {
    when: chosen.when,
    minimum_distance_seconds: ("minimum_distance" in chosen ? chosen.minimum_distance : undefined) ?? 0,
    retention_days: ("retention" in chosen ? chosen.retention : undefined) ?? null,
  };
}

const orderOf = (load: DatasetFile["load"]) => ("order_by" in load ? load.order_by : undefined) ?? null;

function compileHistory({ load, columns }: DatasetFile): History | null {
  if (load.mode !== "history") return null;
  const { valid_from, valid_to, current, deletes } = load;
  const untracked = new Set([...load.key, load.order_by, deletes?.column]);
  const all = columns.filter((column) => column.load !== false && !untracked.has(column.name));
  return { valid_from, valid_to, current, track: load.track ?? all.map(({ name }) => name) };
}

function compileDeletes(load: DatasetFile["load"]): Load["deletes"] {
  if (load.mode === "history" && load.deletes !== undefined) {
    return { ...load.deletes, action: "close", mark: historyDeleteFlag };
  }
  return (load.mode === "upsert" ? load.deletes : undefined) ?? null;
}

function compileLoad(file: DatasetFile): Load {
  const { load } = file;
  const upsert = load.mode === "upsert" ? load : undefined;
  return {
    mode: load.mode,
    key: load.key,
    order_by: orderOf(load),
    strategy: upsert?.strategy ?? "merge",
    conflicts: load.conflicts,
    deduplicate: load.deduplicate ?? null,
    deletes: compileDeletes(load),
    history: compileHistory(file),
    allow_empty: "allow_empty" in load ? load.allow_empty : false,
    snapshot: compileSnapshot(load.snapshot),
    dependent_views: load.mode === "swap" ? load.dependent_views : "rebuild",
    lock_wait_seconds: load.lock_wait,
  };
}
