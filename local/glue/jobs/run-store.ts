import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readJsonFile, StateUnreadable, writeFileWhole } from "../../persistence/files.js";
import { isActive, JobRun } from "./run.js";

/** The history of job runs: a file a run, written whole at each change, read once. */
export class RunStore {
  readonly #folder: string;
  readonly #runs = new Map<string, JobRun>();
  #last = 0;

  constructor(folder: string) {
    this.#folder = folder;
    for (const file of jsonFiles(folder)) {
      const run = JobRun.safeParse(readJsonFile(file));
      if (!run.success) throw new StateUnreadable(`${file} is not a job run (${run.error.message})`);
      this.#runs.set(run.data.id, run.data);
      this.#last = Math.max(this.#last, run.data.ordinal);
    }
  }

  /** The place of a run that begins now. */
  nextOrdinal(): number {
    this.#last += 1;
    return this.#last;
  }

  find(jobName: string, runId: string): JobRun | undefined {
    const run = this.#runs.get(runId);
    return run?.jobName === jobName ? run : undefined;
  }

  /** Newest first. */
  ofJob(jobName: string): readonly JobRun[] {
    return [...this.#runs.values()].filter((run) => run.jobName === jobName).sort((a, b) => inOrder(b, a));
  }

  /** Those that have not ended, oldest first, and those whose event is owed. */
  unsettled(): readonly JobRun[] {
    return [...this.#runs.values()].filter((run) => isActive(run) || run.eventOwed).sort(inOrder);
  }

  save(run: JobRun): void {
    writeFileWhole(join(this.#folder, `${run.id}.json`), JSON.stringify(run));
    this.#runs.set(run.id, run);
  }
}

/** As they began. */
const inOrder = (a: JobRun, b: JobRun) => a.startedOn - b.startedOn || a.ordinal - b.ordinal;

function jsonFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name));
}
