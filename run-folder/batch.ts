import { z } from "zod";
import { definitionVersion } from "../contract/definition.js";

/** What the state machine hands from step to step: small texts that name a batch and where its files lie. */
export const Batch = z.strictObject({
  /** Of the state machine that loads it. */
  definition: z.literal(definitionVersion),
  /** ARN of the execution that loads it. */
  execution: z.string(),
  dataset: z.string(),
  source: z.string(),
  /** `2026-11-22T05`, `2026-11-22` or `2026-11`. */
  partition: z.string(),
  batchId: z.string(),
  revision: z.string(),
  /** The lineage column `sluice_batch`. */
  place: z.string(),
  /** s3:// URI that ends in a slash. */
  runFolder: z.string(),
  /** s3:// URI of batch.json. */
  batchFile: z.string(),
  /** s3:// URI of the pinned contract.json. */
  contractFile: z.string(),
});
export type Batch = z.infer<typeof Batch>;

/** `batch.json`: what validate-manifest found; the Glue job and the other functions read it. */
export const BatchFile = z.strictObject({
  version: z.literal(1),
  dataset: z.string(),
  source: z.string(),
  partition: z.string(),
  /** ISO time, UTC. */
  partition_start: z.string(),
  batch_id: z.string(),
  revision: z.string(),
  place: z.string(),
  manifest: z.strictObject({
    bucket: z.string(),
    key: z.string(),
    version_id: z.string().nullable(),
    etag: z.string(),
    last_modified: z.string(),
  }),
  execution: z.string(),
  force: z.boolean(),
  files: z.array(
    z.strictObject({
      bucket: z.string(),
      key: z.string(),
      version_id: z.string().nullable(),
      etag: z.string(),
      /** Bytes, as the object has them. */
      content_length: z.int(),
      record_count: z.int().nullable(),
      sha256: z.string().nullable(),
      /** What the named parts of the contract's `path` are in its key; absent where it has none. */
      path: z.record(z.string(), z.string()).optional(),
    }),
  ),
  /** Keys of files that the manifest calls optional and that are absent. */
  left_out: z.array(z.string()),
  contract: z.string(),
  /** How many records there must be in all, where a control file says so; and the key of the manifest that Sluice composed. */
  record_count: z.int().nullable().optional(),
  composed: z.string().optional(),
  /** A replay: the rejected rows of which conversion are read once more (their files), and how many records each file had then. */
  replay: z
    .strictObject({ run: z.string(), rejects: z.array(z.string()), records: z.record(z.string(), z.int()) })
    .optional(),
  /** What converts it, and by which rule; the defaults are for batches from before there was a choice. */
  engine: z.enum(["glue", "lambda"]).default("glue"),
  engine_why: z.string().default(""),
});
export type BatchFile = z.infer<typeof BatchFile>;
