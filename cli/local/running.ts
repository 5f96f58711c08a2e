import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { stateFolder } from "../project.js";

/** A local account that runs, as others find it: `.sluice/account.json`. */
const Running = z.object({
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  pid: z.int(),
  /** Of the declarations and code that it was started with. */
  digest: z.string(),
});
export type Running = z.infer<typeof Running>;

const fileOf = (project: string) => join(stateFolder(project), "account.json");

/** @returns undefined when none runs; a file that a killed process left behind counts as none. */
export function findRunning(project: string): Running | undefined {
  if (!existsSync(fileOf(project))) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(fileOf(project), "utf8"));
  } catch {
    return undefined;
  }
  const running = Running.safeParse(content).data;
  return running !== undefined && isAlive(running.pid) ? running : undefined;
}

export function announce(project: string, running: Running): void {
  mkdirSync(stateFolder(project), { recursive: true });
  writeFileSync(fileOf(project), JSON.stringify(Running.parse(running)));
}

export function withdraw(project: string): void {
  rmSync(fileOf(project), { force: true });
}

/** True when a process of that number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
