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
    .describe("How files are packed; auto: as their first bytes say."),
  encoding: z.enum(encodings).optional().describe("How bytes become characters; utf-8 by default."),
};

const lineCount = z.int().min(0).max(1000).default(0);

export const CsvFormatFile = z.strictObject({
  type: z.literal("csv"),
  delimiter: z
    .string()
    .refine((text) => [...text].length >= 1 && [...text].length <= 8, "a delimiter has 1 to 8 characters")
    .default(",")
    .describe("What stands between fields, 1 to 8 characters."),
  quote: z
    .union([z.literal("none"), oneCharacter("quote")])
    .default('"')
    .describe("The character around fields that hold delimiters or line ends, or none."),
  quotes: z
    .enum(["lenient", "strict"])
    .default("lenient")
    .describe("Whether a quote inside a field that does not begin with one is data (lenient) or an error."),
  escape: z
    .union([z.enum(["double", "backslash"]), oneCharacter("escape")])
    .default("double")
    .describe("How a quote is written inside quotes: doubled, or behind a backslash or another character."),
  header: z
    .union([z.boolean(), z.enum(["skip", "find"])])
    .default(true)
    .describe("Whether the first record names the columns; skip: nobody reads it; find: it stands below a preamble."),
  comment: z
    .union([z.literal("none"), oneCharacter("comment sign")])
    .default("none")
    .describe("Lines that begin with this character are not records."),
  skip_lines: lineCount.describe("Lines at the file's beginning that are neither records nor header."),
  skip_after_header: lineCount.describe("Lines after the header that are not records, such as units."),
  footer: z
    .string()
    .min(1)
    .optional()
    .describe("From the first record that begins with this text on, nothing is a record."),
  skip_initial_space: z.boolean().default(false).describe("Spaces behind a delimiter do not belong to the field."),
  short_rows: z
    .enum(["reject", "fill"])
    .default("reject")
    .describe("A record with too few fields: reject it, or read the absent ones as NULL."),
  ...reading,
});
export type CsvFormatFile = z.output<typeof CsvFormatFile>;

const affix = z.string().min(1);

/** How numbers are written in texts. */
const NumberFile = z.strictObject({
  decimal: oneCharacter("decimal sign").default(".").describe("The sign before decimals."),
  thousands: oneCharacter("thousands sign").optional().describe("The sign between groups of three digits."),
  negative: z
    .array(z.enum(["trailing", "parentheses"]))
    .default([])
    .describe("Other ways of writing a negative number: 5- and (5)."),
  strip: z.array(affix).default([]).describe("Texts at either end that are not part of the number, such as € or %."),
});

const parse = z.string().min(1);

/** How a column's text is standardised; `defaults:` sets the same for all columns. */
export const standardise = {
  trim: z.boolean().optional().describe("Trim leading and trailing whitespace. Default: true."),
  empty: z
    .enum(["null", "keep", "quoted"])
    .optional()
    .describe("What empty text means: NULL (default), an empty text, or an empty text only if it stood in quotes."),
  null: z.array(z.string()).optional().describe("Texts that mean NULL."),
  normalize: z.enum(["nfc", "none"]).optional().describe("Unicode normal form."),
  case: z.enum(["lower", "upper"]).optional().describe("Convert letters to this case."),
  parse: z
    .union([parse, z.array(parse).min(1)])
    .optional()
    .describe(
      "How times are written: iso8601, epoch_seconds, epoch_millis, epoch_micros, or a pattern; of a list the first that fits.",
    ),
  zones: z
    .record(z.string().min(1), z.string().min(1))
    .optional()
    .describe("What zone texts such as EDT mean: an offset, or an IANA zone."),
  number: NumberFile.optional().describe("How numbers are written in texts."),
  timezone: z.string().optional().describe("IANA zone of times without an offset. Default: UTC."),
  round: z.boolean().optional().describe("Round what is not exact, instead of rejecting it."),
  truncate: z.boolean().optional().describe("Cut text that is too long, instead of rejecting it."),
};

export const occurrence = z.int().min(1).optional().describe("Which of several header fields with this name, from 1.");
