import type { Contract } from "../../contract/contract.js";
import { inParallel } from "../../functions/shared/in-parallel.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { describeLoad, type ListedExecution, type LoadExecution, listExecutions } from "../loads/executions.js";
import { type KnownExecution, readName, toDescribe } from "./cells.js";

const describedAtOnce = 4;
/** Of a source. Step Functions keeps 90 days; a heat map needs fewer. */
const mostExecutions = 100_000;

/**
 * Knows the executions of load-partition of all sources. The first look lists them all; each later one only those that
 * are new or run, since a list is cheap and a description counts (A2.6). Described are those that a list cannot judge:
 * what ended badly, and what has no name of ours.
 */
export class ExecutionWatch {
  readonly #clients: Pick<Clients, "stepFunctions">;
  readonly #deployment: Deployment;
  readonly #contracts: ReadonlyMap<string, Contract>;
  readonly #listed = new Map<string, ListedExecution & { readonly source: string }>();
  readonly #described = new Map<string, LoadExecution>();
  #hasAll = false;

  constructor(clients: Pick<Clients, "stepFunctions">, deployment: Deployment, contracts: readonly Contract[]) {
    this.#clients = clients;
    this.#deployment = deployment;
    this.#contracts = new Map(contracts.map((contract) => [contract.dataset, contract]));
  }

  /** Brings itself up to date. @returns every execution of a known dataset. */
  async update(): Promise<readonly KnownExecution[]> {
    const ran = [...this.#listed.values()].filter(({ status }) => status === "RUNNING");
    for (const source of Object.keys(this.#deployment.project.sources)) await this.#list(source);
    this.#hasAll = true;
    // A list of what runs does not say what became of the others.
    await inParallel(ran, describedAtOnce, async (execution) => {
      const known = this.#listed.get(execution.arn);
      if (known === execution) await this.#describeAgain(execution);
    });
    const known = [...this.#listed.values()].map((execution) => this.#known(execution));
    await inParallel(toDescribe(known), describedAtOnce, (execution) => this.#describe(execution));
    return known
      .map(({ arn, source }) => this.#known({ ...this.#listedAs(arn), source }))
      .filter(({ dataset }) => this.#contracts.has(dataset));
  }

  async #list(source: string): Promise<void> {
    const machine = this.#deployment.loadPartition(source);
    let count = 0;
    for await (const execution of listExecutions(this.#clients, machine)) {
      const known = this.#listed.get(execution.arn);
      const isSettled = known !== undefined && known.status !== "RUNNING";
      this.#listed.set(execution.arn, { ...execution, source });
      if ((this.#hasAll && isSettled) || ++count >= mostExecutions) break;
    }
    if (!this.#hasAll) return;
    // One that is redriven stays where it was in the list, and may have ended since the last look.
    for (const only of ["REDRIVEN", "RUNNING"] as const) {
      for await (const execution of listExecutions(this.#clients, machine, only)) {
        this.#listed.set(execution.arn, { ...execution, source });
      }
    }
  }

  #listedAs(arn: string) {
    const listed = this.#listed.get(arn);
    if (listed === undefined) throw new Error(`${arn} was not listed`);
    return listed;
  }

  #known(execution: ListedExecution & { readonly source: string }): KnownExecution {
    const described = this.#described.get(keyOf(execution));
    const read = readName(execution.name, this.#contracts);
    const dataset = described?.dataset ?? read?.dataset ?? "";
    return {
      ...execution,
      dataset,
      partition: described?.partition ?? read?.partition ?? null,
      batchId: described?.batchId ?? null,
      error: described?.error ?? null,
      isDescribed: described !== undefined,
      hasOurName: read !== undefined,
    };
  }

  async #describe(execution: KnownExecution): Promise<void> {
    const described = await describeLoad(this.#clients, execution.source, execution.arn);
    if (described !== undefined) this.#described.set(keyOf(execution), described);
  }

  async #describeAgain(execution: ListedExecution & { readonly source: string }): Promise<void> {
    const { source, arn } = execution;
    const described = await describeLoad(this.#clients, source, arn);
    if (described === undefined) return;
    const { status, stopDate } = described;
    const now = { ...execution, status, stopDate };
    this.#listed.set(arn, now);
    this.#described.set(keyOf(now), described);
  }
}

/** A description holds until the execution ends, or is redriven. */
const keyOf = ({ arn, status, redriveCount }: Pick<ListedExecution, "arn" | "status" | "redriveCount">) =>
  `${arn} ${status} ${redriveCount}`;
