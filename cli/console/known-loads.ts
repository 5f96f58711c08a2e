import type { CellState } from "../../console/model/api.js";
import { type KnownExecution, stateOfExecution } from "./cells.js";

/** The executions of one dataset. */
export interface DatasetLoads {
  readonly executions: readonly KnownExecution[];
  /** Another number whenever one began, ended or became better known. */
  readonly revision: number;
}

/** What is kept of an execution: there may be hundreds of thousands, so what follows from the rest is made when it is asked for. */
class Kept implements KnownExecution {
  readonly #machine: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly #stop: number | null;
  readonly name: string;
  readonly status: string;
  readonly redriveCount: number;
  readonly source: string;
  readonly dataset: string;
  readonly partition: string | null;
  readonly batchId: string | null;
  readonly error: string | null;
  readonly isDescribed: boolean;
  readonly hasOurName: boolean;

  constructor(execution: KnownExecution, shared: (text: string) => string) {
    const { arn, name, dataset, partition } = execution;
    this.#machine = shared(arn.slice(0, arn.length - name.length));
    this.startMs = execution.startDate.getTime();
    this.#stop = execution.stopDate?.getTime() ?? null;
    this.name = name;
    this.status = execution.status;
    this.redriveCount = execution.redriveCount;
    this.source = execution.source;
    this.dataset = shared(dataset);
    this.partition = partition === null ? null : shared(partition);
    this.batchId = execution.batchId;
    this.error = execution.error;
    this.isDescribed = execution.isDescribed;
    this.hasOurName = execution.hasOurName;
  }

  get arn(): string {
    return `${this.#machine}${this.name}`;
  }

  get startDate(): Date {
    return new Date(this.startMs);
  }

  get stopDate(): Date | null {
    return this.#stop === null ? null : new Date(this.#stop);
  }
}

interface Newest {
  readonly revision: number;
  readonly datasets: ReadonlySet<string>;
  readonly state: CellState | null;
  readonly count: number;
  readonly found: readonly KnownExecution[];
}

/** Filters whose answers are kept: that of the overview, and those of a few pages. */
const keptAnswers = 8;

interface Dataset {
  readonly executions: Set<KnownExecution>;
  revision: number;
  /** Of that revision, once somebody asked. */
  answer: DatasetLoads | undefined;
}

/** The executions that a console knows, by their datasets. What did not change stays the same object. */
export class KnownLoads {
  readonly #datasets = new Map<string, Dataset>();
  /** By source and name: two sources may have one name. */
  readonly #sources = new Map<string, Map<string, Kept>>();
  readonly #running = new Map<string, KnownExecution>();
  /** Datasets share their partitions, and executions their machines: each text once. */
  readonly #texts = new Map<string, string>();
  #newest: readonly Newest[] = [];
  #revision = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get running(): readonly KnownExecution[] {
    return [...this.#running.values()];
  }

  of(dataset: string): DatasetLoads {
    const known = this.#datasets.get(dataset);
    if (known === undefined) return { executions: [], revision: 0 };
    known.answer ??= { executions: [...known.executions], revision: known.revision };
    return known.answer;
  }

  get(source: string, name: string): KnownExecution | undefined {
    return this.#sources.get(source)?.get(name);
  }

  put(execution: KnownExecution): void {
    const { source, name, status, arn } = execution;
    const known = this.#sources.get(source) ?? new Map<string, Kept>();
    this.#sources.set(source, known);
    const before = known.get(name);
    if (before === undefined) this.#size += 1;
    else this.#touch(before.dataset).executions.delete(before);
    const kept = new Kept(execution, (text) => this.#shared(text));
    known.set(name, kept);
    this.#touch(execution.dataset).executions.add(kept);
    if (status === "RUNNING" || status === "PENDING_REDRIVE") this.#running.set(arn, kept);
    else this.#running.delete(arn);
  }

  *all(): Iterable<KnownExecution> {
    for (const executions of this.#sources.values()) yield* executions.values();
  }

  /** Another number whenever an execution began, ended or became better known. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Those of these datasets, and in this state, that began last, the newest first, however far back they are. What was found
   * is kept until something changes.
   */
  newest(datasets: ReadonlySet<string>, count: number, state: CellState | null = null): readonly KnownExecution[] {
    const revision = this.#revision;
    const known = this.#newest.find(
      (last) =>
        last.revision === revision && last.count === count && last.state === state && isSame(last.datasets, datasets),
    );
    if (known !== undefined) return known.found;
    const found = this.#findNewest(datasets, count, state);
    const others = this.#newest.filter((last) => last.revision === revision).slice(0, keptAnswers - 1);
    this.#newest = [{ revision, datasets, state, count, found }, ...others];
    return found;
  }

  #findNewest(datasets: ReadonlySet<string>, count: number, state: CellState | null): readonly KnownExecution[] {
    const newest: Kept[] = [];
    let oldest = Number.NEGATIVE_INFINITY;
    for (const executions of this.#sources.values()) {
      for (const execution of executions.values()) {
        if (execution.startMs <= oldest || !datasets.has(execution.dataset)) continue;
        if (state !== null && stateOfExecution(execution) !== state) continue;
        newest.push(execution);
        if (newest.length < 4 * count) continue;
        newest.sort(byStart).splice(count);
        oldest = newest.at(-1)?.startMs ?? oldest;
      }
    }
    return newest.sort(byStart).slice(0, count);
  }

  #touch(dataset: string): Dataset {
    const known = this.#datasets.get(dataset) ?? { executions: new Set(), revision: 0, answer: undefined };
    this.#datasets.set(dataset, known);
    this.#revision += 1;
    known.revision = this.#revision;
    known.answer = undefined;
    return known;
  }

  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a === b || (a.size === b.size && [...a].every((name) => b.has(name)));

const byStart = (a: Kept, b: Kept) => b.startMs - a.startMs;
