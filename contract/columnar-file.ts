import { z } from "zod";

/** Formats that bring a schema of their own and pack themselves: no compression, no encoding. */

const ParquetFormatFile = z.strictObject({ type: z.literal("parquet") });
const AvroFormatFile = z.strictObject({ type: z.literal("avro") });
const OrcFormatFile = z.strictObject({ type: z.literal("orc") });

const lineCount = z.int().min(0).max(1000).default(0);
const XlsxFormatFile = z.strictObject({
  type: z.literal("xlsx"),
  sheet: z
    .union([z.string().min(1), z.int().min(1)])
    .optional()
    .describe("The sheet's name, or its number counted from 1. Default: the first visible sheet."),
  header: z
    .union([z.boolean(), z.enum(["skip", "find"])])
    .default(true)
    .describe(
      "Whether the first record names the columns. skip: there is such a record, but it is not used. find: it comes after a preamble.",
    ),
  skip_lines: lineCount.describe("How many lines (of a sheet: rows) to skip at the beginning."),
  skip_after_header: lineCount.describe("How many lines (of a sheet: rows) to skip after the header, such as units."),
});

export const columnarFormatFiles = [ParquetFormatFile, AvroFormatFile, OrcFormatFile, XlsxFormatFile] as const;
export type ColumnarFormatFile = z.output<(typeof columnarFormatFiles)[number]>;

/** Said in every compiled format: what a reader of text would do. */
const reading = { compression: z.literal("none").default("none"), encoding: z.null().default(null) };

export const columnarFormats = [
  z.strictObject({ type: z.literal("parquet"), ...reading }),
  z.strictObject({ type: z.literal("avro"), ...reading }),
  z.strictObject({ type: z.literal("orc"), ...reading }),
  z.strictObject({
    type: z.literal("xlsx"),
    sheet: z.union([z.string(), z.int()]).nullable(),
    header: z.union([z.boolean(), z.enum(["skip", "find"])]),
    skip_lines: z.int(),
    skip_after_header: z.int(),
    ...reading,
  }),
] as const;
export type ColumnarFormat = z.output<(typeof columnarFormats)[number]>;

const columnarTypes: ReadonlySet<string> = new Set(columnarFormats.map(({ shape }) => shape.type.value));

/** Whether columns are found by the names of the file's own schema. */
export function isColumnar<T extends { readonly type: string }>(
  format: T,
): format is Extract<T, { type: ColumnarFormat["type"] }> {
  return columnarTypes.has(format.type);
}

export function compileColumnar(format: ColumnarFormatFile): ColumnarFormat {
  const packed = { compression: "none", encoding: null } as const;
  if (format.type === "xlsx") return { ...format, sheet: format.sheet ?? null, ...packed };
  return { type: format.type, ...packed };
}
