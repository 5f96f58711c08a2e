import { z } from "zod";

/** What a dataset's file says about text: CSV's dialect, packing and encoding of all text formats, how values are read. */

const oneCharacter = (what: string) =>
  z.string().refine((text) => [...text].length === 1, `a ${what} is one character; expected one character`);

export const compressions = ["auto", "none", "gzip", "zstd", "bzip2", "zip"] as const;

const windowsPages = [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258] as const;
export const encodings = [
  "utf-8",
  "utf-16",
  "utf-16-le",
  "utf-16-be",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-5",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-9",
  "iso-8859-15",
  ...windowsPages.map((page) => `windows-${page}` as const),
  "koi8-r",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "gb18030",
  "big5",
] as const;

/** Packing and encoding, for every format of text. */
export const reading = {
  compression: z
    .enum([...compressions, "by_name"])
    .default("auto")
    .transform((compression) => (compression === "by_name" ? "auto" : compression))
    .describe("How files are compressed. auto: as their first bytes show."),
  encoding: z.enum(encodings).optional().describe("The character encoding. Default: utf-8."),
};

const lineCount = z.int().min(0).max(1000).default(0);

export const CsvFormatFile = z.strictObject({
  type: z.literal("csv"),
  delimiter: z
    .string()
    .refine((text) => [...text].length >= 1 && [...text].length <= 8, "a delimiter has 1 to 8 characters")
    .default(",")
    .describe("The separator between fields, 1 to 8 characters."),
  quote: z
    .union([z.literal("none"), oneCharacter("quote")])
    .default('"')
    .describe("The character around fields that contain delimiters or line breaks, or none."),
  quotes: z
    .enum(["lenient", "strict"])
    .default("lenient")
    .describe("A quote inside an unquoted field is data (lenient) or an error (strict)."),
  escape: z
    .union([z.enum(["double", "backslash"]), oneCharacter("escape")])
    .default("double")
    .describe("How a quote is written inside a quoted field: doubled, or after a backslash or another character."),
  header: z
    .union([z.boolean(), z.enum(["skip", "find"])])
    .default(true)
    .describe(
      "Whether the first record names the columns. skip: there is such a record, but it is not used. find: it comes after a preamble.",
    ),
  comment: z
    .union([z.literal("none"), oneCharacter("comment sign")])
    .default("none")
    .describe("Skip lines that begin with this character."),
  skip_lines: lineCount.describe("How many lines (of a sheet: rows) to skip at the beginning."),
  skip_after_header: lineCount.describe("How many lines (of a sheet: rows) to skip after the header, such as units."),
  footer: z.string().min(1).optional().describe("Stop reading at the first record that begins with this text."),
  skip_initial_space: z.boolean().default(false).describe("Ignore spaces after a delimiter."),
  short_rows: z
    .enum(["reject", "fill"])
    .default("reject")
    .describe("What to do with a record that has too few fields: reject it, or read the missing ones as NULL."),
  ...reading,
});
export type CsvFormatFile = z.output<typeof CsvFormatFile>;

const affix = z.string().min(1);

/** How numbers are written in texts. */
const NumberFile = z.strictObject({
  decimal: oneCharacter("decimal sign").default(".").describe("The decimal separator."),
  thousands: oneCharacter("thousands sign").optional().describe("The separator between groups of three digits."),
  negative: z
    .array(z.enum(["trailing", "parentheses"]))
    .default([])
    .describe("Other ways in which negative numbers are written: trailing is 5-, parentheses is (5)."),
  strip: z.array(affix).default([]).describe("Texts to remove from either end of the number, such as € or %."),
});

const parse = z.string().min(1);

/** How a column's text is standardised; `defaults:` sets the same for all columns. */
export const standardise = {
  trim: z.boolean().optional().describe("Trim leading and trailing whitespace. Default: true."),
  empty: z
    .enum(["null", "keep", "quoted"])
    .optional()
    .describe(
      "What empty text means. null: NULL (default). keep: an empty text. quoted: an empty text if it was quoted, else NULL.",
    ),
  null: z.array(z.string()).optional().describe("Texts that mean NULL."),
  normalize: z.enum(["nfc", "none"]).optional().describe("Unicode normal form."),
  case: z.enum(["lower", "upper"]).optional().describe("Convert letters to this case."),
  parse: z
    .union([parse, z.array(parse).min(1)])
    .optional()
    .describe(
      "How dates and times are written: iso8601, epoch_seconds, epoch_millis, epoch_micros, or a pattern. In a list, the first that fits is used.",
    ),
  zones: z
    .record(z.string().min(1), z.string().min(1))
    .optional()
    .describe("What time zone texts such as EDT mean: an offset or an IANA zone."),
  number: NumberFile.optional().describe("How numbers are written in texts."),
  timezone: z.string().optional().describe("IANA zone of times without an offset. Default: UTC."),
  round: z.boolean().optional().describe("Round values that have too many decimals instead of rejecting them."),
  truncate: z.boolean().optional().describe("Cut text that is too long instead of rejecting it."),
};

export const occurrence = z
  .int()
  .min(1)
  .optional()
  .describe("Which of several header fields with this name to read, counted from 1.");
