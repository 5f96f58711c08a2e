import { readdirSync, readFileSync } from "node:fs";

const pollEveryMs = 25;

/** Notes the most memory that a process and all below it have held together, in MB. Linux. */
export class TreeMemory {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #maxMb = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => {
      this.#maxMb = Math.max(this.#maxMb, memoryMb(this.#pid));
    }, pollEveryMs);
  }

  /** The largest since the last call. */
  take(): number {
    const max = this.#maxMb;
    this.#maxMb = 0;
    return Math.round(max);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Pages that several processes share count in parts. */
function memoryMb(root: number): number {
  const parents = new Map(readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? parentOf(Number(name)) : [])));
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = parents.get(pid);
    return parent !== undefined && parent > 1 && isBelow(parent);
  };
  return [...parents.keys()].filter(isBelow).reduce((sum, pid) => sum + proportionalMb(pid), 0);
}

function parentOf(pid: number): readonly (readonly [number, number])[] {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // Behind the command's name: state, parent.
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return Number.isNaN(parent) ? [] : [[pid, parent]];
}

const proportionalMb = (pid: number) =>
  Number(/^Pss:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;

/** Processes end while one looks. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
