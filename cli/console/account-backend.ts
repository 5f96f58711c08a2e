import type { Attempt, BackfillRequest, Pause, PauseRequest, RerunRequest, Row, Run } from "../../console/model/api.js";
import type { DatasetPage, RowCount } from "../../console/model/dataset-page.js";
import type { LockWait } from "../../console/model/lock-wait.js";
import {
  type Found,
  fitsDataset,
  type LoadFilter,
  loadsOfPage,
  type NewestLoads,
  type Overview,
  type Trend,
  type Trouble,
} from "../../console/model/overview.js";
import { byUrgency, countTroubles } from "../../console/model/trouble.js";
import { type ConsoleBackend, NotPossible, NotThere } from "../../console/server/backend.js";
import type { Session } from "../account/session.js";
import { planRerun, rerun } from "../commands/rerun.js";
import { resultOf } from "../loads/describe.js";
import { describeLoad } from "../loads/executions.js";
import { findLoad } from "../loads/find-load.js";
import { rejectedBy, rejectedRows } from "../loads/rejected-rows.js";
import { nameOf } from "../loads/report-load.js";
import type { UnclaimedFile } from "../loads/unclaimed.js";
import { UsageWrong } from "../output/exit-codes.js";
import { pause, resume } from "../schedules/pauses.js";
import { Backfills } from "./backfills.js";
import { countRows, readDatasetPage } from "./dataset-page.js";
import { findInLoads } from "./find.js";
import type { KnownLoads } from "./known-loads.js";
import { readLockWait } from "./lock-wait.js";
import { Looks } from "./looks.js";
import { type DatasetView, DatasetViews, lineOf, nothingMore, placeOf } from "./overview.js";
import { attemptOf, readRun } from "./read-run.js";
import { readStateDetail } from "./state-detail.js";
import { TrendReader } from "./trends.js";

/** Rows sent to the page; more of them are read with `sluice rejects --json`. */
const mostRejects = 500;
const mostTroubles = 200;

/** Where the account is, and what may be done there. */
export interface Place {
  readonly isLocal: boolean;
  readonly environment: string | null;
  /** Nothing that changes is offered, or done. */
  readonly isReadOnly: boolean;
}

/** The console's data from an account, on AWS or local, by the calls that the other commands make. */
export class AccountBackend implements ConsoleBackend {
  readonly #session: Session;
  readonly #place: Place;
  readonly #looks: Looks;
  readonly #views: DatasetViews;
  readonly #trends: TrendReader;
  readonly #backfills: Backfills;
  readonly #datasets: ReadonlySet<string>;

  constructor(session: Session, place: Place) {
    this.#session = session;
    this.#place = place;
    this.#looks = new Looks(session);
    this.#views = new DatasetViews(session.project.contracts);
    this.#trends = new TrendReader(session);
    this.#backfills = new Backfills(session);
    this.#datasets = new Set(session.project.contracts.map(({ dataset }) => dataset));
  }

  async overview(): Promise<Overview> {
    const now = new Date();
    const { loads, views } = await this.#look(now);
    const troubles = [
      ...views.flatMap((view) => view.troubles),
      ...unclaimedTroubles(this.#session, this.#looks.unclaimed()),
    ].sort(byUrgency);
    return {
      ...placeOf(this.#session, this.#place.isLocal),
      environment: this.#place.environment,
      isReadOnly: this.#place.isReadOnly,
      now: now.toISOString(),
      loads: loads.size,
      isComplete: this.#looks.watch.isComplete,
      rows: views.map(({ summary }) => summary),
      troubles: troubles.slice(0, mostTroubles),
      counts: countTroubles(troubles),
      running: loads.running.length,
      newest: loads.newest(this.#datasets, loadsOfPage).map(lineOf),
      revision: loads.revision,
      backfills: [...this.#backfills.jobs],
    };
  }

  async map(): Promise<readonly Row[]> {
    return (await this.#look(new Date())).views.map(({ row }) => row);
  }

  async trends(datasets: readonly string[]): Promise<readonly Trend[]> {
    const loads = await this.#looks.executions();
    return this.#trends.of(datasets, (dataset) => loads.of(dataset));
  }

  async dataset(dataset: string): Promise<DatasetPage> {
    const contract = this.#contract(dataset);
    const loads = await this.#looks.executions();
    return readDatasetPage(this.#session, contract, loads.of(dataset), new Date());
  }

  async rowCount(dataset: string): Promise<RowCount> {
    return countRows(this.#session, this.#contract(dataset), new Date());
  }

  async newest(filter: LoadFilter, count: number): Promise<NewestLoads> {
    const loads = await this.#looks.executions();
    const datasets = new Set(
      this.#session.project.contracts.filter((each) => fitsDataset(filter, each)).map(({ dataset }) => dataset),
    );
    // One more than is asked for tells whether there are more.
    const found = loads.newest(datasets, count + 1, filter.state);
    return { loads: found.slice(0, count).map(lineOf), hasMore: found.length > count };
  }

  async search(text: string): Promise<Found> {
    return findInLoads(text, await this.#looks.executions(), this.#session.project.contracts);
  }

  async #look(now: Date): Promise<{ readonly loads: KnownLoads; readonly views: readonly DatasetView[] }> {
    const [loads, overdue, paused] = await Promise.all([
      this.#looks.executions(),
      this.#looks.overdue(),
      this.#looks.paused(),
    ]);
    return { loads, views: this.#views.at(loads, { overdue, paused }, now) };
  }

  async attempts(dataset: string, partition: string): Promise<readonly Attempt[]> {
    this.#contract(dataset);
    const { clients, deployment } = this.#session;
    const found = (await this.#looks.executions())
      .of(dataset)
      .executions.filter((execution) => execution.partition === partition)
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

  async state(executionArn: string, state: string) {
    return readStateDetail(this.#session, executionArn, state);
  }

  async lockWait(dataset: string, submittedAt: string): Promise<LockWait> {
    return readLockWait(this.#session, this.#contract(dataset), new Date(submittedAt));
  }

  async rejects(dataset: string, partition: string, execution: string | null) {
    const contract = this.#contract(dataset);
    const { clients, deployment } = this.#session;
    const bucket = deployment.bucket(contract.source, "processed");
    const rows =
      execution === null
        ? await rejectedRows(clients, bucket, dataset, partition)
        : await rejectedBy(clients, bucket, await this.#find(execution));
    return { rows: rows.slice(0, mostRejects), total: rows.length };
  }

  async planRerun({ execution, force }: RerunRequest) {
    const found = await this.#find(execution);
    return foreseen(async () => (await planRerun(this.#session, found, force)).decision);
  }

  async rerun({ execution, force }: RerunRequest) {
    this.#mayChange();
    const found = await this.#find(execution);
    const { decision, executionArn } = await foreseen(() => rerun(this.#session, found, force));
    this.#looks.lookAgain();
    return { ...decision, execution: nameOf(executionArn) };
  }

  async planBackfill(request: BackfillRequest) {
    return foreseen(() => this.#backfills.plan(request, new Date()));
  }

  async pauseSchedule({ dataset, reason }: PauseRequest): Promise<Pause> {
    const contract = this.#contract(dataset);
    this.#mayChange();
    const made = { pausedAt: new Date().toISOString(), reason };
    const before = await foreseen(() => pause(this.#session, contract, made));
    this.#looks.lookAgain();
    return before ?? made;
  }

  async resumeSchedule(dataset: string): Promise<void> {
    const contract = this.#contract(dataset);
    this.#mayChange();
    await foreseen(() => resume(this.#session, contract));
    this.#looks.lookAgain();
  }

  async startBackfill(id: string): Promise<void> {
    this.#mayChange();
    this.#backfills.start(id);
    this.#looks.lookAgain();
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

  /** @throws NotPossible */
  #mayChange(): void {
    if (this.#place.isReadOnly) {
      throw new NotPossible(
        "This console is read-only (--read-only). Use the command line, or start your own console.",
      );
    }
  }
}

/** Of each dataset the files that wait for a marker, as one. */
function unclaimedTroubles({ project }: Session, files: readonly UnclaimedFile[]): readonly Trouble[] {
  return project.contracts.flatMap(({ dataset, source }): Trouble[] => {
    const own = files.filter((file) => file.dataset === dataset);
    const since = own.map(({ landed }) => landed).sort()[0];
    if (since === undefined) return [];
    return [{ ...nothingMore, dataset, source, kind: "unclaimed", partition: null, since, files: own.length }];
  });
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
