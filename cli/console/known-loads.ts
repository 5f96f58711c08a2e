import type { KnownExecution } from "./cells.js";

/** The executions of one dataset. */
export interface DatasetLoads {
  readonly executions: readonly KnownExecution[];
  /** Another number whenever one began, ended or became better known. */
  readonly revision: number;
}

/** What is kept of an execution: there may be hundreds of thousands, so what follows from the rest is made when it is asked for. */
class Kept implements KnownExecution {
  readonly #machine: string;
  readonly #start: number;
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

  constructor(execution: KnownExecution, machine: string, partition: string | null) {
    this.#machine = machine;
    this.#start = execution.startDate.getTime();
    this.#stop = execution.stopDate?.getTime() ?? null;
    this.name = execution.name;
    this.status = execution.status;
    this.redriveCount = execution.redriveCount;
    this.source = execution.source;
    this.dataset = execution.dataset;
    this.partition = partition;
    this.batchId = execution.batchId;
    this.error = execution.error;
    this.isDescribed = execution.isDescribed;
    this.hasOurName = execution.hasOurName;
  }

  get arn(): string {
    return `${this.#machine}${this.name}`;
  }

  get startDate(): Date {
    return new Date(this.#start);
  }

  get stopDate(): Date | null {
    return this.#stop === null ? null : new Date(this.#stop);
  }
}

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
  readonly #sources = new Map<string, Map<string, KnownExecution>>();
  readonly #running = new Map<string, KnownExecution>();
  /** Datasets share their partitions, and executions their machines: each text once. */
  readonly #texts = new Map<string, string>();
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
    const { source, name, status, arn, partition } = execution;
    const known = this.#sources.get(source) ?? new Map<string, KnownExecution>();
    this.#sources.set(source, known);
    const before = known.get(name);
    if (before === undefined) this.#size += 1;
    else this.#touch(before.dataset).executions.delete(before);
    const machine = this.#shared(arn.slice(0, arn.length - name.length));
    const kept = new Kept(execution, machine, partition === null ? null : this.#shared(partition));
    known.set(name, kept);
    this.#touch(execution.dataset).executions.add(kept);
    if (status === "RUNNING" || status === "PENDING_REDRIVE") this.#running.set(arn, kept);
    else this.#running.delete(arn);
  }

  *all(): Iterable<KnownExecution> {
    for (const executions of this.#sources.values()) yield* executions.values();
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
