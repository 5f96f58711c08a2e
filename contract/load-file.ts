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
/** Every version of each key: a slowly changing dimension, type 2. */
const HistoryFile = z.strictObject({
  mode: z.literal("history"),
  key: z.array(z.string()).min(1).describe("Columns that name what has a history."),
  order_by: z.string().describe("The date or time from which a record holds."),
  track: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Columns whose change makes a version; without it all but key, order_by and the delete column."),
  valid_from: columnName.default("valid_from").describe("The table's column for the beginning of a version."),
  valid_to: columnName.default("valid_to").describe("The table's column for its end, which is NULL while it stands."),
  current: columnName.default("is_current").describe("The table's column that is true for the version that stands."),
  deletes: z
    .strictObject({ column: z.string(), values: z.array(z.string()).min(1) })
    .optional()
    .describe("Records that close the version before them."),
  ...everyMode,
});
const refresh = {
  ...everyMode,
  key: optionalKey,
  allow_empty: z.boolean().default(false).describe("A batch without rows may empty the table."),
};

export const LoadFile = z.discriminatedUnion("mode", [
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
  HistoryFile,
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
