import type { ColumnType } from "../contract/column-type.js";

/** A type as Redshift's catalogue shows it (FORMAT_TYPE). */
export function catalogueType(type: ColumnType): string {
  switch (type.name) {
    case "varchar":
      return `character varying(${type.length})`;
    case "char":
      return `character(${type.length})`;
    case "decimal":
      return `numeric(${type.precision},${type.scale})`;
    case "timestamp":
      return "timestamp without time zone";
    case "timestamptz":
      return "timestamp with time zone";
    default:
      return type.name;
  }
}

/**
 * Reads a type as Redshift's catalogue shows it: `character varying(32)`, `numeric(5,2)`, `timestamp without time zone`
 * (FORMAT_TYPE, SVV_COLUMNS), or by a short name (`varchar(32)`, `int8`).
 * @returns undefined for a type that no contract can name.
 */
export function readFoundType(text: string): ColumnType | undefined {
  const match =
    /^(?:pg_catalog\.)?"?([a-z][a-z0-9_ ]*?)"?\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?( with(?:out)? time zone)?$/.exec(
      text.trim().toLowerCase(),
    );
  const [name, first, second, zone] = [match?.[1], match?.[2], match?.[3], match?.[4]];
  if (name === undefined) return undefined;
  const [length, scale] = [first, second].map((digits) => (digits === undefined ? undefined : Number(digits)));
  switch (`${name}${zone ?? ""}`) {
    case "character varying":
    case "varchar":
    case "nvarchar":
      return { name: "varchar", length: length ?? 256 };
    case "text":
      return { name: "varchar", length: 256 };
    case "character":
    case "char":
    case "bpchar":
    case "nchar":
      return { name: "char", length: length ?? 1 };
    case "numeric":
    case "decimal":
      return { name: "decimal", precision: length ?? 18, scale: scale ?? 0 };
    case "smallint":
    case "int2":
      return { name: "smallint" };
    case "integer":
    case "int":
    case "int4":
      return { name: "integer" };
    case "bigint":
    case "int8":
      return { name: "bigint" };
    case "real":
    case "float4":
      return { name: "real" };
    case "double precision":
    case "float8":
    case "float":
      return { name: "double precision" };
    case "boolean":
    case "bool":
      return { name: "boolean" };
    case "date":
      return { name: "date" };
    case "timestamp":
    case "timestamp without time zone":
      return { name: "timestamp" };
    case "timestamptz":
    case "timestamp with time zone":
      return { name: "timestamptz" };
    case "super":
      return { name: "super" };
    default:
      return undefined;
  }
}
