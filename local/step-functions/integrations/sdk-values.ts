import { isFileBody, type Shape } from "../../call/call.js";
import { isShape } from "../../call/input.js";
import type { Json, JsonObject } from "../../interpreter/index.js";

/** How times arrive in a state machine: ISO text from SDK integrations (A7.14), epoch milliseconds from the optimised
 * ones (A6.4). */
export type Times = "iso" | "epochMillis";

/** A service's output as JSON. Blobs are text where they are UTF-8, as bodies and payloads are. */
export async function toJson(value: unknown, times: Times): Promise<Json> {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return times === "iso" ? value.toISOString() : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (isFileBody(value)) return (await value.bytes()).toString("utf8");
  if (Array.isArray(value)) return Promise.all(value.map((item) => toJson(item, times)));
  return isShape(value) ? objectToJson(value, times) : null;
}

/** An output's members as JSON; those without a value are left out. */
export async function objectToJson(value: Shape, times: Times): Promise<JsonObject> {
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined && name !== "$metadata") members[name] = await toJson(member, times);
  }
  return members;
}

/** Renames the members of structures, at any depth. */
export function renamed(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), renamed(member, rename)]));
}

export function pascal(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

export function camel(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
