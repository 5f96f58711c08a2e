import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What the state folder holds cannot be read: it was damaged, or another version wrote it. A new folder starts afresh. */
export class StateUnreadable extends Error {
  override readonly name = "StateUnreadable";
}

/** Writes beside and renames, so that a kill leaves the old file or the new one. `mode` e.g. 0o600 for secrets. */
export function writeFileWhole(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

/** The parsed JSON of a file, or undefined when there is none. @throws StateUnreadable that names the file when it is not JSON. */
export function readJsonFile(path: string): unknown {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StateUnreadable(`${path} is not JSON (${String(error)})`);
  }
}

/** Whether an error is the system's with this code. Not by `instanceof`: the error may come from another realm. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
