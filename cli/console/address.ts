import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { stateFolder } from "../project/project.js";

/** The port of a project's first console. */
export const usualPort = 8321;
/** A token in the environment takes the place of the file's: where many machines serve one address. */
export const tokenVariable = "SLUICE_CONSOLE_TOKEN";
const shortestToken = 32;

const Address = z.object({ token: z.string().min(shortestToken), port: z.int() });
export type Address = z.infer<typeof Address>;
const File = z.record(z.string(), Address);

const fileOf = (project: string) => join(stateFolder(project), "console.json");

/** Where a project's console was last, for an environment; undefined when it never was, or the file is not to be read. */
export function lastAddress(project: string, environment: string): Address | undefined {
  return known(project)[environment];
}

/** Keeps the address for the next start, readable for its owner alone, since whoever has the token may do what you may. */
export function keepAddress(project: string, environment: string, { token, port }: Address): void {
  const path = fileOf(project);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...known(project), [environment]: { token, port } }, null, 2)}\n`, {
    mode: 0o600,
  });
}

function known(project: string): z.infer<typeof File> {
  const path = fileOf(project);
  if (!existsSync(path)) return {};
  try {
    return File.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}

/** @returns undefined where the variable is not set. @throws Error for a token that could be guessed */
export function tokenOfEnvironment(value = process.env[tokenVariable]): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (/^[\w-]+$/.test(value) && value.length >= shortestToken) return value;
  throw new Error(
    `${tokenVariable} must have at least ${shortestToken} characters (letters, digits, - and _). Create one with: openssl rand -hex 32`,
  );
}
