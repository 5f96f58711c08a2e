import { z } from "zod";
import { Arrival, byManifest } from "./arrival.js";
import { BatchCheck } from "./batch-checks-file.js";
import { ColumnType } from "./column-type.js";
import { columnarFormats } from "./columnar-file.js";
import { Engine, glueOnly } from "./engine.js";
import { FixedFormat } from "./fixed-file.js";
import { GlueRun } from "./glue-file.js";
import { granularities } from "./partition.js";
import { Protect } from "./protection-file.js";
import { compressions, encodings } from "./text-file.js";

/**
 * The compiled contract: what `contract.json` holds. Every default is filled in, every type is an object.
 * The Lambdas and the Glue job read this form, never the user's file.
 */
const source = {
  /** `by_name` stands in the pinned contracts of earlier versions, and means `auto`. */
  compression: z
    .enum([...compressions, "by_name"])
    .transform((compression) => (compression === "by_name" ? "auto" : compression)),
  encoding: z.enum(encodings).nullable(),
};

export const Format = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("csv"),
    delimiter: z.string(),
    quote: z.string().nullable(),
    quotes: z.enum(["lenient", "strict"]).default("lenient"),
    /** `double`, `backslash`, or the character. */
    escape: z.string(),
    header: z.union([z.boolean(), z.enum(["skip", "find"])]),
    comment: z.string().nullable(),
    skip_lines: z.int().default(0),
    skip_after_header: z.int().default(0),
    footer: z.string().nullable().default(null),
    skip_initial_space: z.boolean().default(false),
    short_rows: z.enum(["reject", "fill"]).default("reject"),
    ...source,
  }),
  z.strictObject({
    type: z.literal("json"),
    lines: z.boolean(),
    records: z.string().nullable(),
    concatenated: z.boolean().default(false),
    ...source,
  }),
  z.strictObject({
    type: z.literal("xml"),
    record: z.union([z.string(), z.array(z.string())]),
    namespaces: z.record(z.string(), z.string()),
    ...source,
  }),
  FixedFormat,
  ...columnarFormats,
]);
export type Format = z.infer<typeof Format>;

export const Scalar = z.union([z.string(), z.number(), z.boolean()]);

export const Column = z.strictObject({
  name: z.string(),
  /** Exactly one of from, value and expression is not null. A number is a position from 1 (CSV without header). */
  from: z.union([z.string(), z.int()]).nullable(),
  value: Scalar.nullable(),
  expression: z.string().nullable(),
  type: ColumnType,
  description: z.string().nullable(),
  /** Key and order_by columns are required by implication; that is already in here. */
  required: z.boolean(),
  optional: z.boolean(),
  trim: z.boolean(),
  empty: z.enum(["null", "keep", "quoted"]),
  null: z.array(z.string()),
  normalize: z.enum(["nfc", "none"]),
  case: z.enum(["lower", "upper"]).nullable(),
  parse: z.union([z.string(), z.array(z.string())]),
  zones: z.record(z.string(), z.string()).default({}),
  number: z
    .strictObject({
      decimal: z.string(),
      thousands: z.string().nullable(),
      negative: z.array(z.enum(["trailing", "parentheses"])),
      strip: z.array(z.string()),
    })
    .nullable()
    .default(null),
  timezone: z.string().nullable(),
  round: z.boolean(),
  truncate: z.boolean(),
  default: Scalar.nullable(),
  as: z.literal("json").nullable(),
  /** Which of several header fields with the name; null where the name stands once. */
  occurrence: z.int().nullable().default(null),
  /** False: read and typed for expressions, checks and deletes, and no column of Parquet, staging or target. */
  load: z.boolean().default(true),
  /** What becomes of a value that does not fit: of its record, or of the value alone. */
  on_error: z.enum(["reject", "rescue"]).default("reject"),
  /** The name that the table may have for it still. */
  was: z.string().nullable().default(null),
  /** No longer read: NULL in every record; `from` says only what is not unknown. */
  retired: z.boolean().default(false),
  /** What is written in place of the value. The default is for pinned contracts from before there was a choice. */
  protect: Protect.default(null),
  /** Of super: values of up to 4,000,000 bytes. */
  large: z.boolean().default(false),
});
export type Column = z.infer<typeof Column>;

/** `keep` where rejects keep their raw text although columns are protected. */
const raw = z.literal("keep").optional();

export const RejectLimit = z.union([
  z.strictObject({ max_rows: z.int().min(0), raw }),
  z.strictObject({ max_percent: z.number().min(0).max(100), raw }),
]);

/** A column of the target that the warehouse fills by itself; the batch has none. */
export const Identity = z.strictObject({ column: z.string(), seed: z.int(), step: z.int() });
export type Identity = z.infer<typeof Identity>;

export const Table = z.strictObject({
  schema: z.string(),
  name: z.string(),
  distribution: z.discriminatedUnion("style", [
    z.strictObject({ style: z.enum(["auto", "even", "all"]) }),
    z.strictObject({ style: z.literal("key"), column: z.string() }),
  ]),
  sort: z.array(z.string()),
  columns: z.record(z.string(), z.strictObject({ encode: z.string().nullable() })),
  /** The default is for the pinned contracts of executions from before there was such a column. */
  identity: Identity.nullable().default(null),
});
export type Table = z.infer<typeof Table>;

export const loadModes = ["upsert", "append", "history", "replace", "truncate", "swap"] as const;

/** What only a history has: the columns that it adds to the table, and those whose change makes a version. */
export const History = z.strictObject({
  valid_from: z.string(),
  valid_to: z.string(),
  current: z.string(),
  track: z.array(z.string()),
});
export type History = z.infer<typeof History>;

export const Load = z.strictObject({
  mode: z.enum(loadModes),
  key: z.array(z.string()),
  order_by: z.string().nullable(),
  strategy: z.enum(["merge", "delete_insert"]),
  conflicts: z.enum(["reject", "last"]),
  deduplicate: z.literal("exact").nullable(),
  deletes: z
    .strictObject({
      column: z.string(),
      values: z.array(z.string()),
      /** A history's close the version before them. */
      action: z.enum(["soft", "hard", "close"]),
      mark: z.string(),
    })
    .nullable(),
  /** Not null in the mode of that name alone. */
  history: History.nullable().default(null),
  allow_empty: z.boolean(),
  snapshot: z.strictObject({
    when: z.enum(["none", "before", "after"]),
    /** A snapshot of Sluice that is younger stands for a new one; 0: every load takes its own. */
    minimum_distance_seconds: z.int().min(0),
    /** Null: the warehouse's own. */
    retention_days: z.int().min(1).nullable(),
  }),
  dependent_views: z.enum(["rebuild", "refuse"]),
  /** A change of the table waits for its exclusive lock so long. */
  lock_wait_seconds: z.int().min(1).default(600),
});
export type Load = z.infer<typeof Load>;

export const Schedule = z.strictObject({
  cron: z.string(),
  timezone: z.string(),
  lag_seconds: z.int(),
  settle_seconds: z.int(),
  /** `composed`: the producer writes no manifests, so list-due-partitions does. */
  manifests: z.enum(["producer", "composed"]),
});

export const Contract = z.strictObject({
  version: z.literal(1),
  dataset: z.string(),
  source: z.string(),
  description: z.string().nullable(),
  /** Who is asked about it. The default is for pinned contracts from before there was one. */
  owner: z.string().nullable().default(null),
  partition: z.enum(granularities),
  /** Of the partition alone. The defaults of these are for the pinned contracts of executions from before there was a choice. */
  timezone: z.string().default("UTC"),
  /** Null: the folder of the dataset, and in it one of the partition. */
  path: z.string().nullable().default(null),
  arrival: Arrival.default(byManifest),
  /** The dataset whose deliveries are read. */
  deliveries: z.string().nullable().default(null),
  format: Format,
  columns: z.array(Column).min(1),
  checks: z.array(z.strictObject({ name: z.string(), sql: z.string() })),
  /** The default is for pinned contracts from before there were any. */
  batch_checks: z.array(BatchCheck).default([]),
  rejects: RejectLimit,
  unknown_columns: z.enum(["warn", "ignore", "refuse", "rescue"]),
  /** How many records may have values that were rescued; null: any number. */
  rescued: RejectLimit.nullable().default(null),
  table: Table,
  load: Load,
  catalogue: z.enum(["crawler", "partition"]),
  /** The default is for the pinned contracts of executions from before there was a choice. */
  engine: Engine.default(glueOnly),
  /** What a Glue run of its own is started with; null: what the job says. */
  glue: GlueRun.nullable().default(null),
  schedule: Schedule.nullable(),
  expect: z.strictObject({ every_seconds: z.int(), within_seconds: z.int() }).nullable(),
  aggregates: z.array(z.strictObject({ name: z.string(), sql: z.string() })),
  /** Whether the warehouse takes texts of more than 65,535 bytes inside SUPER. */
  large_strings: z.boolean().default(false),
  /** Why the last change that needed a decision was made. */
  breaks: z.string().nullable().default(null),
});
export type Contract = z.infer<typeof Contract>;

/** True for the modes in which the table is the batch (replace, truncate, swap). */
export function isRefresh(load: Pick<Load, "mode">): boolean {
  return load.mode === "replace" || load.mode === "truncate" || load.mode === "swap";
}

/** The columns that become columns of Parquet, staging and target. */
export const loadedColumns = ({ columns }: Pick<Contract, "columns">): readonly Column[] =>
  columns.filter(({ load }) => load);

/** Whether the rows travel to the staging table as JSON lines: a text of Parquet has no room for large values. */
export const isStagedAsJson = ({ columns }: Pick<Contract, "columns">): boolean =>
  columns.some(({ load, large }) => load && large);

/** The mark of a history's deletes: only files and staging tables have it, if the delete column is not loaded. */
export const historyDeleteFlag = "sluice_deleted";

/**
 * The boolean that stands in Parquet and staging, before the lineage, for a delete column that is not loaded: whether the
 * record is a delete. It has the name of the mark; null where the delete column itself is there, or there are no deletes.
 */
export function deleteFlag({ columns, load: { deletes } }: Pick<Contract, "columns" | "load">): string | null {
  const isLoaded = columns.find(({ name }) => name === deletes?.column)?.load ?? true;
  return deletes === null || isLoaded ? null : deletes.mark;
}

/** The two columns that Sluice adds behind the contract's own, in every file, staging table and new target. */
export const lineageColumns = [
  { name: "sluice_batch", type: { name: "varchar", length: 80 } },
  { name: "sluice_file", type: { name: "varchar", length: 1024 } },
] as const satisfies readonly { name: string; type: ColumnType }[];

/** The columns of the Parquet files in their order. */
export function parquetColumns(
  contract: Pick<Contract, "columns" | "load">,
): readonly { readonly name: string; readonly type: ColumnType }[] {
  const flag = deleteFlag(contract);
  const isDelete = flag === null ? [] : [{ name: flag, type: { name: "boolean" } as const }];
  return [...loadedColumns(contract), ...isDelete, ...lineageColumns];
}
