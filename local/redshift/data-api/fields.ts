import type { Shape } from "../../call/call.js";
import type { ResultColumn, ResultSet } from "../session/results.js";

const LONG: ReadonlySet<string> = new Set(["int2", "int4", "int8", "oid"]);
const DOUBLE: ReadonlySet<string> = new Set(["float4", "float8"]);

/** A value as the Data API's union (B7): integers long, real numbers double, everything else as text. */
function field(value: string | null, column: ResultColumn | undefined): Shape {
  if (value === null) return { isNull: true };
  const type = column?.typeName ?? "";
  // All digits go over the wire: it is the readers of JSON that lose those beyond 2^53.
  if (LONG.has(type)) return { longValue: Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value) };
  if (DOUBLE.has(type)) return { doubleValue: Number(value) };
  if (type === "bool") return { booleanValue: value === "t" || value === "true" };
  return { stringValue: value };
}

export function records(result: ResultSet, from: number, to: number): readonly (readonly Shape[])[] {
  return result.rows.slice(from, to).map((row) => row.map((value, index) => field(value, result.columns[index])));
}

export function columnMetadata(columns: readonly ResultColumn[]): readonly Shape[] {
  return columns.map((column) => ({
    name: column.name,
    label: column.name,
    typeName: column.typeName,
    length: column.length,
    precision: column.precision,
    scale: column.scale,
    nullable: 1,
    isSigned: LONG.has(column.typeName) || DOUBLE.has(column.typeName) || column.typeName === "numeric",
    isCurrency: false,
    isCaseSensitive: ["varchar", "bpchar", "char", "name"].includes(column.typeName),
    schemaName: "",
    tableName: "",
  }));
}

export function byteLength(result: ResultSet): number {
  return result.rows.reduce((sum, row) => sum + rowBytes(row), 0);
}

export function rowBytes(row: readonly (string | null)[]): number {
  return row.reduce((sum, value) => sum + (value === null ? 0 : Buffer.byteLength(value)), 0);
}
