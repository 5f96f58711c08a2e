import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageFolder } from "../../package-folder.js";

const count = z.int();
const counted = {
  read: count,
  written: count,
  deduplicated: count,
  rejected: count,
  inserted: count,
  updated: count,
  outdated: count,
};

const Expected = z.strictObject({
  /** Of earthquakes. */
  batches: z.array(z.strictObject({ partition: z.string(), revision: count, outcome: z.string(), ...counted })),
  rejects: z.array(
    z.strictObject({
      partition: z.string(),
      reason: z.string(),
      column: z.string().nullable(),
      rule: z.string().nullable(),
    }),
  ),
  rows: count,
  countries: z.strictObject({
    batches: z.array(
      z.strictObject({
        dataset: z.string(),
        partition: z.string(),
        /** `loaded`, or the refusal's name. */
        outcome: z.string(),
        read: count,
        written: count,
        inserted: count.nullable(),
        removed: count.nullable(),
      }),
    ),
    /** The complete states of each table, in order; area: the sum over all rows, as SQL prints it. */
    states: z.array(z.strictObject({ rows: count, area: z.string() })),
  }),
});
export type Expected = z.infer<typeof Expected>;

/** What the demo must come to: examples/demo/expected.json. */
export const readExpected = () =>
  Expected.parse(JSON.parse(readFileSync(join(packageFolder, "examples", "demo", "expected.json"), "utf8")));
