import { z } from "zod";

/** What Sluice puts on the account's default event bus; the JSON Schemas in docs/events/ are made of it. */

const about = {
  version: z.literal(1),
  project: z.string(),
  source: z.string(),
  dataset: z.string(),
  owner: z.string().nullable().describe("The contract's `owner`."),
  partition: z.string().nullable().describe("Null if the execution does not state it."),
};

const batch = {
  ...about,
  batch_id: z.string().nullable().describe("Null if the execution does not state it."),
  revision: z.string().nullable(),
  execution: z.string().describe("The ARN of the execution."),
  ended: z.string().describe("When the execution ended, ISO 8601, UTC."),
  links: z.strictObject({
    execution: z.string().describe("The execution in the Step Functions console."),
    manifest: z.string().nullable().describe("The delivered manifest, marker or file, as an s3:// URI."),
  }),
};

const count = z.int().nullable();

export const BatchLoaded = z.strictObject({
  ...batch,
  outcome: z.enum(["loaded", "already_loaded"]).describe("`already_loaded`: nothing was changed."),
  counts: z.strictObject({
    ...{ read: count, written: count, deduplicated: count, rejected: count },
    ...{ inserted: count, updated: count, deleted: count, outdated: count, removed: count },
  }),
  warnings: z.array(z.string()),
});

export const BatchRefused = z.strictObject({
  ...batch,
  error: z.string().describe("The refusal's name."),
  message: z.string(),
  acts: z.enum(["producer", "contract owner", "operator", "ours"]).describe("Who has to act."),
});

export const BatchFailed = z.strictObject({
  ...batch,
  status: z.enum(["FAILED", "TIMED_OUT", "ABORTED"]),
  error: z.string(),
  message: z.string(),
});

export const PartitionOverdue = z.strictObject({
  ...about,
  partition: z.string(),
  state: z.enum(["overdue", "arrived"]).describe("`arrived` follows an earlier `overdue`."),
  deadline: z.string().describe("The time by which it was expected, ISO 8601, UTC."),
  links: z.strictObject({ folder: z.string().describe("The folder in which it is expected, as an s3:// URI.") }),
});

export const SchemaChanged = z.strictObject({
  ...batch,
  table: z.string().describe("schema.table"),
  changes: z
    .array(
      z.strictObject({
        change: z.enum(["added", "renamed", "grown"]),
        column: z.string(),
        from: z.string().nullable().describe("The previous name or type; null for an added column."),
      }),
    )
    .min(1),
});

/** The detail of each event by its detail-type. */
export const events = { BatchLoaded, BatchRefused, BatchFailed, PartitionOverdue, SchemaChanged } as const;
export type EventName = keyof typeof events;
export const eventNames = [
  "BatchLoaded",
  "BatchRefused",
  "BatchFailed",
  "PartitionOverdue",
  "SchemaChanged",
] as const satisfies readonly EventName[];

export type SluiceEvent = {
  [Name in EventName]: { readonly type: Name; readonly detail: z.infer<(typeof events)[Name]> };
}[EventName];

/** The `source` of a project's events. */
export const eventSource = (project: string) => `sluice.${project}`;
