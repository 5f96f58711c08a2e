import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { FileBody } from "../../call/call.js";
import { withDuckDb } from "../../parquet/duckdb.js";
import type { Column } from "../data-catalog/structures.js";

const Element = z.object({
  name: z.string(),
  repetition_type: z.string().nullable(),
  num_children: z.coerce.number().nullable(),
  converted_type: z.string().nullable(),
  logical_type: z.string().nullable(),
  duckdb_type: z.string().nullable(),
});
type Element = z.infer<typeof Element>;
interface Node extends Element {
  readonly children: readonly Node[];
}

/** Names and Glue types of a Parquet object's columns, in the file's order. @throws Error when the bytes are not Parquet */
export async function parquetColumns(body: FileBody): Promise<readonly Column[]> {
  const isWholeFile = body.start === 0 && (await stat(body.path)).size === body.end;
  // DuckDB would take these for a pattern.
  if (isWholeFile && !/[*?[\]{}]/.test(body.path)) return await readColumns(body.path);
  const folder = await mkdtemp(join(tmpdir(), "glue-crawl-"));
  try {
    const path = join(folder, "object.parquet");
    await writeFile(path, await body.bytes());
    return await readColumns(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readColumns(path: string): Promise<readonly Column[]> {
  const elements = await withDuckDb(async (connection) => {
    const reader = await connection.runAndReadAll(
      "select name, repetition_type, num_children, converted_type, logical_type, duckdb_type from parquet_schema($path)",
      { path },
    );
    return z.array(Element).parse(reader.getRowObjectsJson());
  });
  return columnsOf(elements);
}

/** The schema as the file lists it: depth first, the root first. */
function columnsOf(elements: readonly Element[]): readonly Column[] {
  let at = 0;
  const take = (): Node => {
    const element = elements[at++];
    if (element === undefined) throw new Error("the Parquet schema ends too early");
    const children = Array.from({ length: element.num_children ?? 0 }, take);
    return { ...element, children };
  };
  return take().children.map((node) => ({ Name: node.name.toLowerCase(), Type: columnType(node) }));
}

function columnType(node: Node): string {
  return node.repetition_type === "REPEATED" ? `array<${glueType(node)}>` : glueType(node);
}

function glueType(node: Node): string {
  const [only] = node.children;
  if (only === undefined) return leafType(node.duckdb_type ?? "");
  const kind = node.converted_type ?? "";
  if (kind === "LIST") return `array<${glueType(only.children.length === 1 ? (only.children[0] ?? only) : only)}>`;
  if (kind === "MAP" || kind === "MAP_KEY_VALUE") {
    const [key, value] = only.children;
    if (key !== undefined && value !== undefined) return `map<${glueType(key)},${glueType(value)}>`;
  }
  return `struct<${node.children.map((child) => `${child.name.toLowerCase()}:${columnType(child)}`).join(",")}>`;
}

const LEAVES: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  TINYINT: "tinyint",
  SMALLINT: "smallint",
  INTEGER: "int",
  BIGINT: "bigint",
  UTINYINT: "smallint",
  USMALLINT: "int",
  UINTEGER: "bigint",
  UBIGINT: "decimal(20,0)",
  FLOAT: "float",
  DOUBLE: "double",
  VARCHAR: "string",
  BLOB: "binary",
  DATE: "date",
};

function leafType(type: string): string {
  if (type.startsWith("DECIMAL")) return type.toLowerCase().replaceAll(" ", "");
  if (type.startsWith("TIMESTAMP")) return "timestamp";
  const found = LEAVES[type];
  if (found === undefined) throw new Error(`the Parquet type ${type} has no counterpart in the catalogue`);
  return found;
}
