/** A JSON value, as state machines pass it about. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Tells an object from null, arrays and the rest. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

export function isJson(value: unknown): value is Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (isArray(value)) return value.every(isJson);
  return isObject(value) && Object.values(value).every(isJson);
}

/** Reads JSON text. @throws SyntaxError */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new SyntaxError("not a JSON value");
  return value;
}

/** Length of a value's JSON text in bytes of UTF-8, which is what the service limits count. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The word that error texts use for a value's type. */
export function typeName(value: Json): string {
  if (value === null) return "null";
  return isArray(value) ? "array" : typeof value;
}
