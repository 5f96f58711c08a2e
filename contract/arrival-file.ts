import { z } from "zod";
import type { Arrival } from "./arrival.js";
import { Duration } from "./load-file.js";

/** `arrival:` as a user writes it: when a delivery is complete. */

const from = z.union([z.string().min(1), z.int().min(1)]);

/** How a control file is read; it is small, and in UTF-8. */
const ControlFormatFile = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("csv"),
    delimiter: z.string().min(1).max(8).default(","),
    header: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal("json"),
    records: z
      .string()
      .min(1)
      .optional()
      .describe("The path to the entries inside a document. Default: one value per line."),
  }),
]);

const ControlFile = z.strictObject({
  format: ControlFormatFile,
  file: from.optional().describe("Where an entry gives the file's name, relative to the marker's folder."),
  rows: from.optional().describe("Where an entry gives the number of records."),
  bytes: from.optional().describe("Where an entry gives the file's length in bytes."),
  sha256: from.optional().describe("Where an entry gives the file's SHA-256 checksum."),
});

export const ArrivalFile = z.union([
  z.literal("manifest"),
  z.literal("each_file"),
  z.strictObject({
    marker: z
      .string()
      .min(1)
      .describe("The name (or a glob) of the file that the producer writes when a folder is complete."),
    control: ControlFile.optional().describe("How to read the list of files from the marker itself."),
  }),
  z.strictObject({
    quiet: Duration.describe("The partition is complete once no file has arrived for this long."),
    every: Duration.prefault("5m").describe("How often to check."),
    window: Duration.prefault("2d").describe("How far back to check partitions for which no event arrived."),
  }),
]);
type ArrivalFile = z.output<typeof ArrivalFile>;

export function compileArrival(file: ArrivalFile | undefined): Arrival {
  if (file === undefined || file === "manifest") return { kind: "manifest" };
  if (file === "each_file") return { kind: "each_file" };
  if ("quiet" in file) {
    return { kind: "quiet", quiet_seconds: file.quiet, every_seconds: file.every, window_seconds: file.window };
  }
  const { marker, control } = file;
  if (control === undefined) return { kind: "marker", marker, control: null };
  const { format } = control;
  return {
    kind: "marker",
    marker,
    control: {
      format: format.type === "csv" ? format : { type: "json", records: format.records ?? null },
      file: control.file ?? null,
      rows: control.rows ?? null,
      bytes: control.bytes ?? null,
      sha256: control.sha256 ?? null,
    },
  };
}
