import { z } from "zod";

/** When a delivery is complete, as the compiled contract says it. */

const From = z.union([z.string(), z.int()]).nullable();

export const Control = z.strictObject({
  format: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("csv"), delimiter: z.string(), header: z.boolean() }),
    z.strictObject({ type: z.literal("json"), records: z.string().nullable() }),
  ]),
  file: From,
  rows: From,
  bytes: From,
  sha256: From,
});
export type Control = z.infer<typeof Control>;

export const Arrival = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("manifest") }),
  z.strictObject({ kind: z.literal("each_file") }),
  z.strictObject({ kind: z.literal("marker"), marker: z.string(), control: Control.nullable() }),
  z.strictObject({
    kind: z.literal("quiet"),
    quiet_seconds: z.int(),
    every_seconds: z.int(),
    window_seconds: z.int(),
  }),
]);
export type Arrival = z.infer<typeof Arrival>;

/** The arrival of contracts that do not say another. */
export const byManifest: Arrival = { kind: "manifest" };
