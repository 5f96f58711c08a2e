import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { stateFolder } from "../project/project.js";
import { processes } from "./local-account-package.js";

/** A local account that runs, as others find it: `.sluice/account.json`. */
const Running = z.object({
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  pid: z.int(),
  /** When that process began, so that a later one of the same number is not taken for it. */
  startedAt: z.string(),
  /** Of the declarations and code that it was started with. */
  digest: z.string(),
  /** How long it stays after the last command that uses it; absent where a person ends it. */
  keptSeconds: z.int().optional(),
});
export type Running = z.infer<typeof Running>;

const fileOf = (project: string) => join(stateFolder(project), "account.json");

/** @returns undefined when none runs; a file that a killed process left behind counts as none. */
export async function findRunning(project: string): Promise<Running | undefined> {
  if (!existsSync(fileOf(project))) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(fileOf(project), "utf8"));
  } catch {
    return undefined;
  }
  const running = Running.safeParse(content).data;
  if (running === undefined) return undefined;
  const { isAlive } = await processes();
  return isAlive(running) ? running : undefined;
}

export function announce(project: string, running: Running): void {
  mkdirSync(stateFolder(project), { recursive: true });
  writeFileSync(fileOf(project), JSON.stringify(Running.parse(running)));
}

export function withdraw(project: string): void {
  rmSync(fileOf(project), { force: true });
}
