/** A top-level column of a Parquet file, as DuckDB's parquet_schema gives it. */
export interface ParquetColumn {
  readonly name: string;
  readonly physical: string;
  readonly converted: string | null;
  readonly logical: string | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly children: number;
}

/** A column of the table that is loaded. */
export interface TargetColumn {
  readonly name: string;
  /** format_type's text: `character varying(32)`, `numeric(5,2)`. */
  readonly type: string;
  readonly isNotNull: boolean;
}

const INTEGERS_32 = [null, "INT_8", "INT_16", "INT_32"];
const STRINGS = ["UTF8", "ENUM", "JSON"];

function isString(column: ParquetColumn): boolean {
  return (
    column.physical === "BYTE_ARRAY" &&
    (STRINGS.includes(column.converted ?? "") || (column.logical ?? "").startsWith("StringType"))
  );
}

/** Microseconds, milliseconds or INT96; nanoseconds would be misread (C3.3). */
function isTimestamp(column: ParquetColumn): boolean {
  if (column.physical === "INT96") return true;
  if (column.physical !== "INT64") return false;
  if (["TIMESTAMP_MICROS", "TIMESTAMP_MILLIS"].includes(column.converted ?? "")) return true;
  return /^TimestampType\(.*(MICROS=MicroSeconds|MILLIS=MilliSeconds)/.test(column.logical ?? "");
}

function isPlainInteger(column: ParquetColumn): boolean {
  return column.logical === null || column.logical.startsWith("IntType");
}

function isDecimal(column: ParquetColumn, precision: number, scale: number): boolean {
  const is = column.converted === "DECIMAL" || (column.logical ?? "").startsWith("DecimalType");
  return is && column.precision === precision && (column.scale ?? 0) === scale;
}

/** Whether a file's column may be loaded into a table's: the types must be the same, nothing is widened (C3.2). */
export function isCompatible(file: ParquetColumn, target: TargetColumn): boolean {
  if (file.children > 0) return false;
  const decimal = /^numeric\((\d+),(-?\d+)\)$/.exec(target.type);
  if (decimal !== null) return isDecimal(file, Number(decimal[1]), Number(decimal[2]));
  const base = target.type.replace(/\(.*\)/, "");
  switch (base) {
    case "smallint":
    case "integer":
      return file.physical === "INT32" && INTEGERS_32.includes(file.converted);
    case "bigint":
      return file.physical === "INT64" && [null, "INT_64"].includes(file.converted) && isPlainInteger(file);
    case "real":
      return file.physical === "FLOAT";
    case "double precision":
      return file.physical === "DOUBLE";
    case "boolean":
      return file.physical === "BOOLEAN";
    case "date":
      return file.physical === "INT32" && file.converted === "DATE";
    case "timestamp without time zone":
      return isTimestamp(file);
    case "character varying":
    case "character":
    case "text":
      return isString(file);
    default:
      return false;
  }
}

export const isText = (target: TargetColumn): boolean => /^(character|text)/.test(target.type);

/** Room of a VARCHAR or CHAR column in bytes; undefined for other types. */
export function byteLimit(target: TargetColumn): number | undefined {
  const found = /^character(?: varying)?\((\d+)\)$/.exec(target.type)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A file's column as an error shows it. */
export function describeColumn(file: ParquetColumn): string {
  const decimal = file.converted === "DECIMAL" ? `DECIMAL(${file.precision}, ${file.scale ?? 0})` : file.converted;
  return `optional ${file.physical.toLowerCase()} ${file.name}${decimal === null ? "" : ` (${decimal})`}`;
}
