import { z } from "zod";

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

const keyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "a KMS key is given by its ARN, arn:aws:kms:…:key/…");

const bucket = z.union([z.literal("create"), z.strictObject({ existingBucket: bucketName })]).default("create");

/** `90d` → 90. */
const days = (least: number, why: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}d$/, "a time to keep something is written in whole days, such as 90d")
    .transform((text) => Number(text.slice(0, -1)))
    .refine((count) => count >= least, `at least ${least}d: ${why}`);

const redrives = "an execution can be redriven for 14 days, and reads these again (A3.1)";

export const SourceFile = z.strictObject({
  landing: bucket,
  processed: bucket,
  concurrency: z.int().min(1).max(200).default(4),
  /** May put objects into the landing bucket, and nothing else. */
  producers: z.array(principalArn).default([]),
  /** May read `data/` and its catalogue, beside the project's readers. */
  readers: z.array(principalArn).default([]),
  glueConnection: z.boolean().default(true),
  /** `true`: a key of the source's own; an ARN: a key that is there. Without: S3's own encryption. */
  kms: z.union([z.boolean(), keyArn]).default(false),
  /** `true`: a log bucket of the source's own; or one that is there and lets S3 write. */
  accessLogs: z.union([z.boolean(), z.strictObject({ bucket: bucketName })]).default(false),
  /** What is not given is kept for ever, but for runs and old versions. */
  retention: z
    .strictObject({
      landing: days(15, redrives).optional(),
      processed: days(15, redrives).optional(),
      runs: days(15, redrives).default(90),
      oldVersions: days(15, redrives).default(30),
      accessLogs: days(1, "a log must come before it goes").default(365),
    })
    .prefault({}),
  alarms: z
    .strictObject({
      /** Of the records of a batch, in percent: more than that raises an alarm, also when the contract allows it. */
      rejectedPercent: z.number().min(0).max(100).default(5),
      glueMinutes: z.int().min(1).max(240).default(60),
    })
    .prefault({}),
});
export type SourceFile = z.output<typeof SourceFile>;
