import type { Attempt, BackfillRequest, Overview, RerunRequest, Run } from "../../console/model/api.js";
import { type ConsoleBackend, NotPossible, NotThere } from "../../console/server/backend.js";
import type { Session } from "../account/session.js";
import { planRerun, rerun } from "../commands/rerun.js";
import { resultOf } from "../loads/describe.js";
import { describeLoad } from "../loads/executions.js";
import { findLoad } from "../loads/find-load.js";
import { rejectedRows } from "../loads/rejected-rows.js";
import { nameOf } from "../loads/report-load.js";
import { UsageWrong } from "../output/exit-codes.js";
import { Backfills } from "./backfills.js";
import type { KnownExecution } from "./cells.js";
import { placeOf, readOverdue, rowsOf } from "./overview.js";
import { attemptOf, readRun } from "./read-run.js";
import { ExecutionWatch } from "./watch-executions.js";

/** Rows sent to the page; more of them are read with `sluice rejects --json`. */
const mostRejects = 500;
/** Two pages that look at once share a look. */
const pollEveryMs = 1000;
/** The overdue watch itself looks every quarter of an hour. */
const overdueEveryMs = 60_000;

/** The console's data from an account, on AWS or local, by the calls that the other commands make. */
export class AccountBackend implements ConsoleBackend {
  readonly #session: Session;
  readonly #isLocal: boolean;
  readonly #watch: ExecutionWatch;
  readonly #backfills: Backfills;
  #overview: { readonly at: number; readonly answer: Promise<readonly KnownExecution[]> } | undefined;
  #lastPoll: Promise<unknown> = Promise.resolve();
  #overdue: { readonly at: number; readonly answer: Promise<ReadonlySet<string>> } | undefined;

  constructor(session: Session, isLocal: boolean) {
    this.#session = session;
    this.#isLocal = isLocal;
    this.#watch = new ExecutionWatch(session.clients, session.deployment, session.project.contracts);
    this.#backfills = new Backfills(session);
  }

  async overview(): Promise<Overview> {
    const now = new Date();
    const [executions, overdue] = await Promise.all([this.#executions(), this.#overdueNow()]);
    return {
      ...placeOf(this.#session, this.#isLocal),
      now: now.toISOString(),
      rows: rowsOf(this.#session.project.contracts, executions, overdue, now),
      backfills: [...this.#backfills.jobs],
    };
  }

  async attempts(dataset: string, partition: string): Promise<readonly Attempt[]> {
    this.#contract(dataset);
    const { clients, deployment } = this.#session;
    const found = (await this.#executions())
      .filter((execution) => execution.dataset === dataset && execution.partition === partition)
      .sort((a, b) => b.startDate.getTime() - a.startDate.getTime());
    const attempts = await Promise.all(
      found.map(async ({ source, arn }) => {
        const execution = await describeLoad(clients, source, arn);
        return execution === undefined ? [] : [attemptOf(execution, await resultOf(clients, deployment, execution))];
      }),
    );
    return attempts.flat();
  }

  async run(execution: string): Promise<Run> {
    return readRun(this.#session, await this.#find(execution));
  }

  async rejects(dataset: string, partition: string, batchId: string | null) {
    const contract = this.#contract(dataset);
    const { clients, deployment } = this.#session;
    const all = await rejectedRows(clients, deployment.bucket(contract.source, "processed"), dataset, partition);
    const rows = all.filter(({ batch_id }) => batchId === null || batch_id === batchId);
    return { rows: rows.slice(0, mostRejects), total: rows.length };
  }

  async planRerun({ execution, force }: RerunRequest) {
    const found = await this.#find(execution);
    return foreseen(async () => (await planRerun(this.#session, found, force)).decision);
  }

  async rerun({ execution, force }: RerunRequest) {
    const found = await this.#find(execution);
    const { decision, executionArn } = await foreseen(() => rerun(this.#session, found, force));
    this.#overview = undefined;
    return { ...decision, execution: nameOf(executionArn) };
  }

  async planBackfill(request: BackfillRequest) {
    return foreseen(() => this.#backfills.plan(request, new Date()));
  }

  async startBackfill(id: string): Promise<void> {
    this.#backfills.start(id);
    this.#overview = undefined;
  }

  #contract(dataset: string) {
    const contract = this.#session.project.contracts.find((known) => known.dataset === dataset);
    if (contract === undefined) throw new NotThere(`There is no dataset '${dataset}' in this project.`);
    return contract;
  }

  async #find(execution: string) {
    try {
      return await findLoad(this.#session, execution);
    } catch (error) {
      if (error instanceof UsageWrong) throw new NotThere(error.message);
      throw error;
    }
  }

  #executions(): Promise<readonly KnownExecution[]> {
    const isFresh = this.#overview !== undefined && Date.now() - this.#overview.at < pollEveryMs;
    if (!isFresh || this.#overview === undefined) {
      // One look after the other: the watch is not made for two at once.
      const answer = this.#lastPoll.then(() => this.#watch.update());
      this.#lastPoll = answer.catch(() => {});
      this.#overview = { at: Date.now(), answer };
    }
    return this.#overview.answer;
  }

  #overdueNow(): Promise<ReadonlySet<string>> {
    const isFresh = this.#overdue !== undefined && Date.now() - this.#overdue.at < overdueEveryMs;
    if (!isFresh || this.#overdue === undefined) {
      const answer = readOverdue(this.#session);
      this.#overdue = { at: Date.now(), answer };
      answer.catch(() => {
        this.#overdue = undefined;
      });
    }
    return this.#overdue.answer;
  }
}

/** What the commands call wrong usage is the page's request here. */
async function foreseen<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageWrong) throw new NotPossible(error.message);
    throw error;
  }
}
