import { z } from "zod";

/** Redshift's types that a contract may name, as objects; `contract.json` holds them in this form. */
export const ColumnType = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("varchar"), length: z.int().min(1).max(65535) }),
  z.strictObject({ name: z.literal("char"), length: z.int().min(1).max(4096) }),
  z.strictObject({ name: z.literal("decimal"), precision: z.int().min(1).max(38), scale: z.int().min(0).max(37) }),
  z.strictObject({
    name: z.enum([
      "smallint",
      "integer",
      "bigint",
      "real",
      "double precision",
      "boolean",
      "date",
      "timestamp",
      "timestamptz",
      "super",
    ]),
  }),
]);
export type ColumnType = z.infer<typeof ColumnType>;

const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  numeric: "decimal",
  float4: "real",
  float8: "double precision",
  float: "double precision",
  bool: "boolean",
};

/** What a person may write as a type, for messages. */
export const typeExamples =
  "smallint, integer, bigint, decimal(p,s), real, double precision, boolean, char(n), varchar(n), date, timestamp, timestamptz or super";

/**
 * Reads a type as a person writes it (`varchar(32)`, `decimal(5,2)`, `integer`).
 * @returns the type, or the sentence that says what is wrong with it.
 */
export function parseColumnType(text: string): { readonly type: ColumnType } | { readonly problem: string } {
  const match = /^\s*([a-z][a-z0-9 ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/.exec(text.toLowerCase());
  if (!match?.[1]) return { problem: `'${text}' is not a type; expected ${typeExamples}` };
  const name = aliases[match[1].replace(/ +/g, " ")] ?? match[1].replace(/ +/g, " ");
  const [first, second] = [match[2], match[3]].map((digits) => (digits === undefined ? undefined : Number(digits)));
  const candidate = withArguments(name, first, second);
  const parsed = ColumnType.safeParse(candidate);
  if (!parsed.success) return { problem: `'${text}' is not a type; expected ${typeExamples}` };
  const type = parsed.data;
  if (type.name === "decimal" && type.scale > type.precision) {
    return { problem: `'${text}' has more decimals than digits` };
  }
  return { type };
}

function withArguments(name: string, first: number | undefined, second: number | undefined): object {
  if (name === "decimal") return { name, precision: first ?? 18, scale: second ?? 0 };
  if (name === "varchar" || name === "char") {
    return second === undefined ? { name, length: first } : { name, length: first, scale: second };
  }
  return first === undefined ? { name } : { name, length: first };
}

/** The type as Redshift's DDL writes it. */
export function columnTypeText(type: ColumnType): string {
  switch (type.name) {
    case "varchar":
    case "char":
      return `${type.name}(${type.length})`;
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    default:
      return type.name;
  }
}
