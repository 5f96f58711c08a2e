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
      "rescue: a value that does not fit becomes NULL and is kept in _rescued; reject (default): the record is rejected.",
    ),
  was: columnName
    .optional()
    .describe("The name that the column has in the table so far; the next load renames it there. Files: see from."),
  retired: z
    .boolean()
    .optional()
    .describe("true: the column stays in the table and is NULL from now on, whether files have it or not."),
  large: z
    .boolean()
    .optional()
    .describe("true, of super: values of up to 4,000,000 bytes, which COPY reads as JSON lines; else 65,535."),
};

export const unknownColumns = ["warn", "ignore", "refuse", "rescue"] as const;

export const RescuedFile = z
  .strictObject({
    max: z
      .union([z.int().min(0), share])
      .describe("How many records, or which share of those that were read, may have values that do not fit."),
  })
  .describe("A limit for records whose values were rescued; without it there is none.");

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
