import type {
  Attempt,
  BackfillPlan,
  BackfillRequest,
  Pause,
  PauseRequest,
  Rejects,
  RerunDone,
  RerunPlan,
  RerunRequest,
  Row,
  Run,
} from "../model/api.js";
import type { DatasetPage, RowCount } from "../model/dataset-page.js";
import type { LockWait } from "../model/lock-wait.js";
import type { Found, LoadFilter, NewestLoads, Overview, Trend } from "../model/overview.js";
import type { StateDetail } from "../model/state-detail.js";

/** Where the console's data come from, and where its writes go: an account on AWS, a local one, or a test's. */
export interface ConsoleBackend {
  overview(): Promise<Overview>;
  /** The newest loads that fit a filter, however far back they are. */
  newest(filter: LoadFilter, count: number): Promise<NewestLoads>;
  /** Every dataset with the states of its partitions. */
  map(): Promise<readonly Row[]>;
  /** The last loads of datasets, as far as they are read; of an unknown dataset none. */
  trends(datasets: readonly string[]): Promise<readonly Trend[]>;
  /** @throws NotThere */
  dataset(dataset: string): Promise<DatasetPage>;
  /** Counts the rows of a dataset's table now, in the warehouse. @throws NotThere */
  rowCount(dataset: string): Promise<RowCount>;
  /** The loads that a text names: an execution or its beginning, a batch's id, or a file's key. */
  search(text: string): Promise<Found>;
  /** Every load of a partition, the newest first. @throws NotThere */
  attempts(dataset: string, partition: string): Promise<readonly Attempt[]>;
  /** @param execution its name. @throws NotThere */
  run(execution: string): Promise<Run>;
  /** One state of an execution, or of one that it started. @throws NotThere */
  state(executionArn: string, state: string): Promise<StateDetail>;
  /** Whether the SQL that a load of a dataset submitted then, and that still runs, waits for a lock. @throws NotThere */
  lockWait(dataset: string, submittedAt: string): Promise<LockWait>;
  /** The rejected records of a partition as they stand, or of one execution, whatever became of it. @throws NotThere */
  rejects(dataset: string, partition: string, execution: string | null): Promise<Rejects>;
  /** What a rerun would do, without doing it. @throws NotThere, NotPossible */
  planRerun(request: RerunRequest): Promise<RerunPlan>;
  rerun(request: RerunRequest): Promise<RerunDone>;
  /** @throws NotThere, NotPossible */
  planBackfill(request: BackfillRequest): Promise<BackfillPlan>;
  /** Pauses the schedule of a dataset, or says how it was paused already. @throws NotThere, NotPossible */
  pauseSchedule(request: PauseRequest): Promise<Pause>;
  /** @throws NotThere, NotPossible */
  resumeSchedule(dataset: string): Promise<void>;
  /** Begins what was planned; its progress is in the overview. @throws NotThere */
  startBackfill(id: string): Promise<void>;
}

/** What was asked for does not exist. The message says where to look. */
export class NotThere extends Error {
  override readonly name = "NotThere";
}

/** The request cannot be meant so. The message says what to ask for instead. */
export class NotPossible extends Error {
  override readonly name = "NotPossible";
}
