import { z } from "zod";
import { columnName } from "./load-file.js";

/** The part `table` of a dataset's file: the table that its batches end in. */

export const tableName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,126}\.[a-z][a-z0-9_]{0,126}$/, "a table is written schema.table, in lower case");

export const TableFile = z.strictObject({
  name: tableName.describe("schema.table"),
  distribution: z
    .string()
    .regex(/^(auto|even|all|key\([a-z][a-z0-9_]*\))$/, "a distribution is auto, even, all or key(<column>)")
    .default("auto")
    .describe("Redshift's distribution style: auto, even, all or key(<column>)."),
  sort: z.array(z.string()).default([]).describe("The columns of the compound sort key."),
  columns: z
    .record(
      z.string(),
      z.strictObject({
        encode: z
          .string()
          .regex(/^[a-z0-9]+$/)
          .optional()
          .describe("The compression encoding, such as az64."),
      }),
    )
    .default({}),
  identity: z
    .strictObject({
      column: columnName.describe("The name of the IDENTITY column."),
      seed: z.int().default(1).describe("The first number."),
      step: z
        .int()
        .refine((step) => step !== 0, "a step of 0 gives every row the same number")
        .default(1)
        .describe("The difference between one number and the next."),
    })
    .optional()
    .describe("A bigint column that the warehouse numbers itself."),
});
