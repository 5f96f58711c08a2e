import type { Trend, TrendPoint } from "../../console/model/overview.js";
import type { Contract } from "../../contract/contract.js";
import { partitionStart } from "../../contract/partition.js";
import type { Session } from "../account/session.js";
import { conversionOf } from "../loads/conversion.js";
import { describeLoad } from "../loads/executions.js";
import { loadResult } from "../loads/load-result.js";
import { findRunFolder } from "../loads/run-folder.js";
import { type KnownExecution, stateOfExecution } from "./cells.js";
import type { DatasetLoads } from "./known-loads.js";
import { priceOf } from "./list-price.js";

/** Loads that a plot shows. */
export const shownLoads = 30;
const readAtOnce = 4;
/** An answer waits so long for what is being read: mostly it is there then, and the page need not ask again. */
const patienceMs = 250;

type Facts = Pick<TrendPoint, "read" | "written" | "rejected" | "cost">;
const unknown: Facts = { read: null, written: null, rejected: null, cost: null };

/**
 * The last loads of each dataset, for plots. What a load counted and cost does not change after its end, so each is read
 * once, and only those of datasets that somebody looks at: a description counts towards a limit (A2.6).
 */
export class TrendReader {
  readonly #session: Session;
  readonly #contracts: ReadonlyMap<string, Contract>;
  readonly #facts = new Map<string, Facts>();
  readonly #waiting = new Map<string, KnownExecution>();
  #workers = 0;
  #isIdle: Promise<void> = Promise.resolve();
  #becomeIdle: () => void = () => {};

  constructor(session: Session) {
    this.#session = session;
    this.#contracts = new Map(session.project.contracts.map((contract) => [contract.dataset, contract]));
  }

  /** The trends of datasets, as far as they are read; the rest is being read afterwards. */
  async of(datasets: readonly string[], loadsOf: (dataset: string) => DatasetLoads): Promise<readonly Trend[]> {
    const wanted = datasets.flatMap((dataset) => {
      const contract = this.#contracts.get(dataset);
      return contract === undefined ? [] : [{ contract, executions: lastOf(loadsOf(dataset)) }];
    });
    for (const { executions } of wanted) for (const execution of executions) this.#want(execution);
    const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref());
    await Promise.race([this.#isIdle, patience]);
    return wanted.map(({ contract, executions }) => ({
      dataset: contract.dataset,
      points: executions.map((execution) => this.#point(contract, execution)),
      isPending: executions.some((execution) => !this.#facts.has(keyOf(execution))),
    }));
  }

  #point({ timezone }: Contract, execution: KnownExecution): TrendPoint {
    const { name, partition, startDate, stopDate } = execution;
    const ended = stopDate ?? startDate;
    return {
      ...(this.#facts.get(keyOf(execution)) ?? unknown),
      ...{ execution: name, partition, state: stateOfExecution(execution), endedAt: ended.toISOString() },
      seconds: (ended.getTime() - startDate.getTime()) / 1000,
      late: partition === null ? null : (ended.getTime() - Date.parse(partitionStart(partition, timezone))) / 1000,
    };
  }

  #want(execution: KnownExecution): void {
    const key = keyOf(execution);
    if (this.#facts.has(key) || this.#waiting.has(key)) return;
    this.#waiting.set(key, execution);
    if (this.#workers >= readAtOnce) return;
    if (this.#workers === 0) {
      this.#isIdle = new Promise((resolve) => {
        this.#becomeIdle = resolve;
      });
    }
    this.#workers += 1;
    void this.#work();
  }

  async #work(): Promise<void> {
    for (const [key, execution] of this.#waiting) {
      this.#waiting.delete(key);
      // What may not be read, or is gone, stays unknown: the plot has a gap there.
      this.#facts.set(key, await this.#read(execution).catch(() => unknown));
    }
    this.#workers -= 1;
    if (this.#workers === 0) this.#becomeIdle();
  }

  async #read({ arn, source }: KnownExecution): Promise<Facts> {
    const { clients, deployment } = this.#session;
    const execution = await describeLoad(clients, source, arn);
    if (execution === undefined) return unknown;
    const run = await findRunFolder(clients, deployment.bucket(source, "processed"), execution);
    const { counts } = loadResult(execution, { ...execution, counts: run?.report?.counts ?? {} });
    const { read, written, rejected } = counts;
    if (run?.report === undefined) return { read, written, rejected, cost: null };
    const conversion = await conversionOf(this.#session, execution, run.report, undefined);
    return { read, written, rejected, cost: priceOf(conversion) };
  }
}

/** The last that ended, oldest first. */
function lastOf({ executions }: DatasetLoads): readonly KnownExecution[] {
  return executions
    .filter(({ stopDate }) => stopDate !== null)
    .sort((a, b) => a.startDate.getTime() - b.startDate.getTime())
    .slice(-shownLoads);
}

const keyOf = ({ arn, redriveCount }: KnownExecution) => `${arn} ${redriveCount}`;
