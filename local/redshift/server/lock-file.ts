import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WarehouseUnavailable } from "./folders.js";

/** How long a server that is being left may take to end (it stops by itself when its node process dies). */
const GRACE_MS = 20_000;
const STEP_MS = 50;

const lockFile = (dataFolder: string): string => path.join(dataFolder, "postmaster.pid");

function readLines(dataFolder: string): readonly string[] {
  try {
    return readFileSync(lockFile(dataFolder), "utf8").split("\n");
  } catch {
    return [];
  }
}

/** Whether the data folder's server says that it takes connections (line 8 of its lock file). */
export function isReady(dataFolder: string): boolean {
  return readLines(dataFolder)[7]?.startsWith("ready") ?? false;
}

/** Process numbers are used again: a number counts only if it is still a PostgreSQL. */
function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  if (existsSync(`/proc/${pid}/comm`)) return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres";
  const found = spawnSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" });
  return path.basename(found.stdout.trim()) === "postgres";
}

/** Waits until an earlier server of this folder has ended, and removes a lock that nobody holds any more.
 * @throws WarehouseUnavailable when the server is still there: another process uses this folder. */
export async function releaseLock(dataFolder: string): Promise<void> {
  const deadline = Date.now() + GRACE_MS;
  for (;;) {
    const pid = Number(readLines(dataFolder)[0]);
    if (!Number.isInteger(pid) || pid <= 0 || !isPostgres(pid)) break;
    if (Date.now() > deadline) {
      throw new WarehouseUnavailable(
        `The warehouse in ${dataFolder} is in use by process ${pid}: stop the local account that runs on this project first`,
      );
    }
    await wait(STEP_MS);
  }
  rmSync(lockFile(dataFolder), { force: true });
}
