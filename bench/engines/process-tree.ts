import { readdirSync, readFileSync } from "node:fs";

const pollEveryMs = 25;
const pageMb = 4096 / 1024 ** 2;

/** Notes the most memory that a process and all below it have held together, resident, in MB. Linux. */
export class TreeMemory {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #maxMb = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => {
      this.#maxMb = Math.max(this.#maxMb, residentMb(this.#pid));
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

interface Process {
  readonly parent: number;
  readonly residentMb: number;
}

function residentMb(root: number): number {
  const processes = new Map(readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? read(Number(name)) : [])));
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && parent > 1 && isBelow(parent);
  };
  return [...processes].reduce((sum, [pid, each]) => sum + (isBelow(pid) ? each.residentMb : 0), 0);
}

function read(pid: number): readonly (readonly [number, Process])[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Behind the command's name: state, parent, …, resident pages.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [[pid, { parent: Number(fields[1]), residentMb: Number(fields[21]) * pageMb }]];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
