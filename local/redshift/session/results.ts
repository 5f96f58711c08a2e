import type { FieldDef } from "pg";

/** One column of a result, as ColumnMetadata has it. */
export interface ResultColumn {
  readonly name: string;
  readonly typeName: string;
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
}

/** Rows as PostgreSQL writes them, NULL as null. */
export interface ResultSet {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  16: "bool",
  18: "char",
  19: "name",
  20: "int8",
  21: "int2",
  23: "int4",
  25: "varchar",
  26: "oid",
  700: "float4",
  701: "float8",
  1042: "bpchar",
  1043: "varchar",
  1082: "date",
  1083: "time",
  1114: "timestamp",
  1184: "timestamptz",
  1700: "numeric",
  3802: "super",
};

const HEADER = 4;
const SCALE_MASK = 0xffff;

/** A column of a result by PostgreSQL's description of it; the name as Redshift would give it. */
export function resultColumn(field: FieldDef, name: string): ResultColumn {
  const typeName = TYPE_NAMES[field.dataTypeID] ?? "varchar";
  const modifier = field.dataTypeModifier - HEADER;
  const isSized = modifier >= 0;
  const isNumeric = typeName === "numeric";
  return {
    name,
    typeName,
    length: isSized && !isNumeric ? modifier : Math.max(0, field.dataTypeSize),
    precision: isNumeric && isSized ? (modifier >> 16) & SCALE_MASK : 0,
    scale: isNumeric && isSized ? modifier & SCALE_MASK : 0,
  };
}
