import { z } from "zod";
import { ColumnType } from "../../contract/column-type.js";
import { readJson } from "./import-json-schema.js";
import { type Imported, type ImportedColumn, issueText, SchemaFileInvalid } from "./imported.js";

const Field = z.looseObject({
  name: z.string().min(1),
  type: z.unknown(),
  doc: z.string().optional(),
});
const Schema = z.looseObject({
  type: z.literal("record", "expected a record"),
  name: z.string().min(1),
  namespace: z.string().optional(),
  doc: z.string().optional(),
  fields: z.array(Field).min(1),
});
const Branch = z.union([
  z.string().transform((type) => ({ type: type as unknown })),
  z.looseObject({
    type: z.unknown(),
    logicalType: z.string().optional(),
    precision: z.int().optional(),
    scale: z.int().optional(),
    size: z.int().optional(),
    symbols: z.array(z.string()).optional(),
  }),
]);
interface Kind {
  readonly type?: unknown;
  readonly logicalType?: string | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly symbols?: readonly string[] | undefined;
}

/** An Avro schema (avro.apache.org, 1.12) of a record. @throws SchemaFileInvalid */
export function importAvro(text: string, file: string): Imported {
  const read = Schema.safeParse(readJson(text, file));
  if (!read.success) {
    throw new SchemaFileInvalid(`${file} is not the Avro schema of a record: ${issueText(read.error)}.`);
  }
  const { name, namespace, doc, fields, type: _, ...others } = read.data;
  return {
    name,
    table: undefined,
    description: doc,
    format: "avro",
    columns: fields.map((field) => columnOf(field, file)),
    key: [],
    checks: [],
    expect: undefined,
    notes: Object.entries({ ...(namespace === undefined ? {} : { namespace }), ...others }).map(
      ([key, value]) => `not in this contract: ${key}: ${JSON.stringify(value)}`,
    ),
  };
}

/** What the specification demands of each kind (Complex Types). */
const needed: Readonly<Record<string, string>> = {
  record: "fields",
  enum: "symbols",
  array: "items",
  map: "values",
  fixed: "size",
};

function columnOf({ name, type, doc, ...others }: z.output<typeof Field>, file: string): ImportedColumn {
  const written: readonly unknown[] = Array.isArray(type) ? type : [type];
  const branches = written.map((branch): Kind => {
    const read = Branch.safeParse(branch);
    if (read.success) {
      const lacking = needed[String(read.data.type)];
      if (lacking === undefined || Object.hasOwn(read.data, lacking)) return read.data;
      throw new SchemaFileInvalid(`${file}: field '${name}' is of type ${read.data.type} without '${lacking}'.`);
    }
    throw new SchemaFileInvalid(
      `${file}: field '${name}' has no Avro type. Expected a name such as "string", or an object with type.`,
    );
  });
  const kinds = branches.filter((branch) => branch.type !== "null");
  const [kind] = kinds;
  const held = kind === undefined ? undefined : kinds.length > 1 ? ({ name: "super" } as const) : typeOf(kind);
  return {
    name,
    type: held,
    required: kinds.length === branches.length,
    description: doc,
    evidence: JSON.stringify(type),
    remarks: [
      ...(held === undefined ? ["no type of a contract can hold it"] : []),
      ...((kind?.type === "string" && kind.logicalType === undefined) || isBytes(kind)
        ? ["Avro does not give a length: 256 bytes are a guess"]
        : []),
      ...(kind?.logicalType?.endsWith("-nanos") ? ["nanoseconds are rejected unless round: true"] : []),
      ...(isBytes(kind) ? ["bytes are read as UTF-8 text; others are rejected"] : []),
      ...(kind?.symbols === undefined ? [] : [`one of ${kind.symbols.join(", ")}: perhaps a check`]),
      ...Object.entries(others).map(([key, value]) => `not in this contract: ${key}: ${JSON.stringify(value)}`),
    ],
  };
}

const isBytes = (kind: Kind | undefined) =>
  (kind?.type === "bytes" || kind?.type === "fixed") && kind.logicalType === undefined;

function typeOf({ type, logicalType, precision, scale, symbols }: Kind): ColumnType | undefined {
  if (logicalType === "decimal") return ColumnType.safeParse({ name: "decimal", precision, scale: scale ?? 0 }).data;
  if (logicalType === "date") return { name: "date" };
  if (logicalType?.startsWith("local-timestamp")) return { name: "timestamp" };
  if (logicalType?.startsWith("timestamp")) return { name: "timestamptz" };
  if (logicalType?.startsWith("time-")) return { name: "varchar", length: 16 };
  if (logicalType === "uuid") return { name: "varchar", length: 36 };
  switch (type) {
    case "string":
    case "bytes":
    case "fixed":
      return { name: "varchar", length: 256 };
    case "enum":
      return { name: "varchar", length: Math.max(1, ...(symbols ?? []).map((symbol) => Buffer.byteLength(symbol))) };
    case "int":
      return { name: "integer" };
    case "long":
      return { name: "bigint" };
    case "float":
      return { name: "real" };
    case "double":
      return { name: "double precision" };
    case "boolean":
      return { name: "boolean" };
    case "record":
    case "array":
    case "map":
      return { name: "super" };
    default:
      return undefined;
  }
}
