import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { runCore } from "../preview/core.js";
import { InferenceRefused } from "./refusal.js";
import { type Field, type Sample, typedFormats } from "./sample.js";

/** Files with types of their own: the core's own readers tell their schema and first values. */

const Value = z.union([z.string(), z.object({ kind: z.enum(["number", "boolean", "nested"]), text: z.string() })]);
const Described = z.object({
  format: z.object({ type: z.enum(typedFormats) }).catchall(z.union([z.string(), z.number(), z.boolean()])),
  records: z.int(),
  is_cut: z.boolean(),
  fields: z.array(
    z.object({
      from: z.string(),
      path: z.array(z.string()),
      type: z.string().nullable(),
      round: z.boolean().optional(),
      obstacle: z.string().optional(),
      notes: z.array(z.string()),
      values: z.array(Value.nullable()),
    }),
  ),
});
type DescribedField = z.output<typeof Described>["fields"][number];

/** The first bytes of Parquet (also encrypted), Avro, ORC, .xlsx and what may be a protected one. */
const beginnings = /^(?:50415231|50415245|4f626a01|4f5243|d0cf11e0)/;
const zip = /^504b0304/;

/** The file's sample, or undefined where it is no file of this kind. @throws InferenceRefused when it cannot be read */
export async function readTyped(path: string): Promise<{ readonly name: string; readonly sample: Sample } | undefined> {
  const name = basename(path);
  if (!(await isTyped(path))) return undefined;
  const { status, stdout, stderr } = await runCore("describe", [path]);
  if (status !== 0) throw new InferenceRefused("FileUnreadable", stderr.trim());
  const { format, records, is_cut, fields } = Described.parse(JSON.parse(stdout.toString()));
  const notes = is_cut ? [`${name}: only its first ${records} records were read`] : [];
  return { name, sample: { format, fields: fields.map(asField), records, notes } };
}

async function isTyped(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return false;
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(4096);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const head = bytes.subarray(0, bytesRead);
    const hex = head.subarray(0, 4).toString("hex");
    // A zip is a workbook only by its name or by what lies in it first.
    return (
      beginnings.test(hex) || (zip.test(hex) && (/\.xls[xm]$/i.test(path) || head.includes("[Content_Types].xml")))
    );
  } finally {
    await file.close();
  }
}

function asField({ from, path, type, round, obstacle, notes, values }: DescribedField): Field {
  const given = type === null ? undefined : { type, notes, ...(round === undefined ? {} : { round }) };
  return {
    from,
    path,
    values,
    ...(given === undefined ? {} : { given }),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}
