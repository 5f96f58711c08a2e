import { createHash, randomUUID } from "node:crypto";
import { invalidArn, invalidName } from "./errors.js";

/** White space, brackets, wildcards, special characters, control characters, surrogates (A1.2). */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\ufffe\uffff]|\p{Surrogate}|\u{10ffff}/u;
const LONGEST_NAME = 80;

/** The name of a new execution; without one, a UUID (A1.1). @throws InvalidName */
export function executionName(given: string | undefined): string {
  if (given === undefined) return randomUUID();
  if (given.length === 0 || given.length > LONGEST_NAME || FORBIDDEN.test(given)) throw invalidName(given);
  return given;
}

/** `arn:…:stateMachine:<machine>` → `arn:…:execution:<machine>:<name>` (A1.13). */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** @throws InvalidArn */
export function checkArn(arn: string, kind: "stateMachine" | "execution"): void {
  if (!/^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:/.test(arn) || !arn.includes(`:${kind}:`)) throw invalidArn(arn);
}

/** A file name for an execution: readable where it can be, different for names that differ in case only. */
export function fileNameOf(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return `${name}.jsonl`;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${name.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 40)}.${hash}.jsonl`;
}
