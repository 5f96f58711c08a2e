import { z } from "zod";
import { share } from "./batch-checks-file.js";
import type { Column } from "./contract.js";
import { columnName } from "./load-file.js";

/** The part of a dataset's file about what comes that the contract does not expect: values, columns. */

/** What a column may say about values that do not fit. */
export const columnEvolution = {
  on_error: z
    .enum(["reject", "rescue"])
    .optional()
    .describe(
      "What to do with a value that does not fit. reject (default): reject the record. rescue: load NULL and keep the value in _rescued.",
    ),
  was: columnName
    .optional()
    .describe(
      "The column's current name in the table; the next load renames it. It does not affect how files are read: see from.",
    ),
  retired: z
    .boolean()
    .optional()
    .describe("true: the column stays in the table and is NULL in new rows, whether or not files have it."),
  large: z
    .boolean()
    .optional()
    .describe("true, for super: values of up to 4,000,000 bytes, loaded as JSON lines. Otherwise up to 65,535 bytes."),
};

export const unknownColumns = ["warn", "ignore", "refuse", "rescue"] as const;

export const RescuedFile = z
  .strictObject({
    max: z
      .union([z.int().min(0), share])
      .describe("How many records may have values that do not fit: a number, or a percentage of the records read."),
  })
  .describe("A limit for records with rescued values. Default: no limit.");

/** The column for what does not fit the others, and the `from` that it has in the compiled contract alone. */
export const rescuedColumn = "_rescued";
export const rescuedSource = "$rescued";

interface Rescuing {
  readonly unknown_columns: (typeof unknownColumns)[number];
  readonly columns: readonly { readonly on_error?: "reject" | "rescue" | undefined }[];
}

/** Whether the table has a column for what does not fit the others. */
export const isRescuing = ({ unknown_columns, columns }: Rescuing): boolean =>
  unknown_columns === "rescue" || columns.some(({ on_error }) => on_error === "rescue");

/** `_rescued` as a compiled column; it follows the contract's own. */
export const compiledRescued = (): Pick<Column, "name" | "from" | "type" | "description"> => ({
  name: rescuedColumn,
  from: rescuedSource,
  type: { name: "super" },
  description: "What came with a record and has no column, and values that did not fit theirs",
});
