import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateFolder } from "../project/project.js";
import { processes } from "./local-account-package.js";

/** Commands that use a local account which another command started: one file each, named by its process. */
const folderOf = (project: string) => join(stateFolder(project), "guests");

const pollEveryMs = 200;

export function enter(project: string): void {
  mkdirSync(folderOf(project), { recursive: true });
  writeFileSync(join(folderOf(project), String(process.pid)), "");
}

export function leave(project: string): void {
  rmSync(join(folderOf(project), String(process.pid)), { force: true });
}

/** Resolves when no other command uses the account any more; one that was killed does not count. */
export async function waitForGuests(project: string, onWait: () => void): Promise<void> {
  for (let isFirst = true; await hasGuests(project); isFirst = false) {
    if (isFirst) onWait();
    await sleep(pollEveryMs);
  }
}

/** Whether a command uses the account that another process has. */
export async function hasGuests(project: string): Promise<boolean> {
  const { hasProcess } = await processes();
  const folder = folderOf(project);
  return existsSync(folder) && readdirSync(folder).some((name) => hasProcess(Number(name)));
}
