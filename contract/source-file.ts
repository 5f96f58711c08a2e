import { z } from "zod";
import { EngineFile, LambdaFile } from "./engine.js";
import { GlueFile } from "./glue-file.js";
import { TriggerFile } from "./trigger-file.js";

/** What `sluice.yaml` says of one source: its buckets, who may reach them, how long things stay. */

export const arn = z.string().regex(/^arn:/, "an ARN begins with arn:");

export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name has 3 to 63 of a-z, 0-9, '.' and '-'");

/** A bucket policy names principals in full: a wildcard there means everybody. */
const principalArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/,
    "a principal is a role, a user or an account, such as arn:aws:iam::111111111111:role/shop, without wildcards",
  );

export const keyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "a KMS key is given by its ARN, arn:aws:kms:…:key/…");

const bucket = z.union([z.literal("create"), z.strictObject({ existingBucket: bucketName })]).default("create");
const landing = z
  .union([
    z.literal("create"),
    z.strictObject({
      existingBucket: bucketName,
      account: z
        .string()
        .regex(/^\d{12}$/, "an account is given by its 12 digits, in quotes")
        .optional()
        .describe(
          "The account that owns the bucket, if it is another one. Needs a `trigger` other than `notification`.",
        ),
    }),
  ])
  .default("create");

/** `90d` → 90. */
const days = (least: number, why: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}d$/, "a time to keep something is written in whole days, such as 90d")
    .transform((text) => Number(text.slice(0, -1)))
    .refine((count) => count >= least, `at least ${least}d: ${why}`);

const redrives = "an execution can be redriven for 14 days, and reads these again (A3.1)";

/** As Athena and Redshift Spectrum take a database's name: lower case, since Glue folds it. */
const glueDatabaseName = z
  .string()
  .regex(/^[a-z0-9_]{1,255}$/, "a Glue database's name has 1 to 255 of a-z, 0-9 and '_'");

/** The Glue databases of a source: of what is published, and of what landed. */
const database = z
  .union([
    z.literal("create"),
    z.strictObject({
      existingDatabase: glueDatabaseName.describe("The Glue database of the source's tables. Sluice never deletes it."),
      landing: glueDatabaseName
        .optional()
        .describe("The Glue database of the tables of landed files. Default: one that Sluice creates."),
    }),
  ])
  .default("create");

export const SourceFile = z.strictObject({
  landing: landing.describe("The bucket into which producers deliver."),
  processed: bucket.describe("The bucket into which Sluice writes."),
  trigger: TriggerFile.default("notification").describe(
    "How S3 events reach the source: S3 invokes its function (`notification`), through `eventbridge`, through a `queue` that Sluice creates, through an existing queue (`queue: <ARN>`), or from an existing topic (`topic: <ARN>`).",
  ),
  database: database.describe(
    "The Glue database in which the source's tables are: one that Sluice creates, or an existing one.",
  ),
  concurrency: z.int().min(1).max(200).default(4).describe("How many Glue runs can run at once."),
  engine: EngineFile.optional().describe("What converts the batches of the source's datasets. Default: `glue`."),
  lambda: LambdaFile.prefault({}),
  glue: GlueFile.prefault({}),
  producers: z
    .array(principalArn)
    .default([])
    .describe("ARNs that may write objects into the landing bucket, and nothing else."),
  readers: z
    .array(principalArn)
    .default([])
    .describe("ARNs that may read `data/`, in addition to the project's readers."),
  glueConnection: z
    .boolean()
    .default(true)
    .describe("Create a Glue connection to the warehouse. It is left out if no source wants it."),
  kms: z
    .union([z.boolean(), keyArn])
    .default(false)
    .describe(
      "KMS encryption. `true`: with a key that Sluice creates for this source. An ARN: with that key. `false`: S3's own encryption.",
    ),
  accessLogs: z
    .union([
      z.boolean(),
      z.strictObject({ bucket: bucketName.describe("The name of an existing bucket that lets S3 write logs.") }),
    ])
    .default(false)
    .describe("`true`: S3 writes access logs into a log bucket that Sluice creates for this source."),
  retention: z
    .strictObject({
      landing: days(15, redrives).optional().describe("How long to keep landed files. Default: for ever."),
      processed: days(15, redrives).optional().describe("How long to keep `data/` and `rejected/`. Default: for ever."),
      runs: days(15, redrives).default(90).describe("How long to keep the working files of loads. Default: 90d."),
      oldVersions: days(15, redrives)
        .default(30)
        .describe("How long to keep old versions of overwritten objects. Default: 30d."),
      accessLogs: days(1, "a log must come before it goes")
        .default(365)
        .describe("How long to keep access logs. Default: 365d."),
    })
    .prefault({}),
  alarms: z
    .strictObject({
      rejectedPercent: z
        .number()
        .min(0)
        .max(100)
        .default(5)
        .describe("Raise an alarm when a larger percentage of a batch was rejected, even if the contract allows it."),
      glueMinutes: z
        .int()
        .min(1)
        .max(240)
        .default(60)
        .describe("Raise an alarm when a Glue run takes longer than this."),
    })
    .prefault({}),
});
export type SourceFile = z.output<typeof SourceFile>;
