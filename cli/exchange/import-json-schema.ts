import { z } from "zod";
import { type ColumnType, parseColumnType } from "../../contract/column-type.js";
import { lineageColumns } from "../../contract/contract.js";
import { rescuedColumn } from "../../contract/evolution-file.js";
import { type Imported, type ImportedColumn, issueText, SchemaFileInvalid } from "./imported.js";

const Node = z.looseObject({
  $ref: z.string().optional(),
  $comment: z.string().optional(),
  description: z.string().optional(),
  title: z.string().optional(),
  type: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((type) => (typeof type === "string" ? [type] : type)),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
  format: z.string().optional(),
  maxLength: z.int().min(0).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.unknown()).optional(),
});
type Node = z.output<typeof Node>;

/** JSON Schema of a record: an object, or a list of objects. @throws SchemaFileInvalid */
export function importJsonSchema(text: string, file: string): Imported {
  const document = readJson(text, file);
  const root = nodeAt(document, document, file, "the schema");
  const record =
    root.properties === undefined && root.items !== undefined ? nodeAt(root.items, document, file, "items") : root;
  const { properties, required } = record;
  if (properties === undefined || Object.keys(properties).length === 0) {
    throw new SchemaFileInvalid(
      `${file} does not describe an object with properties; expected the schema of one record.`,
    );
  }
  const lineage = new Set<string>([rescuedColumn, ...lineageColumns.map(({ name }) => name)]);
  const columns = Object.entries(properties)
    .filter(([name]) => !lineage.has(name))
    .map(([name, value]) =>
      columnOf(name, nodeAt(value, document, file, `properties.${name}`), required.includes(name)),
    );
  const known = [
    "$schema",
    "$id",
    "title",
    "description",
    "type",
    "properties",
    "required",
    "items",
    "$defs",
    "definitions",
  ];
  return {
    name: root.title ?? "",
    table: undefined,
    description: root.description,
    format: "json",
    columns,
    key: [],
    checks: [],
    expect: undefined,
    notes: [
      ...unread(root, known),
      ...(record === root
        ? []
        : [
            "the schema is a list of records: if a file holds one list, sluice infer finds the right value for records:",
            ...unread(record, known),
          ]),
    ],
  };
}

/** @throws SchemaFileInvalid */
export function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SchemaFileInvalid(`${file} is not JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

const unread = (node: Node, known: readonly string[]) =>
  Object.entries(node)
    .filter(([key, value]) => value !== undefined && !known.includes(key))
    .map(([key, value]) => `not in this contract: ${key}: ${JSON.stringify(value)}`);

/** More references, one behind the other, are a circle. */
const mostReferences = 20;

/** The node, behind references inside the document. */
function nodeAt(value: unknown, document: unknown, file: string, place: string, depth = 0): Node {
  const read = Node.safeParse(value);
  if (!read.success) {
    throw new SchemaFileInvalid(`${file}: ${place} is not a JSON Schema: ${issueText(read.error)}.`);
  }
  const { $ref } = read.data;
  if ($ref === undefined) return read.data;
  if (depth === mostReferences) {
    throw new SchemaFileInvalid(
      `${file}: ${place} refers to '${$ref}', which leads to no end. Write the schema that is meant.`,
    );
  }
  const target = $ref.startsWith("#/") ? pointed(document, $ref) : undefined;
  if (target === undefined) {
    throw new SchemaFileInvalid(
      `${file}: ${place} refers to '${$ref}', which is not in the file. Put that schema into the file.`,
    );
  }
  return nodeAt(target, document, file, place, depth + 1);
}

function pointed(document: unknown, reference: string): unknown {
  return reference
    .slice(2)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (at, part) =>
        typeof at === "object" && at !== null ? Object.entries(at).find(([key]) => key === part)?.[1] : undefined,
      document,
    );
}

function columnOf(name: string, node: Node, isRequired: boolean): ImportedColumn {
  const kinds = node.type.filter((kind) => kind !== "null");
  const exact = node.$comment === undefined ? undefined : parseColumnType(node.$comment);
  const type = exact !== undefined && "type" in exact ? exact.type : typeOf(node, kinds);
  const isExact = exact !== undefined && "type" in exact;
  const limits = isExact ? ["pattern", "exclusiveMinimum", "exclusiveMaximum"] : [];
  const known = [
    "$comment",
    "description",
    "title",
    "type",
    "format",
    "maxLength",
    "minimum",
    "maximum",
    "properties",
    "items",
    "required",
    ...limits,
  ];
  return {
    name,
    type,
    required: isRequired && !node.type.includes("null") && node.type.length > 0,
    description: node.description ?? node.title,
    evidence: [node.type.join(" or "), node.format, isRequired ? "required" : "not required"]
      .filter((text) => text !== undefined && text !== "")
      .join(", "),
    remarks: [
      ...(type === undefined ? ["its type cannot be told"] : []),
      ...(type?.name === "varchar" && !isExact && node.maxLength === undefined
        ? ["there is no maxLength: 256 bytes are a guess"]
        : []),
      ...unread(node, known),
    ],
  };
}

function typeOf({ format, maxLength, minimum, maximum }: Node, kinds: readonly string[]): ColumnType | undefined {
  const [kind] = kinds;
  if (kind === undefined) return undefined;
  if (kinds.length > 1)
    return kinds.join() === "integer,number" || kinds.join() === "number,integer"
      ? { name: "double precision" }
      : { name: "super" };
  switch (kind) {
    case "string":
      if (format === "date") return { name: "date" };
      if (format === "date-time") return { name: "timestamptz" };
      // Characters have up to four bytes in UTF-8, and VARCHAR counts bytes.
      return { name: "varchar", length: maxLength === undefined ? 256 : Math.min(65535, Math.max(1, maxLength * 4)) };
    case "integer": {
      const [low, high] = [minimum ?? Number.NEGATIVE_INFINITY, maximum ?? Number.POSITIVE_INFINITY];
      if (low >= -(2 ** 15) && high < 2 ** 15) return { name: "smallint" };
      return { name: low >= -(2 ** 31) && high < 2 ** 31 ? "integer" : "bigint" };
    }
    case "number":
      return { name: "double precision" };
    case "boolean":
      return { name: "boolean" };
    case "object":
    case "array":
      return { name: "super" };
    default:
      return undefined;
  }
}
