import { AwsError, type Shape } from "../call/call.js";
import type { Shapes } from "./operation-shapes.js";

/** Reads a JSON value as the shape says: times become Date, blobs bytes.
 * @throws AwsError SerializationException for a wrong type, ValidationException for a missing or unknown member. */
export function decodeJson(value: unknown, shape: Shapes, place = ""): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "structure":
      return decodeStructure(value, shape, place);
    case "list":
      if (!Array.isArray(value)) throw wrongType(place, "a list");
      return value.map((item, index) =>
        item === null ? null : decodeJson(item, shape.item.shape(), `${place}[${index}]`),
      );
    case "map":
      if (!isObject(value)) throw wrongType(place, "an object");
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, decodeJson(item, shape.value.shape(), `${place}.${key}`)]),
      );
    case "string":
      if (typeof value !== "string") throw wrongType(place, "a string");
      return value;
    case "number":
      if (typeof value !== "number") throw wrongType(place, "a number");
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(place, "true or false");
      return value;
    case "blob":
      if (typeof value !== "string") throw wrongType(place, "base64");
      return Buffer.from(value, "base64");
    case "document":
      return value;
    default:
      return decodeTime(value, place);
  }
}

function decodeStructure(value: unknown, shape: Shapes & { kind: "structure" }, place: string): Shape {
  if (!isObject(value)) throw wrongType(place, "an object");
  const known = new Map(shape.members.map((member) => [member.name, member]));
  const result: Shape = {};
  for (const [name, item] of Object.entries(value)) {
    const member = known.get(name);
    const at = place === "" ? name : `${place}.${name}`;
    if (member === undefined) throw new AwsError("ValidationException", `${at} is not a member of ${shape.name}`);
    const decoded = decodeJson(item, member.shape(), at);
    if (decoded !== undefined) result[name] = decoded;
  }
  checkRequired(result, shape, place);
  return result;
}

/** @throws AwsError ValidationException in the words that the services use */
export function checkRequired(value: Shape, shape: Shapes & { kind: "structure" }, place: string): void {
  const missing = shape.required.filter((name) => value[name] === undefined);
  if (missing.length === 0) return;
  const [first = ""] = missing;
  const at = place === "" ? first : `${place}.${first}`;
  const text = `Value null at '${at}' failed to satisfy constraint: Member must not be null`;
  throw new AwsError(
    "ValidationException",
    `${missing.length} validation error${missing.length > 1 ? "s" : ""} detected: ${text}`,
  );
}

function decodeTime(value: unknown, place: string): Date {
  const date =
    typeof value === "number" ? new Date(value * 1000) : new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw wrongType(place, "a time");
  return date;
}

function wrongType(place: string, expected: string): AwsError {
  return new AwsError("SerializationException", `${place === "" ? "The request" : place} must be ${expected}`);
}

/** Writes a value as the shape says: times as epoch seconds, blobs as base64. Members that the shape does not have are
 * left out, so that no service can answer what AWS does not. */
export function encodeJson(value: unknown, shape: Shapes): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "structure": {
      if (!isObject(value)) return undefined;
      const result: Shape = {};
      for (const member of shape.members) {
        const encoded = encodeJson(value[member.name], member.shape());
        if (encoded !== undefined) result[member.name] = encoded;
      }
      return result;
    }
    case "list":
      return Array.isArray(value)
        ? value.map((item) => (item === null ? null : encodeJson(item, shape.item.shape())))
        : undefined;
    case "map":
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeJson(item, shape.value.shape())]))
        : undefined;
    case "blob":
      return Buffer.from(typeof value === "string" || value instanceof Uint8Array ? value : "").toString("base64");
    case "timestamp":
    case "date-time":
    case "http-date":
      return value instanceof Date ? value.getTime() / 1000 : value;
    case "number":
      return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    default:
      return value;
  }
}

export function isObject(value: unknown): value is Shape {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}

/** Text of JSON; integers that a double cannot hold are written with all their digits, as the services do. */
export function writeJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, member) => (typeof member === "bigint" ? `\u0000${member}` : member));
  return marked.replaceAll(/"\\u0000(-?\d+)"/g, "$1");
}
