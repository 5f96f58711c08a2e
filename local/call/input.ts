import { z } from "zod";
import { AwsError, type Shape } from "./call.js";

/** Reads members of a call's input. A wrong type or a missing member is the caller's mistake. */
function refuse(name: string, expected: string): AwsError {
  return new AwsError("ValidationException", `Member ${name} must be ${expected}`);
}

export function optionalText(input: Shape, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw refuse(name, "a string");
  return value;
}

export function requiredText(input: Shape, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === "") throw refuse(name, "given, and not empty");
  return value;
}

export function optionalNumber(input: Shape, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) throw refuse(name, "a number");
  return value;
}

export function optionalBoolean(input: Shape, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw refuse(name, "true or false");
  return value;
}

export function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

export function optionalShape(input: Shape, name: string): Shape | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!isShape(value)) throw refuse(name, "an object");
  return value;
}

export function optionalShapes(input: Shape, name: string): readonly Shape[] {
  const value = input[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isShape)) throw refuse(name, "a list of objects");
  return value;
}

export function optionalTexts(input: Shape, name: string): readonly string[] {
  const value = input[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw refuse(name, "a list of strings");
  return value;
}

/** State machines write times as ISO 8601 text (A7.14). */
export function optionalDate(input: Shape, name: string): Date | undefined {
  const given = input[name];
  if (given === undefined || given === null) return undefined;
  const value = typeof given === "string" && /^\d{4}-\d\d-\d\dT/.test(given) ? new Date(given) : given;
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw refuse(name, "a time");
  return value;
}

/** True or false in a template, where CloudFormation takes the words as well. */
export const templateBoolean = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
