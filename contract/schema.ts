import { z } from "zod";
import { ArrivalFile } from "./arrival-file.js";
import { BatchChecksFile, share } from "./batch-checks-file.js";
import { type ColumnType, parseColumnType } from "./column-type.js";
import { columnarFormatFiles } from "./columnar-file.js";
import { Scalar } from "./contract.js";
import { DeploymentFile } from "./deployment-file.js";
import { EngineFile } from "./engine.js";
import { accountId, environmentFile, environmentName } from "./environments.js";
import { columnEvolution, RescuedFile, unknownColumns } from "./evolution-file.js";
import { FixedFormatFile } from "./fixed-file.js";
import { columnName, Duration, LoadFile } from "./load-file.js";
import { NoticeFile } from "./notices-file.js";
import { granularities } from "./partition.js";
import { ProtectFile, ProtectionFile } from "./protection-file.js";
import { arn, SourceFile } from "./source-file.js";
import { CsvFormatFile, occurrence, reading, standardise } from "./text-file.js";
import { regionName, WarehouseFile } from "./warehouse-file.js";

/** What a user writes: `sluice.yaml` and `datasets/*.yaml`. Unknown keys are errors everywhere. */

const datasetName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "a dataset's name is [a-z][a-z0-9_]*, at most 40 characters")
  .refine((name) => name !== "manifests", "'manifests' is where Sluice keeps the manifests that it composes");
const sourceName = z.string().regex(/^[a-z][a-z0-9-]*$/, "a source's name is [a-z][a-z0-9-]*");
const tableName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,126}\.[a-z][a-z0-9_]{0,126}$/, "a table is written schema.table, in lower case");

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
    .describe(
      "Where the value is: header or position, JSON path, XPath, or $file, $partition, $manifest, $landed, $path.<name>.",
    ),
  value: Scalar.optional().describe("A constant."),
  expression: z.string().min(1).optional().describe("Spark SQL over the other columns."),
  type: TypeText.describe("A Redshift type, such as varchar(32), counted in bytes, or decimal(5,2)."),
  description: z.string().optional(),
  required: z.boolean().optional().describe("A record without it is rejected; always so for a key and order_by."),
  optional: z.boolean().optional().describe("A file may be without this column."),
  ...standardise,
  default: Scalar.optional().describe("Stands for NULL."),
  occurrence,
  load: z
    .boolean()
    .optional()
    .describe("false: read and typed for expressions, checks and deletes, but not loaded into the table."),
  as: z.literal("json").optional().describe("A nested value, kept as JSON text."),
  ...columnEvolution,
  protect: ProtectFile.optional(),
});

const elementName = z
  .string()
  .regex(
    /^([\p{L}_][\p{L}\p{N}_.-]*:)?[\p{L}_][\p{L}\p{M}\p{N}_.·-]*$/u,
    "a record is an element's name, such as order or p:order",
  );

const breaks = z
  .string()
  .min(1)
  .optional()
  .describe("Why a change that needs a decision or breaks readers is meant; a new text lets it pass check --against.");

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
  FixedFormatFile,
  ...columnarFormatFiles,
]);

export const DatasetFile = z.strictObject({
  dataset: datasetName,
  source: sourceName,
  description: z.string().optional(),
  owner: z
    .string()
    .min(1)
    .optional()
    .describe("Who is asked about it: a team or a person, as notices and the console name it."),
  partition: z
    .enum(granularities)
    .optional()
    .describe("The hour, day or month that batches belong to; required, unless `deliveries` names another dataset."),
  timezone: z.string().optional().describe("Whose days or months the partitions are; UTC where nothing is said."),
  path: z
    .string()
    .optional()
    .describe(
      "The shape of the dataset's keys: text, *, **, {partition:yyyy/MM/dd}, {name}. Default: <dataset>/<partition's folder>/**.",
    ),
  arrival: ArrivalFile.optional().describe("When a delivery is complete; by a manifest where nothing is said."),
  deliveries: datasetName.optional().describe("Reads what is delivered for this dataset of the same source."),
  format: FormatFile,
  defaults: z.strictObject(standardise).optional(),
  columns: z.array(ColumnFile).min(1),
  checks: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, "a check's name is [a-z][a-z0-9_]*"), z.string().min(1))
    .default({}),
  batch_checks: BatchChecksFile.default({}),
  rejects: z
    .strictObject({
      max: z.union([z.int().min(0), share]).default(0),
      raw: z
        .literal("keep")
        .optional()
        .describe("Rejects keep their raw text, in clear, although columns are protected."),
    })
    .prefault({}),
  unknown_columns: z
    .enum(unknownColumns)
    .default("warn")
    .describe("What a column means that the contract does not have; rescue keeps it in the column _rescued."),
  rescued: RescuedFile.optional(),
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
  breaks,
});
export type DatasetFile = z.output<typeof DatasetFile>;

const projectKeys = {
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "a project's name is [a-z][a-z0-9-]*"),
  account: accountId.optional().describe("The account it belongs in: with credentials of another, nothing is done."),
  region: regionName,
  warehouse: WarehouseFile,
  deployment: DeploymentFile.prefault({}),
  alerts: z
    .strictObject({
      email: z.email().optional(),
      alarmTopic: arn
        .optional()
        .describe("A topic that alarms tell in place of the project's, which then has the alerts of loads alone."),
      recoveries: z.boolean().default(false).describe("Alarms also tell when all is well again."),
      queuedMinutes: z
        .int()
        .min(1)
        .max(60)
        .default(5)
        .describe("A statement that waits longer for its queue in a cluster raises an alarm."),
    })
    .prefault({}),
  notices: z.array(NoticeFile).default([]).describe("Who is told of which events, by which way."),
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
  protection: ProtectionFile.prefault({}),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}).describe("On every resource."),
  dataDeletion: z
    .enum(["never", "allowed"])
    .default("never")
    .describe(
      "`allowed` is the first of two switches; `sluice destroy --delete-data <project>` or `sluice deploy --allow-data-loss <project>` is the second.",
    ),
  sources: z.record(sourceName, SourceFile),
};

export const ProjectFile = z.strictObject({
  ...projectKeys,
  environment: z
    .string()
    .optional()
    .describe("The environment that is meant where neither --env nor SLUICE_ENV says one: `local`, or one of these."),
  environments: z
    .record(environmentName, environmentFile(projectKeys))
    .default({})
    .describe("The project in several accounts: each lays its keys over this file. `local` is always there."),
  breaks,
});
export type ProjectFile = z.output<typeof ProjectFile>;
