import { z } from "zod";

const count = z.int().min(0);

const form = {
  compression: z.string().optional(),
  encoding: z.string().optional(),
  byte_order_mark: z.boolean().optional(),
  preamble_lines: count.optional(),
  lines_after_header: count.optional(),
  footer_lines: count.optional(),
};

/** How a delivered file was read, as the report tells: packing, encoding, lines that are no records, an archive's members. */
export const FileForm = z.object({
  ...form,
  members: z.array(z.object({ key: z.string(), read: count, form: z.object(form) })).optional(),
  passed_over: z.array(z.string()).optional(),
});
export type FileForm = z.infer<typeof FileForm>;

/** How CSV's records were told apart. */
export const Dialect = z.object({
  delimiter: z.string(),
  quote: z.string().nullable(),
  escape: z.string(),
  quotes: z.string(),
  header: z.union([z.boolean(), z.string()]),
});
export type Dialect = z.infer<typeof Dialect>;

const lines = (number: number, what: string) =>
  number === 0 ? [] : [`${number} ${what} ${number === 1 ? "line" : "lines"}`];

/** `gzip, windows-1252, 3 preamble lines`; empty where nothing is known. */
export function formText({ members, passed_over: passedOver, ...file }: FileForm): string {
  const own = [
    ...(file.compression === undefined || file.compression === "none" ? [] : [file.compression]),
    ...(file.encoding === undefined ? [] : [`${file.encoding}${file.byte_order_mark === true ? " with BOM" : ""}`]),
    ...lines(file.preamble_lines ?? 0, "preamble"),
    ...lines(file.lines_after_header ?? 0, "skipped"),
    ...lines(file.footer_lines ?? 0, "footer"),
  ];
  const within = (members ?? []).map(({ key, read, form: each }) => {
    const how = formText(each);
    return `${key.slice(key.indexOf("!") + 1)} (${read} records${how === "" ? "" : `, ${how}`})`;
  });
  return [
    own.join(", "),
    ...(within.length === 0 ? [] : [`members ${within.join(", ")}`]),
    ...(passedOver === undefined || passedOver.length === 0 ? [] : [`passed over ${passedOver.join(", ")}`]),
  ].join("; ");
}

const shown = (sign: string) =>
  ({ "\t": "tab", " ": "space" })[sign] ?? sign.replace(/[\p{Cc}]/gu, (c) => JSON.stringify(c).slice(1, -1));

/** `delimiter ;  quote "  escape double  header find` */
export function dialectText({ delimiter, quote, escape: escapes, quotes, header }: Dialect): string {
  const strict = quotes === "strict" ? " (strict)" : "";
  return `delimiter ${shown(delimiter)}, quote ${quote === null ? "none" : shown(quote)}${strict}, escape ${escapes}, header ${header}`;
}
