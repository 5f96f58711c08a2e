import { z } from "zod";

type Schema = z.core.$ZodType;

/** The keys that a schema allows at a place, found by walking it beside the data. None where it is no mapping of ours. */
export function knownKeys(schema: Schema, path: readonly (string | number)[], data: unknown): readonly string[] {
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option: Schema) => (fits(option, data) ? knownKeys(option, path, data) : []));
  }
  const inner = innerOf(schema);
  if (inner !== undefined) return knownKeys(inner, path, data);
  const [step, ...rest] = path;
  if (step === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const next = below(schema, String(step));
  const value = typeof data === "object" && data !== null ? Reflect.get(data, step) : undefined;
  return next === undefined ? [] : knownKeys(next, rest, value);
}

/** What a wrapper wraps; of a transformation, what it reads. */
function innerOf(schema: Schema): Schema | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.unwrap();
  }
  return schema instanceof z.ZodPipe ? schema.in : undefined;
}

function below(schema: Schema, step: string): Schema | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[step];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

/** True unless the data carries a literal (`type`, `mode`) that this branch of a union does not. */
function fits(option: Schema, data: unknown): boolean {
  if (!(option instanceof z.ZodObject)) return true;
  if (typeof data !== "object" || data === null) return false;
  return Object.entries(option.shape).every(
    ([key, part]) => !(part instanceof z.ZodLiteral) || part.values.has(Reflect.get(data, key)),
  );
}
