import type { DuckDBConnection } from "@duckdb/node-api";
import type { ParquetColumn } from "./parquet-types.js";

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function asText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function asNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** Top-level columns of a file, in order. */
export async function readSchema(connection: DuckDBConnection, path: string): Promise<readonly ParquetColumn[]> {
  const reader = await connection.runAndReadAll(
    `SELECT name, type, converted_type, logical_type, precision, scale, num_children FROM parquet_schema(${quoteText(path)})`,
  );
  const all = reader.getRows().map(([name, type, converted, logical, precision, scale, children]) => ({
    name: asText(name) ?? "",
    physical: asText(type) ?? "",
    converted: asText(converted),
    logical: asText(logical),
    precision: asNumber(precision),
    scale: asNumber(scale),
    children: asNumber(children) ?? 0,
  }));
  const top: ParquetColumn[] = [];
  for (let at = 1; at < all.length; at = after(all, at)) {
    const column = all[at];
    if (column !== undefined) top.push(column);
  }
  return top;
}

/** Position behind an element and all that is in it. */
function after(all: readonly ParquetColumn[], at: number): number {
  let left = 1;
  let position = at;
  while (left > 0) {
    left += (all[position]?.children ?? 0) - 1;
    position++;
  }
  return position;
}
