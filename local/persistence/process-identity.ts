import { existsSync, readFileSync } from "node:fs";
import { hasCode } from "./files.js";

/** A process, told apart from a later one to which the system gave the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In the kernel's ticks; empty where the system does not say. */
  readonly startedAt: string;
}

export const ownIdentity = (): ProcessIdentity => ({ pid: process.pid, startedAt: startOf(process.pid) });

/** True while that very process runs, of whichever user it is. */
export const isAlive = ({ pid, startedAt }: ProcessIdentity): boolean => hasProcess(pid) && startOf(pid) === startedAt;

/** True when a process of that number runs, the same one or a later. */
export function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function startOf(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return "";
  const text = readFileSync(stat, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // A zombie has ended; its parent has not looked yet.
  return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
}
