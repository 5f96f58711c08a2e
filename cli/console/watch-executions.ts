import { setTimeout as sleep } from "node:timers/promises";
import type { Contract } from "../../contract/contract.js";
import { inParallel } from "../../functions/shared/in-parallel.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { describeLoad, type ListedExecution, type LoadExecution, listExecutions } from "../loads/executions.js";
import { type KnownExecution, readName, toDescribe } from "./cells.js";
import { KnownLoads } from "./known-loads.js";
import { tidyMemory } from "./tidy-memory.js";

const describedAtOnce = 4;
/** A look describes no more; the next one goes on. */
const describedPerLook = 120;
/** A look does not wait longer for them. */
const patienceMs = 300;
const sourcesAtOnce = 10;
/** The most that one list has (A1.11). */
const page = 1000;
/** What the first look lists of each source before it answers, and a later one of those that are new. */
const firstPage = 100;
const restMs = 40;
const tidyEvery = 10_000;
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
  #describing: Promise<void> | undefined;
  #reading: Promise<void> | undefined;

  constructor(clients: Pick<Clients, "stepFunctions">, deployment: Deployment, contracts: readonly Contract[]) {
    this.#clients = clients;
    this.#deployment = deployment;
    this.#contracts = new Map(contracts.map((contract) => [contract.dataset, contract]));
  }

  /** Whether all are known that Step Functions still has. */
  get isComplete(): boolean {
    return !this.#hasMore && this.#describing === undefined && [...this.#rest.values()].every((list) => list === null);
  }

  /** Brings itself up to date. */
  async update(): Promise<KnownLoads> {
    const ran = this.loads.running;
    const seen = new Set<string>();
    await inParallel(Object.keys(this.#deployment.project.sources), sourcesAtOnce, (source) =>
      this.#list(source, seen),
    );
    // A list of what runs does not say what became of the others.
    const unseen = ran.filter(({ arn }) => !seen.has(arn));
    await inParallel(unseen, describedAtOnce, (execution) => this.#describe(execution));
    await this.#describeInTime();
    this.#reading ??= this.#readRest().finally(() => {
      this.#reading = undefined;
    });
    return this.loads;
  }

  async #list(source: string, seen: Set<string>): Promise<void> {
    const machine = this.#deployment.loadPartition(source);
    const isFirst = !this.#rest.has(source);
    // One that is redriven stays where it was in the list, and may have ended since the last look.
    const others = (["REDRIVEN", "RUNNING"] as const).map(async (only) => {
      const found: ListedExecution[] = [];
      for await (const execution of listExecutions(this.#clients, machine, only)) found.push(execution);
      return found;
    });
    const [newest, ...more] = await Promise.all([this.#newest(source, isFirst), ...others]);
    for (const execution of [newest.executions, ...more].flat()) {
      seen.add(execution.arn);
      this.#put(source, execution);
    }
    if (isFirst) this.#rest.set(source, newest.isAll ? null : this.#older(source));
  }

  /** The newest: on the first look a page, later those that are not known. */
  async #newest(source: string, isFirst: boolean) {
    const machine = this.#deployment.loadPartition(source);
    const executions: ListedExecution[] = [];
    for await (const execution of listExecutions(this.#clients, machine, undefined, firstPage)) {
      const known = this.loads.get(source, execution.name);
      executions.push(execution);
      const isEnough = isFirst ? executions.length >= firstPage : known !== undefined && known.status !== "RUNNING";
      if (isEnough) return { executions, isAll: false };
    }
    return { executions, isAll: true };
  }

  #older(source: string): AsyncIterator<ListedExecution> {
    const machine = this.#deployment.loadPartition(source);
    return listExecutions(this.#clients, machine, undefined, page)[Symbol.asyncIterator]();
  }

  /** The older executions, beside everything else. What cannot be listed now is tried again by the next look. */
  async #readRest(): Promise<void> {
    for (const [source, list] of this.#rest) {
      if (list === null) continue;
      try {
        for (let count = 0; count < mostExecutions; count++) {
          const { value, done } = await list.next();
          if (done === true) break;
          this.#put(source, value);
          // Whoever asks meanwhile is answered between two pages.
          if (count % page === 0) await sleep(restMs, undefined, { ref: false });
          if (count % tidyEvery === tidyEvery - 1) tidyMemory();
        }
        this.#rest.set(source, null);
      } catch {
        this.#rest.set(source, this.#older(source));
      }
    }
  }

  #put(source: string, listed: ListedExecution): void {
    const known = this.loads.get(source, listed.name);
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

  /** Descriptions go on after a look has answered; the next one has what they found, or fails as they did. */
  async #describeInTime(): Promise<void> {
    this.#describing ??= this.#describeTouched().finally(() => {
      this.#describing = undefined;
    });
    // Whoever looks next is told.
    this.#describing.catch(() => {});
    await Promise.race([this.#describing, sleep(patienceMs, undefined, { ref: false })]);
  }

  async #describeTouched(): Promise<void> {
    const wanted = [...this.#touched].map((dataset) => ({
      dataset,
      executions: toDescribe(this.loads.of(dataset).executions),
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
    const common = plain(execution);
    this.loads.put(described === undefined ? { ...common, isDescribed: true } : this.#known(common, described));
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

/** What is kept has members that are made when they are asked for, which a spread leaves out. */
const plain = (execution: KnownExecution): KnownExecution => ({
  ...execution,
  ...{ arn: execution.arn, startDate: execution.startDate, stopDate: execution.stopDate },
});
