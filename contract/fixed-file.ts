import { z } from "zod";
import { encodings, reading } from "./text-file.js";

/** Lines whose fields are ranges of characters or bytes. */
const oneCharacter = z.string().refine((text) => [...text].length === 1, "a comment sign is one character");

export const FixedFormatFile = z.strictObject({
  type: z.literal("fixed"),
  unit: z.enum(["characters", "bytes"]).default("characters").describe("What a range such as `from: 1-10` counts."),
  skip_lines: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe("How many lines (of a sheet: rows) to skip at the beginning."),
  footer: z.string().min(1).optional().describe("Stop reading at the first record that begins with this text."),
  comment: z
    .union([z.literal("none"), oneCharacter])
    .default("none")
    .describe("Skip lines that begin with this character."),
  short_rows: z
    .enum(["reject", "fill"])
    .default("reject")
    .describe(
      "What to do with a line that ends before its last field: reject it, or read the fields that are present.",
    ),
  ...reading,
});
export type FixedFormatFile = z.output<typeof FixedFormatFile>;

export const FixedFormat = z.strictObject({
  type: z.literal("fixed"),
  unit: z.enum(["characters", "bytes"]),
  skip_lines: z.int(),
  footer: z.string().nullable(),
  comment: z.string().nullable(),
  short_rows: z.enum(["reject", "fill"]),
  compression: z.enum(["auto", "none", "gzip", "zstd", "bzip2", "zip"]),
  encoding: z.enum(encodings).nullable(),
});

export function compileFixed(format: FixedFormatFile): z.output<typeof FixedFormat> {
  return {
    ...format,
    footer: format.footer ?? null,
    comment: format.comment === "none" ? null : format.comment,
    encoding: format.encoding ?? null,
  };
}
