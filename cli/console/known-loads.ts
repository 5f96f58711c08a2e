import type { KnownExecution } from "./cells.js";

/** The executions of one dataset. */
export interface DatasetLoads {
  readonly executions: ReadonlyMap<string, KnownExecution>;
  /** Another number whenever one began, ended or became better known. */
  readonly revision: number;
}

/** The executions that a console knows, by their datasets. What did not change stays the same object. */
export class KnownLoads {
  readonly #datasets = new Map<string, { readonly executions: Map<string, KnownExecution>; revision: number }>();
  readonly #datasetOf = new Map<string, string>();
  readonly #running = new Set<string>();
  #revision = 0;

  /** Another number whenever anything changed. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#datasetOf.size;
  }

  get running(): readonly string[] {
    return [...this.#running];
  }

  of(dataset: string): DatasetLoads {
    return this.#datasets.get(dataset) ?? { executions: new Map(), revision: 0 };
  }

  get(arn: string): KnownExecution | undefined {
    const dataset = this.#datasetOf.get(arn);
    return dataset === undefined ? undefined : this.#datasets.get(dataset)?.executions.get(arn);
  }

  put(execution: KnownExecution): void {
    const { arn, dataset, status } = execution;
    const before = this.#datasetOf.get(arn);
    if (before !== undefined && before !== dataset) this.#datasets.get(before)?.executions.delete(arn);
    this.#datasetOf.set(arn, dataset);
    const known = this.#datasets.get(dataset) ?? { executions: new Map(), revision: 0 };
    this.#datasets.set(dataset, known);
    known.executions.set(arn, execution);
    this.#revision += 1;
    known.revision = this.#revision;
    if (status === "RUNNING" || status === "PENDING_REDRIVE") this.#running.add(arn);
    else this.#running.delete(arn);
  }

  *all(): Iterable<KnownExecution> {
    for (const { executions } of this.#datasets.values()) yield* executions.values();
  }
}
