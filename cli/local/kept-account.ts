import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandFailed } from "../output/exit-codes.js";
import { progress, say } from "../output/terminal.js";
import { program, stateFolder } from "../project/project.js";
import { hasGuests } from "./guests.js";
import type { Pace } from "./local-account-package.js";
import { processes } from "./local-account-package.js";
import { findRunning, type Running } from "./running.js";

/**
 * A local account that stays for the next commands (`--keep 10m`): a process of its own, `sluice local up --keep`, has it,
 * and ends by itself when no command has used it for so long.
 */

const logOf = (folder: string) => join(stateFolder(folder), "local-account.log");
const pollEveryMs = 100;
/** Templates, PostgreSQL and the warehouse's bootstrap; the set-up of Python may fetch half a gigabyte. */
const startWithinMs = 30 * 60_000;

/** Starts the process, and waits until its account can be used. @throws CommandFailed with what it said when it ends */
export async function startKept(folder: string, seconds: number, pace: Pace = "instant"): Promise<Running> {
  progress("starting the local account");
  mkdirSync(stateFolder(folder), { recursive: true });
  const log = openSync(logOf(folder), "w");
  const command = [program, "local", "up", "--keep", `${seconds}s`, "--pace", pace, "--project", folder];
  const child = spawn(process.execPath, command, { detached: true, stdio: ["ignore", "ignore", log] });
  closeSync(log);
  let ended: number | null | undefined;
  child.once("exit", (code) => {
    ended = code;
  });
  child.unref();
  for (const giveUpAt = Date.now() + startWithinMs; Date.now() < giveUpAt; await sleep(pollEveryMs)) {
    const running = await findRunning(folder);
    if (running !== undefined) return running;
    if (ended !== undefined) break;
  }
  throw new CommandFailed(`The local account did not start.\n${readFileSync(logOf(folder), "utf8").trim()}`);
}

/** Resolves when no command has used the account for so long. */
export async function untilUnused(folder: string, seconds: number): Promise<void> {
  for (let usedAt = Date.now(); Date.now() - usedAt < seconds * 1000; await sleep(1000)) {
    usedAt = Math.max(usedAt, (await hasGuests(folder)) ? Date.now() : lastVisit(folder));
  }
}

/** A command that came and went between two looks has changed the folder. */
function lastVisit(folder: string): number {
  const guests = join(stateFolder(folder), "guests");
  return existsSync(guests) ? statSync(guests).mtimeMs : 0;
}

/** Ends an account that was kept, once nobody uses it. */
export async function endKept(folder: string, { pid, startedAt }: Running): Promise<void> {
  const { isAlive } = await processes();
  process.kill(pid, "SIGTERM");
  while (isAlive({ pid, startedAt }) || (await findRunning(folder)) !== undefined) await sleep(pollEveryMs);
}

const withinMs = 10 * 60_000;

/** Who starts the account a second time within minutes is told how to keep it. */
export function offerToKeep(folder: string): void {
  const mark = join(stateFolder(folder), "started");
  const isSecond = existsSync(mark) && Date.now() - statSync(mark).mtimeMs < withinMs;
  if (isSecond && process.env.CI === undefined) {
    say("Each command starts the local account again. To start it once, add --keep 10m, or run: sluice local up");
  }
  mkdirSync(stateFolder(folder), { recursive: true });
  if (!existsSync(mark)) writeFileSync(mark, "");
  utimesSync(mark, new Date(), new Date());
}
