import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const pollEveryMs = 50;
/** Every so many polls all processes of the machine are read, to find those of the group whose parent has ended. */
const scanEvery = 20;

/** Watches the memory of a process and of all that it started, which Lambda counts together against a function's size. While
 * no invocation runs, Lambda lets it do nothing, and nobody looks. */
export class MemoryWatch {
  readonly #group: number;
  readonly #limitMb: number;
  readonly #onExceeded: () => void;
  readonly #timer: NodeJS.Timeout;
  #maxMb = 0;
  #polls = 0;
  #isIdle = false;

  /** @param group the processes' group; @param onExceeded called once */
  constructor(group: number, limitMb: number, onExceeded: () => void) {
    this.#group = group;
    this.#limitMb = limitMb;
    this.#onExceeded = onExceeded;
    this.#timer = setInterval(() => this.#poll(), process.platform === "linux" ? pollEveryMs : 10 * pollEveryMs);
    this.#timer.unref();
  }

  get maxMb(): number {
    // An invocation may be over before anybody has looked.
    if (this.#maxMb === 0) this.#check();
    return Math.round(this.#maxMb);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param isIdle no invocation runs */
  rest(isIdle: boolean): void {
    this.#isIdle = isIdle;
  }

  /** What the processes hold, in MB. That takes a while to ask, so only while it grows. */
  #measure(): number {
    const pids = this.#polls++ % scanEvery === 0 ? allPids() : descendants(String(this.#group));
    const members = membersOf(this.#group, pids);
    const residentMb = members.reduce((sum, each) => sum + each.residentMb, 0);
    if (residentMb <= this.#maxMb) return residentMb;
    const memory = members.map(({ pid }) => memoryOf(pid));
    const ownMb = memory.reduce((sum, each) => sum + each.ownMb, 0);
    return ownMb + Math.max(0, ...memory.map(({ fileMb }) => fileMb));
  }

  #poll(): void {
    if (!this.#isIdle) this.#check();
  }

  #check(): void {
    const usedMb = process.platform === "linux" ? this.#measure() : groupMemoryByPsMb(this.#group);
    this.#maxMb = Math.max(this.#maxMb, usedMb);
    if (usedMb <= this.#limitMb) return;
    this.stop();
    this.#onExceeded();
  }
}

interface Member {
  readonly pid: string;
  readonly residentMb: number;
}

const pageMb = 4096 / 1024 ** 2;

function membersOf(group: number, pids: readonly string[]): readonly Member[] {
  return pids.flatMap((pid) => {
    const stat = readIfThere(`/proc/${pid}/stat`);
    // Behind the command's name, which may hold blanks and brackets: state, parent, group, …, resident pages.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[2]) === group ? [{ pid, residentMb: Number(fields[21]) * pageMb }] : [];
  });
}

const allPids = (): readonly string[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

/** A process and what it and its children have started; a kernel that does not list children leaves that to the next scan. */
function descendants(pid: string): readonly string[] {
  const children = readIfThere(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
  return [pid, ...children.flatMap(descendants)];
}

/** A process's own memory, what it shares with its children counted in parts; and its libraries, which all of them share. */
function memoryOf(pid: string): { readonly ownMb: number; readonly fileMb: number } {
  const text = readIfThere(`/proc/${pid}/smaps_rollup`);
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) / 1024;
  return { ownMb: megabytes("Pss_Anon"), fileMb: megabytes("Rss") - megabytes("Anonymous") };
}

/** Processes end while one looks. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function groupMemoryByPsMb(group: number): number {
  const lines = execFileSync("ps", ["-A", "-o", "pgid=,rss="], { encoding: "utf8" }).trim().split("\n");
  const kilobytes = lines.map((line) => line.trim().split(/\s+/).map(Number)).filter(([pgid]) => pgid === group);
  return kilobytes.reduce((sum, [, rss = 0]) => sum + rss, 0) / 1024;
}
