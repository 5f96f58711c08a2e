import type { Contract } from "../../contract/contract.js";
import { inParallel } from "../../functions/shared/in-parallel.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { describeLoad, type ListedExecution, type LoadExecution, listExecutions } from "../loads/executions.js";
import { type KnownExecution, readName, toDescribe } from "./cells.js";
import { KnownLoads } from "./known-loads.js";

const describedAtOnce = 4;
/** A look describes no more; the next one goes on. */
const describedPerLook = 120;
const sourcesAtOnce = 4;
/** The most that one list has (A1.11). */
const page = 1000;
/** Of a source. Step Functions keeps 90 days; a heat map needs fewer. */
const mostExecutions = 100_000;

/**
 * Knows the executions of load-partition of all sources. The first look lists the newest of each and answers; older ones
 * follow beside it. Each later look lists only those that are new or run, since a list is cheap and a description counts
 * (A2.6). Described are those that a list cannot judge: what ended badly, and what has no name of ours.
 */
export class ExecutionWatch {
  readonly loads = new KnownLoads();
  readonly #clients: Pick<Clients, "stepFunctions">;
  readonly #deployment: Deployment;
  readonly #contracts: ReadonlyMap<string, Contract>;
  /** The lists of the first look, where they stand; null when one is read to its end. */
  readonly #rest = new Map<string, AsyncIterator<ListedExecution> | null>();
  /** Datasets of which something may have to be described. */
  readonly #touched = new Set<string>();
  #hasMore = false;
  #reading: Promise<void> | undefined;

  constructor(clients: Pick<Clients, "stepFunctions">, deployment: Deployment, contracts: readonly Contract[]) {
    this.#clients = clients;
    this.#deployment = deployment;
    this.#contracts = new Map(contracts.map((contract) => [contract.dataset, contract]));
  }

  /** Whether all are known that Step Functions still has. */
  get isComplete(): boolean {
    return !this.#hasMore && [...this.#rest.values()].every((list) => list === null);
  }

  /** Brings itself up to date. */
  async update(): Promise<KnownLoads> {
    const ran = new Map(this.loads.running.map((arn) => [arn, this.loads.get(arn)]));
    const seen = new Set<string>();
    await inParallel(Object.keys(this.#deployment.project.sources), sourcesAtOnce, (source) =>
      this.#list(source, seen),
    );
    // A list of what runs does not say what became of the others.
    const unseen = [...ran].flatMap(([arn, known]) => (known === undefined || seen.has(arn) ? [] : [known]));
    await inParallel(unseen, describedAtOnce, (execution) => this.#describe(execution));
    await this.#describeTouched();
    this.#reading ??= this.#readRest().finally(() => {
      this.#reading = undefined;
    });
    return this.loads;
  }

  async #list(source: string, seen: Set<string>): Promise<void> {
    const machine = this.#deployment.loadPartition(source);
    const isFirst = !this.#rest.has(source);
    const list = listExecutions(this.#clients, machine, undefined, page)[Symbol.asyncIterator]();
    for (let count = 0; count < page; count++) {
      const { value, done } = await list.next();
      if (done === true) {
        this.#rest.set(source, null);
        break;
      }
      seen.add(value.arn);
      const known = this.loads.get(value.arn);
      this.#put(source, value);
      if (!isFirst && known !== undefined && known.status !== "RUNNING") break;
    }
    if (isFirst && !this.#rest.has(source)) this.#rest.set(source, list);
    if (isFirst && this.#rest.get(source) === null) return;
    // One that is redriven stays where it was in the list, and may have ended since the last look.
    for (const only of ["REDRIVEN", "RUNNING"] as const) {
      for await (const execution of listExecutions(this.#clients, machine, only)) {
        seen.add(execution.arn);
        this.#put(source, execution);
      }
    }
  }

  /** The older executions, beside everything else. What cannot be listed now is tried again by the next look. */
  async #readRest(): Promise<void> {
    for (const [source, list] of this.#rest) {
      if (list === null) continue;
      try {
        for (let count = page; count < mostExecutions; count++) {
          const { value, done } = await list.next();
          if (done === true) break;
          this.#put(source, value);
        }
        this.#rest.set(source, null);
      } catch {
        const again = listExecutions(this.#clients, this.#deployment.loadPartition(source), undefined, page);
        this.#rest.set(source, again[Symbol.asyncIterator]());
      }
    }
  }

  #put(source: string, listed: ListedExecution): void {
    const known = this.loads.get(listed.arn);
    if (known !== undefined && known.status === listed.status && known.redriveCount === listed.redriveCount) return;
    const read = readName(listed.name, this.#contracts);
    const dataset = read?.dataset ?? known?.dataset ?? "";
    this.#touched.add(dataset);
    this.loads.put({
      ...listed,
      source,
      dataset,
      partition: read?.partition ?? known?.partition ?? null,
      batchId: null,
      error: null,
      isDescribed: false,
      hasOurName: read !== undefined,
    });
  }

  async #describeTouched(): Promise<void> {
    const wanted = [...this.#touched].map((dataset) => ({
      dataset,
      executions: toDescribe([...this.loads.of(dataset).executions.values()]),
    }));
    for (const { dataset, executions } of wanted) if (executions.length === 0) this.#touched.delete(dataset);
    const all = wanted.flatMap(({ executions }) => executions);
    const newest = all.toSorted((a, b) => b.startDate.getTime() - a.startDate.getTime()).slice(0, describedPerLook);
    this.#hasMore = newest.length < all.length;
    await inParallel(newest, describedAtOnce, (execution) => this.#describe(execution));
  }

  async #describe(execution: KnownExecution): Promise<void> {
    const { source, arn } = execution;
    const described = await describeLoad(this.#clients, source, arn);
    // Gone since: it is left as it was, and not asked for again.
    this.loads.put(described === undefined ? { ...execution, isDescribed: true } : this.#known(execution, described));
  }

  #known(execution: KnownExecution, described: LoadExecution): KnownExecution {
    const { dataset, partition, batchId, error, status, stopDate } = described;
    this.#touched.add(dataset);
    return {
      ...execution,
      ...{ status, stopDate, dataset, partition: partition ?? execution.partition, batchId, error },
      isDescribed: true,
    };
  }
}
