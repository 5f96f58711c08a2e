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
import { DatasetGlueFile } from "./glue-file.js";
import { columnName, Duration, LoadFile } from "./load-file.js";
import { NoticeFile } from "./notices-file.js";
import { granularities } from "./partition.js";
import { ProtectFile, ProtectionFile } from "./protection-file.js";
import { arn, SourceFile } from "./source-file.js";
import { TableFile, tableName } from "./table-file.js";
import { CsvFormatFile, occurrence, reading, standardise } from "./text-file.js";
import { regionName, WarehouseFile } from "./warehouse-file.js";

/** What a user writes: `sluice.yaml` and `datasets/*.yaml`. Unknown keys are errors everywhere. */

const datasetName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "a dataset's name is [a-z][a-z0-9_]*, at most 40 characters")
  .refine(
    (name) => name !== "manifests",
    "'manifests' is reserved for the manifests that Sluice writes; expected another name",
  );
const sourceName = z.string().regex(/^[a-z][a-z0-9-]*$/, "a source's name is [a-z][a-z0-9-]*");

const TypeText = z.string().transform((text, context): ColumnType => {
  const parsed = parseColumnType(text);
  if ("type" in parsed) return parsed.type;
  context.addIssue({ code: "custom", message: parsed.problem });
  return z.NEVER;
});

export const ColumnFile = z.strictObject({
  name: columnName.describe("The column's name in the table."),
  from: z
    .union([z.string().min(1), z.int().min(1)])
    .optional()
    .describe(
      "Where the value comes from: a header or position, a JSON path, an XPath, or $file, $partition, $manifest, $landed or $path.<name>.",
    ),
  value: Scalar.optional().describe("A constant value for every record."),
  expression: z.string().min(1).optional().describe("A Spark SQL expression over the other columns."),
  type: TypeText.describe("A Redshift type, such as varchar(32), counted in bytes, or decimal(5,2)."),
  description: z.string().optional().describe("Becomes the column's comment."),
  required: z
    .boolean()
    .optional()
    .describe("Reject records without a value. Always true for key columns and order_by."),
  optional: z.boolean().optional().describe("Accept files that lack this column."),
  ...standardise,
  default: Scalar.optional().describe("The value to use instead of NULL."),
  occurrence,
  load: z
    .boolean()
    .optional()
    .describe("false: read and typed for expressions, checks and deletes, but not loaded into the table."),
  as: z.literal("json").optional().describe("Store a nested value as JSON text."),
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
  .describe(
    "The reason for an intended change that needs a decision or breaks readers. A new text lets the change pass check --against.",
  );

const FormatFile = z.discriminatedUnion("type", [
  CsvFormatFile,
  z.strictObject({
    type: z.literal("json"),
    lines: z
      .boolean()
      .optional()
      .describe("One value per line. Default: true, unless `records` or `concatenated` is given."),
    records: z
      .string()
      .min(1)
      .optional()
      .describe("The path to the records inside a document; `$` if the document itself is the record."),
    concatenated: z.boolean().default(false).describe("Values follow one another, not necessarily one per line."),
    ...reading,
  }),
  z.strictObject({
    type: z.literal("xml"),
    record: z
      .union([elementName, z.array(elementName).min(1)])
      .describe(
        "The name of the element that holds a record, or a list of names; `from: $element` gives the element's name.",
      ),
    namespaces: z.record(z.string(), z.string()).default({}),
    ...reading,
  }),
  FixedFormatFile,
  ...columnarFormatFiles,
]);

export const DatasetFile = z.strictObject({
  dataset: datasetName.describe("The dataset's name, which is also the name of its file."),
  source: sourceName.describe("A source that is declared in sluice.yaml."),
  description: z.string().optional().describe("Becomes the table's comment."),
  owner: z
    .string()
    .min(1)
    .optional()
    .describe("The team or person responsible for the dataset, as shown in notices and in the console."),
  partition: z
    .enum(granularities)
    .optional()
    .describe(
      "Whether batches belong to an hour, a day or a month. Required, unless `deliveries` names another dataset.",
    ),
  timezone: z
    .string()
    .optional()
    .describe("IANA zone in which the partitions' days or months are counted. Default: UTC."),
  path: z
    .string()
    .optional()
    .describe(
      "The pattern of the dataset's S3 keys, made of text, *, **, {partition:yyyy/MM/dd} and {name}. Default: <dataset>/<partition's folder>/**.",
    ),
  arrival: ArrivalFile.optional().describe("When a delivery is complete. Default: when its manifest arrives."),
  deliveries: datasetName
    .optional()
    .describe("Read the files that are delivered for this other dataset of the same source."),
  format: FormatFile.describe("How to read the files."),
  defaults: z
    .strictObject(standardise)
    .optional()
    .describe("Settings for all columns. A column's own setting takes precedence."),
  columns: z.array(ColumnFile).min(1).describe("The columns of the table, in order."),
  checks: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, "a check's name is [a-z][a-z0-9_]*"), z.string().min(1))
    .default({})
    .describe("Conditions on each record, in Spark SQL, by name. A record for which one is not true is rejected."),
  batch_checks: BatchChecksFile.default({}).describe("Conditions on all rows of a batch together, by name."),
  rejects: z
    .strictObject({
      max: z
        .union([z.int().min(0), share])
        .default(0)
        .describe("How many records may be rejected, as a number or a percentage. If more are, the batch is refused."),
      raw: z
        .literal("keep")
        .optional()
        .describe("Keep the raw text of rejected records, in clear, even though columns are protected."),
    })
    .prefault({}),
  unknown_columns: z
    .enum(unknownColumns)
    .default("warn")
    .describe(
      "What to do with a column that the contract does not declare. rescue: keep its values in the column _rescued.",
    ),
  rescued: RescuedFile.optional(),
  table: TableFile.describe("The table, and its physical design."),
  load: LoadFile,
  catalogue: z
    .enum(["crawler", "partition"])
    .default("crawler")
    .describe("How a batch gets into the Data Catalog: with a crawler, or by registering its partition directly."),
  engine: EngineFile.optional().describe("What converts a batch. Default: the source's engine."),
  glue: DatasetGlueFile.optional().describe("What the dataset's Glue runs have in place of the source's `glue`."),
  schedule: z
    .strictObject({
      cron: z.string().describe("When to look, in EventBridge's six fields, such as `15 * * * ? *`."),
      timezone: z.string().default("UTC").describe("The IANA zone of `cron`."),
      lag: Duration.describe("How far back to look for partitions."),
      settle: Duration.default(600).describe("Load a partition only if nothing was written to it for this long (10m)."),
      manifests: z
        .enum(["producer", "composed"])
        .default("producer")
        .describe(
          "producer: load what the producer's manifests list. composed: list the files of a partition instead.",
        ),
    })
    .optional()
    .describe("Load at fixed times, not only when a manifest arrives."),
  expect: z
    .strictObject({
      every: Duration.describe("How often a partition starts."),
      within: Duration.describe("How long after a partition's start its delivery must have arrived."),
    })
    .optional()
    .describe("Raise an alarm when a delivery is overdue."),
  aggregates: z
    .array(tableName)
    .default([])
    .describe("Views, defined in aggregates/<name>.sql, to refresh after each load."),
  breaks,
});
export type DatasetFile = z.output<typeof DatasetFile>;

const projectKeys = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "a project's name is [a-z][a-z0-9-]*")
    .describe("The project's name: the prefix of every resource name."),
  account: accountId
    .optional()
    .describe("The AWS account of this project. Commands stop if the credentials belong to another account."),
  region: regionName.describe("The AWS region, such as eu-west-1."),
  warehouse: WarehouseFile,
  deployment: DeploymentFile.prefault({}),
  alerts: z
    .strictObject({
      email: z.email().optional().describe("An address for alerts and alarms. SNS asks it once to confirm."),
      alarmTopic: arn
        .optional()
        .describe(
          "The ARN of another SNS topic for alarms. The project's own topic then receives only alerts about loads.",
        ),
      recoveries: z.boolean().default(false).describe("Also notify when an alarm returns to OK."),
      queuedMinutes: z
        .int()
        .min(1)
        .max(60)
        .default(5)
        .describe("Raise an alarm when a statement waits longer than this, in minutes, in a queue of the cluster."),
    })
    .prefault({}),
  notices: z.array(NoticeFile).default([]).describe("Who is notified of which events, and how."),
  readers: z
    .array(arn)
    .default([])
    .describe("ARNs that may read the published data of all sources, and the reader's secret."),
  administrators: z
    .array(arn)
    .default([])
    .describe(
      "ARNs that may access every bucket and secret, in addition to Identity Center's administrators. `*` is a wildcard.",
    ),
  lake: z
    .strictObject({
      gigabytesPerQuery: z.number().positive().default(100).describe("How many gigabytes one Athena query may scan."),
    })
    .prefault({}),
  protection: ProtectionFile.prefault({}),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}).describe("Tags for every resource."),
  dataDeletion: z
    .enum(["never", "allowed"])
    .default("never")
    .describe(
      "Deleting data takes two switches: `allowed` here, and `sluice destroy --delete-data <project>` or `sluice deploy --allow-data-loss <project>`.",
    ),
  sources: z.record(sourceName, SourceFile).describe("The systems that deliver files, by name."),
};

export const ProjectFile = z.strictObject({
  ...projectKeys,
  environment: z
    .string()
    .optional()
    .describe("The environment to use if neither --env nor SLUICE_ENV is set: `local`, or one of `environments`."),
  environments: z
    .record(environmentName, environmentFile(projectKeys))
    .default({})
    .describe(
      "One project in several accounts: the keys of an environment override the keys of this file. `local` always exists.",
    ),
  breaks,
});
export type ProjectFile = z.output<typeof ProjectFile>;
