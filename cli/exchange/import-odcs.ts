import { parseDocument } from "yaml";
import { z } from "zod";
import { type ColumnType, parseColumnType } from "../../contract/column-type.js";
import { lineageColumns } from "../../contract/contract.js";
import { rescuedColumn } from "../../contract/evolution-file.js";
import { type Imported, type ImportedColumn, issueText, SchemaFileInvalid } from "./imported.js";

const Extra = z.array(z.object({ property: z.string(), value: z.unknown().optional() })).default([]);
const Quality = z.looseObject({
  name: z.string().optional(),
  type: z.string().optional(),
  engine: z.string().optional(),
  implementation: z.unknown().optional(),
  customProperties: Extra,
});
const Property = z.looseObject({
  name: z.string().min(1),
  logicalType: z.string().optional(),
  logicalTypeOptions: z
    .looseObject({ maxLength: z.int().optional(), timezone: z.boolean().optional(), format: z.string().optional() })
    .default({}),
  physicalType: z.string().optional(),
  description: z.string().optional(),
  required: z.boolean().default(false),
  primaryKey: z.boolean().default(false),
  primaryKeyPosition: z.int().default(-1),
  quality: z.array(Quality).default([]),
});
const Table = z.looseObject({
  name: z.string().min(1),
  physicalName: z.string().optional(),
  description: z.string().optional(),
  properties: z.array(Property).default([]),
  quality: z.array(Quality).default([]),
});
const Level = z.looseObject({ property: z.string(), value: z.unknown().optional(), unit: z.string().optional() });
const Document = z.looseObject({
  apiVersion: z.string().regex(/^v3\./, "expected v3.0 or v3.1"),
  kind: z.literal("DataContract"),
  schema: z.array(Table).default([]),
  slaProperties: z.array(Level).default([]),
});

/** An Open Data Contract of version 3, with one table. @throws SchemaFileInvalid */
export function importOdcs(text: string, file: string): Imported {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new SchemaFileInvalid(`${file} is not YAML: ${broken.message.split("\n")[0]?.replace(/:$/, "")}.`);
  }
  const read = Document.safeParse(document.toJSON());
  if (!read.success) {
    throw new SchemaFileInvalid(
      `${file} is not an Open Data Contract v3: ${issueText(read.error)}. Check it with a validator for the standard.`,
    );
  }
  const { schema, slaProperties, ...others } = read.data;
  const table = onlyTable(schema, file);
  const lineage = new Set<string>([rescuedColumn, ...lineageColumns.map(({ name }) => name)]);
  const properties = table.properties.filter(({ name }) => !lineage.has(name));
  const { checks, notes: rules } = checksOf([...table.quality, ...properties.flatMap(({ quality }) => quality)]);
  const expect = expected(slaProperties);
  const levels =
    expect === undefined
      ? slaProperties
      : slaProperties.filter(({ property }) => !["frequency", "latency"].includes(property));
  return {
    name: table.name,
    table: /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(table.physicalName ?? "") ? table.physicalName : undefined,
    description: table.description,
    format: "csv",
    columns: properties.map(columnOf),
    key: properties
      .filter(({ primaryKey }) => primaryKey)
      .sort((one, other) => one.primaryKeyPosition - other.primaryKeyPosition)
      .map(({ name }) => name),
    checks,
    expect,
    notes: [
      ...rules,
      ...levels.map(({ property, value, unit }) => `slaProperties ${property}: ${JSON.stringify(value)} ${unit ?? ""}`),
      ...Object.entries(others)
        .filter(([key]) => !["apiVersion", "kind"].includes(key))
        .map(([key, value]) => `not in this contract: ${key}: ${JSON.stringify(value)}`),
      ...unread(table, ["name", "physicalName", "description", "properties", "quality", "logicalType", "physicalType"]),
    ],
  };
}

/** The standard allows a contract without a table, and a table without columns; a dataset has both. */
function onlyTable(schema: readonly z.output<typeof Table>[], file: string): z.output<typeof Table> {
  const [table, second] = schema;
  if (table === undefined)
    throw new SchemaFileInvalid(`${file} describes no table. Add one under schema, with its properties.`);
  if (second !== undefined) {
    const [names, more] = [schema.slice(0, 5).map(({ name }) => name), schema.length - 5];
    throw new SchemaFileInvalid(
      `${file} has ${schema.length} tables (${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}); a dataset is one table. Leave one of them in the file.`,
    );
  }
  if (table.properties.length === 0)
    throw new SchemaFileInvalid(`${file}: the table '${table.name}' has no properties, so there are no columns.`);
  return table;
}

const unread = (members: object, known: readonly string[]) =>
  Object.entries(members)
    .filter(([key]) => !known.includes(key))
    .map(([key, value]) => `not in this contract: ${key}: ${JSON.stringify(value)}`);

/** Checks that an export wrote come back; other rules are for a person. */
function checksOf(rules: readonly z.output<typeof Quality>[]) {
  const checks: { name: string; sql: string }[] = [];
  const notes: string[] = [];
  for (const rule of rules) {
    const own = rule.customProperties.find(({ property }) => property === "sluiceCheck")?.value;
    const sql = own ?? (rule.engine === "sluice" ? rule.implementation : undefined);
    if (typeof sql === "string" && /^[a-z][a-z0-9_]*$/.test(rule.name ?? ""))
      checks.push({ name: rule.name ?? "", sql });
    else notes.push(`a quality rule that is not in this contract; it could become a check: ${JSON.stringify(rule)}`);
  }
  return { checks, notes };
}

function expected(levels: readonly z.output<typeof Level>[]): Imported["expect"] {
  const [every, within] = ["frequency", "latency"].map((property) =>
    duration(levels.find((level) => level.property === property)),
  );
  return every === undefined || within === undefined ? undefined : { every, within };
}

function duration(level: z.output<typeof Level> | undefined): string | undefined {
  const unit = /^(d|h|m|s)(ays?|ours?|in(utes?)?|ec(onds?)?)?$/.exec(level?.unit ?? "")?.[1];
  const { value } = level ?? {};
  return unit !== undefined && typeof value === "number" && Number.isInteger(value) && value > 0
    ? `${value}${unit}`
    : undefined;
}

function columnOf(property: z.output<typeof Property>): ImportedColumn {
  const { name, physicalType, logicalType, required, primaryKey, description } = property;
  const options = JSON.stringify(property.logicalTypeOptions);
  const physical = physicalType === undefined ? undefined : parseColumnType(physicalType);
  const exact = physical !== undefined && "type" in physical ? physical.type : undefined;
  const guess = exact ?? logical(property);
  const known = [
    "name",
    "physicalType",
    "logicalType",
    "logicalTypeOptions",
    "required",
    "primaryKey",
    "primaryKeyPosition",
    "description",
    "quality",
    ...(primaryKey ? ["unique"] : []),
  ];
  return {
    name,
    type: guess,
    required: required || primaryKey,
    description,
    evidence:
      [physicalType, logicalType, options === "{}" ? undefined : options]
        .filter((text) => text !== undefined)
        .join(", ") || "no type",
    remarks: [
      ...(guess === undefined
        ? ["its type cannot be told"]
        : exact === undefined
          ? ["no Redshift physicalType: the type is derived from the logical one"]
          : []),
      ...unread(property, known),
    ],
  };
}

function logical({
  logicalType,
  logicalTypeOptions: { maxLength, timezone, format },
}: z.output<typeof Property>): ColumnType | undefined {
  switch (logicalType) {
    case "string":
      return { name: "varchar", length: Math.min(65535, Math.max(1, (maxLength ?? 64) * 4)) };
    case "integer":
      return {
        name:
          format === "i8" || format === "i16" || format === "u8"
            ? "smallint"
            : format === "i32" || format === "u16"
              ? "integer"
              : "bigint",
      };
    case "number":
      return { name: format === "f32" ? "real" : "double precision" };
    case "timestamp":
      return { name: timezone === true ? "timestamptz" : "timestamp" };
    case "boolean":
    case "date":
      return { name: logicalType };
    case "object":
    case "array":
      return { name: "super" };
    default:
      return undefined;
  }
}
