import type {
  Attempt,
  BackfillJob,
  BackfillPlan,
  BackfillRequest,
  CellState,
  Pause,
  PauseRequest,
  RerunRequest,
  Row,
  Run,
} from "../../console/model/api.js";
import type { DatasetPage, RowCount } from "../../console/model/dataset-page.js";
import type { LockWait } from "../../console/model/lock-wait.js";
import {
  type Found,
  fitsDataset,
  type LoadFilter,
  type NewestLoads,
  type Overview,
  type Trend,
  type Trouble,
} from "../../console/model/overview.js";
import type { StateDetail } from "../../console/model/state-detail.js";
import { byUrgency, countTroubles } from "../../console/model/trouble.js";
import { type ConsoleBackend, NotPossible, NotThere } from "../../console/server/backend.js";
import { isPartition } from "../../contract/partition.js";
import { sampleDataset } from "./sample-dataset.js";
import { fakeRow, linesOf, now, summaryOf, trendOf, troublesOf } from "./sample-rows.js";
import { rejectedRecords, sampleRun } from "./sample-run.js";
import { sampleState } from "./sample-state.js";

/** A source of data without an account; it writes down what it was asked to do. */
export class FakeBackend implements ConsoleBackend {
  rows: readonly Row[] = [];
  backfills: readonly BackfillJob[] = [];
  reruns: readonly RerunRequest[] = [];
  started: readonly string[] = [];
  planned: readonly BackfillRequest[] = [];
  asked = 0;
  /** What every call fails with, when it is set. */
  broken: Error | undefined;
  readonly #firstRows: readonly Row[];
  unclaimed: readonly Trouble[] = [];
  isReadOnly = false;
  /** The schedules that are paused. */
  pauses: ReadonlyMap<string, Pause> = new Map();
  /** The load whose rejects were asked for last. */
  rejectsOf: string | null = null;
  /** Whether what runs waits, and for what was asked last. */
  wait: LockWait = { table: null, holders: [], problem: null };
  locksAskedFor: string | null = null;
  newestAsked = 0;
  /** The loads of a partition, beside that of every other one. */
  sample: Run = sampleRun("failed");

  constructor({ datasets = 12, hours = 168 } = {}) {
    this.#firstRows = Array.from({ length: datasets }, (_, index) => fakeRow(index, hours)).sort((a, b) =>
      a.dataset < b.dataset ? -1 : 1,
    );
    this.reset();
  }

  /** As it was in the beginning. */
  reset(): void {
    this.rows = this.#firstRows;
    [this.unclaimed, this.isReadOnly, this.pauses] = [[], false, new Map()];
    [this.wait, this.newestAsked] = [{ table: null, holders: [], problem: null }, 0];
    [this.backfills, this.reruns, this.started, this.planned, this.asked, this.broken] = [[], [], [], [], 0, undefined];
  }

  setCell(dataset: string, partition: string, state: CellState): void {
    this.rows = this.rows.map((row) =>
      row.dataset === dataset
        ? { ...row, cells: [[partition, state], ...row.cells.filter(([name]) => name !== partition)] }
        : row,
    );
  }

  #check(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  async overview(): Promise<Overview> {
    this.asked += 1;
    this.#check();
    const place = { project: "shop", region: "eu-west-1", account: "000000000000", isLocal: true, environment: null };
    const flags = " --local --project shop";
    const troubles = [...this.rows.flatMap(troublesOf), ...this.unclaimed].sort(byUrgency);
    return {
      ...{ ...place, flags, isReadOnly: this.isReadOnly, now, isComplete: true, backfills: [...this.backfills] },
      loads: this.rows.reduce((sum, { cells }) => sum + cells.length, 0),
      rows: this.rows.map((row) => ({
        ...summaryOf(row),
        pausedAt: this.pauses.get(row.dataset)?.pausedAt ?? null,
      })),
      troubles: troubles.slice(0, 200),
      counts: countTroubles(troubles),
      running: this.rows.flatMap(({ cells }) => cells).filter(([, state]) => state === "running").length,
      newest: this.rows
        .flatMap(linesOf)
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
        .slice(0, 60),
      revision: this.rows.length,
    };
  }

  async newest(filter: LoadFilter, count: number): Promise<NewestLoads> {
    this.#check();
    this.newestAsked += 1;
    const found = this.rows
      .filter((row) => fitsDataset(filter, row))
      .flatMap(linesOf)
      .filter(({ state }) => filter.state === null || state === filter.state)
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    return { loads: found.slice(0, count), hasMore: found.length > count };
  }

  async map(): Promise<readonly Row[]> {
    this.#check();
    return this.rows;
  }

  async trends(datasets: readonly string[]): Promise<readonly Trend[]> {
    this.#check();
    return this.rows.filter(({ dataset }) => datasets.includes(dataset)).map(trendOf);
  }

  async dataset(dataset: string): Promise<DatasetPage> {
    this.#check();
    if (!this.rows.some((row) => row.dataset === dataset)) throw new NotThere(`There is no dataset '${dataset}'.`);
    return sampleDataset(dataset, this.pauses.get(dataset));
  }

  async rowCount(dataset: string): Promise<RowCount> {
    return { table: `shop.${dataset}`, rows: 31_204, at: now };
  }

  async search(text: string): Promise<Found> {
    this.#check();
    return { loads: this.rows.flatMap(linesOf).filter(({ execution }) => execution.includes(text)), looked: "" };
  }

  async attempts(dataset: string, partition: string): Promise<readonly Attempt[]> {
    this.#check();
    if (!this.rows.some((row) => row.dataset === dataset)) throw new NotThere(`There is no dataset '${dataset}'.`);
    const older: Attempt = {
      execution: `${dataset}-${partition.replaceAll(/\D/g, "")}-1a2b3c4d5e6f`,
      batchId: this.sample.attempt.batchId,
      outcome: "failed",
      error: "StatementFailed",
      startedAt: "2026-11-24T21:02:11Z",
      seconds: 64.2,
    };
    return [this.sample.attempt, older];
  }

  async run(execution: string): Promise<Run> {
    this.#check();
    if (execution === "gone") throw new NotThere("There is no execution 'gone'. See: sluice status");
    return { ...this.sample, attempt: { ...this.sample.attempt, execution } };
  }

  async lockWait(_dataset: string, submittedAt: string): Promise<LockWait> {
    this.#check();
    this.locksAskedFor = submittedAt;
    return this.wait;
  }

  async state(_arn: string, state: string): Promise<StateDetail> {
    this.#check();
    return sampleState(state);
  }

  async rejects(_dataset: string, _partition: string, execution: string | null) {
    this.#check();
    this.rejectsOf = execution;
    return { rows: rejectedRecords, total: rejectedRecords.length };
  }

  async planRerun() {
    return {
      way: "redrive" as const,
      why: "it stopped at 'Upsert the rows', and the steps before it are not repeated",
    };
  }

  async rerun(request: RerunRequest) {
    this.reruns = [...this.reruns, request];
    return { ...(await this.planRerun()), execution: request.execution };
  }

  async planBackfill(request: BackfillRequest): Promise<BackfillPlan> {
    const { granularity = "hour" } = this.rows.find(({ dataset }) => dataset === request.dataset) ?? {};
    for (const text of [request.from, request.to]) {
      if (!isPartition(text, granularity))
        throw new NotPossible(`'${text}' is not a partition by ${granularity} (UTC).`);
    }
    this.planned = [...this.planned, request];
    return { id: "plan-1", partitions: 24, found: 22, due: ["2026-11-24T03", "2026-11-24T04"], unsettled: [] };
  }

  async pauseSchedule({ dataset, reason }: PauseRequest): Promise<Pause> {
    const pause = { pausedAt: now, reason };
    this.pauses = new Map([...this.pauses, [dataset, pause]]);
    return pause;
  }

  async resumeSchedule(dataset: string): Promise<void> {
    this.pauses = new Map([...this.pauses].filter(([name]) => name !== dataset));
  }

  async startBackfill(id: string): Promise<void> {
    if (id !== "plan-1") throw new NotThere("There is no such plan.");
    this.started = [...this.started, id];
    const [dataset = ""] = this.planned.map((request) => request.dataset);
    const job = { dataset, from: "2026-11-24T00", to: "2026-11-24T23", due: 2, done: 1 };
    this.backfills = [{ ...job, line: "1/2 2026-11-24T03: loaded, 214 written", isRunning: true }];
  }
}
