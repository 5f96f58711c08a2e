import { z } from "zod";

const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  required: z.array(z.string()).default([]),
  get properties(): z.ZodOptional<z.ZodRecord<z.ZodString, typeof Schema>> {
    return z.record(z.string(), Schema).optional();
  },
  get additionalProperties(): z.ZodOptional<z.ZodUnion<readonly [z.ZodBoolean, typeof Schema]>> {
    return z.union([z.boolean(), Schema]).optional();
  },
  get items(): z.ZodOptional<typeof Schema> {
    return Schema.optional();
  },
  get anyOf(): z.ZodOptional<z.ZodArray<typeof Schema>> {
    return z.array(Schema).optional();
  },
  get oneOf(): z.ZodOptional<z.ZodArray<typeof Schema>> {
    return z.array(Schema).optional();
  },
});
type Schema = z.infer<typeof Schema>;

interface Key {
  readonly path: string;
  readonly values: Set<string>;
  readonly defaults: Set<string>;
  readonly descriptions: Set<string>;
  isRequired: boolean;
}

/** Every key of a JSON Schema as a Markdown table: path, value, default, meaning. */
export function keyTable(schema: string): string {
  const keys = new Map<string, Key>();
  collect(Schema.parse(JSON.parse(schema)), "", keys);
  const rows = [...keys.values()].map(({ path, values, defaults, descriptions, isRequired }) => {
    const missing = isRequired ? "required" : [...defaults].join(" or ");
    return `| \`${path}\` | ${[...values].join(", ")} | ${missing} | ${[...descriptions].join(" ")} |`;
  });
  return ["| key | value | default | meaning |", "|---|---|---|---|", ...rows]
    .map((row) => row.replaceAll("|  |", "| |"))
    .join("\n");
}

function collect(schema: Schema, path: string, keys: Map<string, Key>): void {
  for (const variant of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) collect(variant, path, keys);
  if (schema.items !== undefined) collect(schema.items, `${path}[]`, keys);
  if (typeof schema.additionalProperties === "object") collect(schema.additionalProperties, `${path}.<name>`, keys);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const at = path === "" ? name : `${path}.${name}`;
    note(property, at, schema.required.includes(name) && property.default === undefined, keys);
    collect(property, at, keys);
  }
}

function note(schema: Schema, path: string, isRequired: boolean, keys: Map<string, Key>): void {
  const key = keys.get(path) ?? {
    path,
    values: new Set(),
    defaults: new Set(),
    descriptions: new Set(),
    isRequired,
  };
  keys.set(path, key);
  key.isRequired &&= isRequired;
  for (const value of valuesOf(schema)) key.values.add(value);
  if (schema.default !== undefined) key.defaults.add(code(schema.default));
  if (schema.description !== undefined) key.descriptions.add(schema.description);
}

function valuesOf(schema: Schema): readonly string[] {
  if (schema.const !== undefined) return [code(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map(code);
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (variants.length > 0) return variants.flatMap(valuesOf);
  if (schema.type === "array") return ["a list"];
  if (schema.type === "object") return ["a mapping"];
  if (schema.type === "string") return ["text"];
  return [schema.type ?? "any"].flat();
}

const code = (value: unknown): string =>
  `\`${typeof value === "string" ? value : JSON.stringify(value)}\``.replaceAll("|", "\\|");
