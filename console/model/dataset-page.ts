import { z } from "zod";
import { Pause } from "./api.js";

/** What the page of a dataset shows: its contract, and what its loads made of it. */
export const DatasetPage = z.object({
  dataset: z.string(),
  source: z.string(),
  description: z.string().nullable(),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      description: z.string().nullable(),
      isKey: z.boolean(),
      isRequired: z.boolean(),
      /** What the contract says of it beyond the usual: `from: amount`, `parse: epoch_millis`. */
      rules: z.array(z.string()),
    }),
  ),
  /** Each record has to pass these; how many did not is counted over the newest loads. */
  checks: z.array(z.object({ name: z.string(), sql: z.string(), failed: z.int() })),
  /** The loads and records that were looked at for it. */
  checked: z.object({ loads: z.int(), read: z.int() }),
  /** Checks of the batch as a whole, and what the newest load that has results says of them. */
  batchChecks: z.array(z.object({ name: z.string(), text: z.string(), severity: z.string() })),
  batchResults: z
    .object({ execution: z.string(), partition: z.string().nullable(), texts: z.array(z.string()) })
    .nullable(),
  /** Everything else that the contract says beyond the defaults: key and value. */
  facts: z.array(z.object({ key: z.string(), text: z.string() })),
  schedule: z
    .object({
      cron: z.string(),
      timezone: z.string(),
      /** Planned times, which pass without a load while it is paused. */
      next: z.array(z.string()),
      pause: Pause.nullable(),
    })
    .nullable(),
  /** From files to views: the places that the data go through, in order. */
  lineage: z.array(z.object({ what: z.string(), names: z.array(z.string()), how: z.string() })),
});
export type DatasetPage = z.infer<typeof DatasetPage>;

/** Counted in the warehouse when somebody asks. */
export const RowCount = z.object({ table: z.string(), rows: z.number(), at: z.string() });
export type RowCount = z.infer<typeof RowCount>;
