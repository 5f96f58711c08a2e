import { z } from "zod";
import { type ColumnType, parseColumnType } from "./column-type.js";
import { Scalar } from "./contract.js";
import { EngineFile } from "./engine.js";
import { arn, SourceFile } from "./source-file.js";
import { CsvFormatFile, occurrence, reading, standardise } from "./text-file.js";
import { WarehouseFile } from "./warehouse-file.js";

/** What a user writes: `sluice.yaml` and `datasets/*.yaml`. Unknown keys are errors everywhere. */

const datasetName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "a dataset's name is [a-z][a-z0-9_]*, at most 40 characters")
  .refine((name) => name !== "manifests", "'manifests' is where Sluice keeps the manifests that it composes");
const sourceName = z.string().regex(/^[a-z][a-z0-9-]*$/, "a source's name is [a-z][a-z0-9-]*");
const columnName = z.string().regex(/^[a-z][a-z0-9_]{0,126}$/, "a column's name is [a-z][a-z0-9_]*, at most 127 bytes");
const tableName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,126}\.[a-z][a-z0-9_]{0,126}$/, "a table is written schema.table, in lower case");

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86400 } as const;

/** `90m`, `1h`, `1d` → seconds. */
const Duration = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, "a duration is a number and s, m, h or d, such as 90m")
  .transform((text) => Number(text.slice(0, -1)) * (unitSeconds[text.slice(-1) as keyof typeof unitSeconds] ?? 0));

const TypeText = z.string().transform((text, context): ColumnType => {
  const parsed = parseColumnType(text);
  if ("type" in parsed) return parsed.type;
  context.addIssue({ code: "custom", message: parsed.problem });
  return z.NEVER;
});

export const ColumnFile = z.strictObject({
  name: columnName,
  from: z
    .union([z.string().min(1), z.int().min(1)])
    .optional()
    .describe("Where the value is: header or position, JSON path, XPath, or $file, $partition, $manifest, $landed."),
  value: Scalar.optional().describe("A constant."),
  expression: z.string().min(1).optional().describe("Spark SQL over the other columns."),
  type: TypeText.describe("A Redshift type, such as varchar(32), counted in bytes, or decimal(5,2)."),
  description: z.string().optional(),
  required: z.boolean().optional().describe("A record without it is rejected; always so for a key and order_by."),
  optional: z.boolean().optional().describe("A file may be without this column."),
  ...standardise,
  default: Scalar.optional().describe("Stands for NULL."),
  occurrence,
  as: z.literal("json").optional().describe("A nested value, kept as JSON text."),
});

const elementName = z
  .string()
  .regex(
    /^([\p{L}_][\p{L}\p{N}_.-]*:)?[\p{L}_][\p{L}\p{M}\p{N}_.·-]*$/u,
    "a record is an element's name, such as order or p:order",
  );

const FormatFile = z.discriminatedUnion("type", [
  CsvFormatFile,
  z.strictObject({
    type: z.literal("json"),
    lines: z.boolean().optional().describe("One value a line; true unless `records` or `concatenated` is given."),
    records: z
      .string()
      .min(1)
      .optional()
      .describe("The path to the records of a document; `$` where the document is the record."),
    concatenated: z.boolean().default(false).describe("Values one behind the other, not necessarily on lines."),
    ...reading,
  }),
  z.strictObject({
    type: z.literal("xml"),
    record: z
      .union([elementName, z.array(elementName).min(1)])
      .describe("The element that is a record, or several; `from: $element` is its name."),
    namespaces: z.record(z.string(), z.string()).default({}),
    ...reading,
  }),
]);

/** A snapshot of the warehouse with every load, unless there is one that is young enough. */
const SnapshotFile = z.strictObject({
  when: z.enum(["before", "after"]),
  minimum_distance: Duration.optional(),
  retention: z
    .string()
    .regex(/^[1-9]\d{0,3}d$/, "a retention is written in whole days, such as 7d")
    .transform((text) => Number(text.slice(0, -1)))
    .refine((days) => days <= 3653, "Redshift keeps a manual snapshot for at most 3653d")
    .optional(),
});

const everyMode = {
  deduplicate: z
    .literal("exact")
    .optional()
    .describe("Without a key: records that are equal in all columns count once."),
  conflicts: z
    .enum(["reject", "last"])
    .default("reject")
    .describe("Equal key and order, other content: reject all of them, or take the last."),
  snapshot: z.union([z.enum(["none", "before", "after"]), SnapshotFile]).default("none"),
  lock_wait: Duration.prefault("10m").describe(
    "How long a change of the table waits for those who read it, and those who come later wait behind it.",
  ),
};
const orderBy = z.string().optional().describe("The column whose greater value is the newer version.");
const optionalKey = z.array(z.string()).default([]);
const refresh = {
  ...everyMode,
  key: optionalKey,
  allow_empty: z.boolean().default(false).describe("A batch without rows may empty the table."),
};

const LoadFile = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("upsert"),
    key: z.array(z.string()).min(1).describe("Columns that name a row."),
    order_by: orderBy,
    strategy: z.enum(["merge", "delete_insert"]).default("merge").describe("How rows are upserted."),
    deletes: z
      .strictObject({
        column: z.string(),
        values: z.array(z.string()).min(1),
        action: z.enum(["soft", "hard"]).default("soft"),
        mark: columnName.default("is_deleted"),
      })
      .optional(),
    ...everyMode,
  }),
  z.strictObject({ mode: z.literal("append"), key: optionalKey, order_by: orderBy, ...everyMode }),
  z.strictObject({ mode: z.literal("replace"), ...refresh }),
  z.strictObject({ mode: z.literal("truncate"), ...refresh }),
  z.strictObject({
    mode: z.literal("swap"),
    dependent_views: z
      .enum(["rebuild", "refuse"])
      .default("rebuild")
      .describe("What becomes of views that are bound to the table."),
    ...refresh,
  }),
]);

const percent = z.string().regex(/^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/, "a share is written like 1% or 0.5%, at most 100%");

export const DatasetFile = z.strictObject({
  dataset: datasetName,
  source: sourceName,
  description: z.string().optional(),
  partition: z.enum(["hour", "day"]).describe("The folders that batches arrive in, UTC."),
  format: FormatFile,
  defaults: z.strictObject(standardise).optional(),
  columns: z.array(ColumnFile).min(1),
  checks: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, "a check's name is [a-z][a-z0-9_]*"), z.string().min(1))
    .default({}),
  rejects: z.strictObject({ max: z.union([z.int().min(0), percent]) }).default({ max: 0 }),
  unknown_columns: z
    .enum(["warn", "ignore", "refuse"])
    .default("warn")
    .describe("What a column means that the contract does not have."),
  table: z.strictObject({
    name: tableName,
    distribution: z
      .string()
      .regex(/^(auto|even|all|key\([a-z][a-z0-9_]*\))$/, "a distribution is auto, even, all or key(<column>)")
      .default("auto"),
    sort: z.array(z.string()).default([]),
    columns: z
      .record(
        z.string(),
        z.strictObject({
          encode: z
            .string()
            .regex(/^[a-z0-9]+$/)
            .optional(),
        }),
      )
      .default({}),
    identity: z
      .strictObject({
        column: columnName,
        seed: z.int().default(1),
        step: z
          .int()
          .refine((step) => step !== 0, "a step of 0 gives every row the same number")
          .default(1),
      })
      .optional(),
  }),
  load: LoadFile,
  catalogue: z
    .enum(["crawler", "partition"])
    .default("crawler")
    .describe("How the Data Catalog learns of a batch: by a crawl, or by registering the partition."),
  engine: EngineFile.optional().describe("What converts a batch; the source's engine where nothing is said."),
  schedule: z
    .strictObject({
      cron: z.string(),
      timezone: z.string().default("UTC"),
      lag: Duration,
      settle: Duration.default(600),
      manifests: z.enum(["producer", "composed"]).default("producer"),
    })
    .optional(),
  expect: z.strictObject({ every: Duration, within: Duration }).optional(),
  aggregates: z.array(tableName).default([]).describe("Views of aggregates/<name>.sql, refreshed after a load."),
});
export type DatasetFile = z.output<typeof DatasetFile>;

export const ProjectFile = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "a project's name is [a-z][a-z0-9-]*"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region is written like eu-west-1"),
  warehouse: WarehouseFile,
  alerts: z.strictObject({ email: z.email().optional() }).default({}),
  readers: z
    .array(arn)
    .default([])
    .describe("ARNs that may read what all sources have published, and the reader's secret."),
  administrators: z
    .array(arn)
    .default([])
    .describe(
      "ARNs that may reach every bucket and secret, beside Identity Center's administrators; `*` may stand in them.",
    ),
  lake: z
    .strictObject({
      gigabytesPerQuery: z.number().positive().default(100).describe("How much one query of Athena may read."),
    })
    .prefault({}),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}).describe("On every resource."),
  dataDeletion: z
    .enum(["never", "allowed"])
    .default("never")
    .describe(
      "`allowed` is the first of two switches; `sluice destroy --delete-data <project>` or `sluice deploy --allow-data-loss <project>` is the second.",
    ),
  sources: z.record(sourceName, SourceFile),
});
export type ProjectFile = z.output<typeof ProjectFile>;
