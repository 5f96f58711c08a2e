import { z } from "zod";

/** The part `load` of a dataset's file: how its batches become rows of the table. */

export const columnName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,126}$/, "a column's name is [a-z][a-z0-9_]*, at most 127 bytes");

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86400 } as const;

/** `90m`, `1h`, `1d` → seconds. */
export const Duration = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, "a duration is a number and s, m, h or d, such as 90m")
  .transform((text) => Number(text.slice(0, -1)) * (unitSeconds[text.slice(-1) as keyof typeof unitSeconds] ?? 0));

/** A snapshot of the warehouse with every load, unless there is one that is young enough. */
const SnapshotFile = z.strictObject({
  when: z.enum(["before", "after"]).describe("Before or after the load."),
  minimum_distance: Duration.optional().describe("Reuse a snapshot that is younger than this."),
  retention: z
    .string()
    .regex(/^[1-9]\d{0,3}d$/, "a retention is written in whole days, such as 7d")
    .transform((text) => Number(text.slice(0, -1)))
    .refine((days) => days <= 3653, "Redshift keeps a manual snapshot for at most 3653d")
    .optional()
    .describe("How long to keep the snapshot, in days. Default: the warehouse's snapshotRetentionDays."),
});

const everyMode = {
  deduplicate: z
    .literal("exact")
    .optional()
    .describe("For tables without a key: records that are equal in all columns count once."),
  conflicts: z
    .enum(["reject", "last"])
    .default("reject")
    .describe(
      "What to do with records that have the same key and order but different content: reject all of them, or keep the last.",
    ),
  snapshot: z
    .union([z.enum(["none", "before", "after"]), SnapshotFile])
    .default("none")
    .describe("Take a snapshot of the whole warehouse before or after each load."),
  lock_wait: Duration.prefault("10m").describe(
    "How long a change to the table waits for running queries. New queries queue behind it meanwhile.",
  ),
};
const orderBy = z.string().optional().describe("The column that orders versions: the greater value is newer.");
const deletion = {
  column: z.string().describe("The column that says whether a record is a deletion."),
  values: z.array(z.string()).min(1).describe("The values of that column that mean deletion."),
};
const optionalKey = z.array(z.string()).default([]);
/** Every version of each key: a slowly changing dimension, type 2. */
const HistoryFile = z.strictObject({
  mode: z.literal("history"),
  key: z.array(z.string()).min(1).describe("In a history: the columns that identify what has a history."),
  order_by: z.string().describe("In a history: the date or time from which a record is valid."),
  track: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "The columns whose change starts a new version. Default: all except key, order_by and the delete column.",
    ),
  valid_from: columnName.default("valid_from").describe("The name of the table's column for a version's start."),
  valid_to: columnName
    .default("valid_to")
    .describe("The name of the table's column for a version's end, which is NULL for the current version."),
  current: columnName
    .default("is_current")
    .describe("The name of the table's column that is true for the current version."),
  deletes: z
    .strictObject(deletion)
    .optional()
    .describe("Which records delete. In a history they end the current version."),
  ...everyMode,
});
const refresh = {
  ...everyMode,
  key: optionalKey,
  allow_empty: z.boolean().default(false).describe("Let a batch without rows empty the table."),
};

export const LoadFile = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("upsert").describe("How a batch reaches the table."),
    key: z.array(z.string()).min(1).describe("The columns that identify a row."),
    order_by: orderBy,
    strategy: z
      .enum(["merge", "delete_insert"])
      .default("merge")
      .describe("How to upsert: with MERGE, or with DELETE and INSERT."),
    deletes: z
      .strictObject({
        ...deletion,
        action: z
          .enum(["soft", "hard"])
          .default("soft")
          .describe("soft: mark the row as deleted. hard: delete the row."),
        mark: columnName.default("is_deleted").describe("The name of the table's column that marks deleted rows."),
      })
      .optional()
      .describe("Which records delete."),
    ...everyMode,
  }),
  z.strictObject({ mode: z.literal("append"), key: optionalKey, order_by: orderBy, ...everyMode }),
  HistoryFile,
  z.strictObject({ mode: z.literal("replace"), ...refresh }),
  z.strictObject({ mode: z.literal("truncate"), ...refresh }),
  z.strictObject({
    mode: z.literal("swap"),
    dependent_views: z
      .enum(["rebuild", "refuse"])
      .default("rebuild")
      .describe("What to do with views that are bound to the table."),
    ...refresh,
  }),
]);
