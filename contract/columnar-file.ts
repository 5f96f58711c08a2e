import { z } from "zod";

/** Formats that bring a schema of their own and pack themselves: no compression, no encoding. */

const ParquetFormatFile = z.strictObject({ type: z.literal("parquet") });
const AvroFormatFile = z.strictObject({ type: z.literal("avro") });
const OrcFormatFile = z.strictObject({ type: z.literal("orc") });

export const columnarFormatFiles = [ParquetFormatFile, AvroFormatFile, OrcFormatFile] as const;
export type ColumnarFormatFile = z.output<(typeof columnarFormatFiles)[number]>;

/** Said in every compiled format: what a reader of text would do. */
const reading = { compression: z.literal("none").default("none"), encoding: z.null().default(null) };

export const columnarFormats = [
  z.strictObject({ type: z.literal("parquet"), ...reading }),
  z.strictObject({ type: z.literal("avro"), ...reading }),
  z.strictObject({ type: z.literal("orc"), ...reading }),
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
  return { type: format.type, compression: "none", encoding: null };
}
