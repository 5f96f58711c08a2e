import { z } from "zod";
import { granularities } from "../../contract/partition.js";

/** What the page and its server say to each other. Times are ISO texts in UTC, durations are seconds. */

export const cellStates = ["loaded", "refused", "failed", "running", "overdue", "expected"] as const;
export const CellState = z.enum(cellStates);
export type CellState = z.infer<typeof CellState>;

const Granularity = z.enum(granularities);

/** A dataset, and what became of its partitions: the newest first, those without anything left out. */
export const Row = z.object({
  dataset: z.string(),
  source: z.string(),
  /** Who is asked, as the contract says; null where it says nothing. */
  owner: z.string().nullable(),
  description: z.string(),
  granularity: Granularity,
  cells: z.array(z.tuple([z.string(), CellState])),
  /** The newest partition that is loaded, and when that was. */
  freshness: z.object({ partition: z.string(), loadedAt: z.string() }).nullable(),
});
export type Row = z.infer<typeof Row>;

/** A backfill that this console began. */
export const BackfillJob = z.object({
  dataset: z.string(),
  from: z.string(),
  to: z.string(),
  due: z.int(),
  done: z.int(),
  /** The newest line of its progress. */
  line: z.string(),
  isRunning: z.boolean(),
});
export type BackfillJob = z.infer<typeof BackfillJob>;

export const Outcome = z.enum(["loaded", "already_loaded", "refused", "failed", "running"]);
export type Outcome = z.infer<typeof Outcome>;

/** One execution of load-partition for a partition. */
export const Attempt = z.object({
  execution: z.string(),
  batchId: z.string().nullable(),
  outcome: Outcome,
  error: z.string().nullable(),
  startedAt: z.string(),
  seconds: z.number().nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

/** Newest first. */
export const Attempts = z.array(Attempt);

const count = z.number().nullable();
export const Counts = z.object({
  read: count,
  written: count,
  deduplicated: count,
  rejected: count,
  inserted: count,
  updated: count,
  deleted: count,
  outdated: count,
  removed: count,
});
export type Counts = z.infer<typeof Counts>;

export const StateNode = z.object({ name: z.string(), type: z.string(), comment: z.string().nullable() });
export type StateNode = z.infer<typeof StateNode>;

export const Edge = z.object({ from: z.string(), to: z.string(), kind: z.enum(["next", "choice", "catch"]) });
export type Edge = z.infer<typeof Edge>;

/** One stay in a state. */
export const Visit = z.object({
  state: z.string(),
  startedAt: z.string(),
  /** Null while it lasts. */
  seconds: z.number().nullable(),
  outcome: z.enum(["done", "running", "failed"]),
  error: z.string().nullable(),
});
export type Visit = z.infer<typeof Visit>;

/** An execution on the graph of its machine, with the executions that its states started. */
export interface MachineRun {
  readonly machine: string;
  readonly execution: string;
  readonly arn: string;
  readonly startAt: string;
  readonly nodes: readonly StateNode[];
  readonly edges: readonly Edge[];
  readonly visits: readonly Visit[];
  /** In the order they were started; a state that was tried again has several. */
  readonly children: readonly { readonly state: string; readonly run: MachineRun }[];
}
export const MachineRun: z.ZodType<MachineRun> = z.lazy(() =>
  z.object({
    machine: z.string(),
    execution: z.string(),
    arn: z.string(),
    startAt: z.string(),
    nodes: z.array(StateNode),
    edges: z.array(Edge),
    visits: z.array(Visit),
    children: z.array(z.object({ state: z.string(), run: MachineRun })),
  }),
);

export const Run = z.object({
  attempt: Attempt,
  dataset: z.string(),
  source: z.string(),
  partition: z.string().nullable(),
  message: z.string().nullable(),
  /** What a person does or types next; null when nothing is to be done. */
  next: z.object({ who: z.string(), commands: z.array(z.string()), runbook: z.string() }).nullable(),
  warnings: z.array(z.string()),
  counts: Counts,
  manifest: z.string(),
  revision: z.string().nullable(),
  runFolder: z.string().nullable(),
  files: z.array(
    z.object({ key: z.string(), read: z.int(), written: z.int(), deduplicated: z.int(), rejected: z.int() }),
  ),
  rejectedByCode: z.record(z.string(), z.int()),
  machine: MachineRun,
});
export type Run = z.infer<typeof Run>;

export const RejectedRow = z.object({
  reason: z.string(),
  column: z.string().nullable(),
  rule: z.string().nullable(),
  message: z.string(),
  source_file: z.string(),
  record_number: z.int(),
  /** Null where the contract protects columns. */
  raw: z.string().nullable(),
  raw_truncated: z.boolean(),
  batch_id: z.string(),
  partition: z.string(),
});
export type RejectedRow = z.infer<typeof RejectedRow>;

/** The first rows, and how many there are. */
export const Rejects = z.object({ rows: z.array(RejectedRow), total: z.int() });
export type Rejects = z.infer<typeof Rejects>;

export const RerunRequest = z.strictObject({ execution: z.string().min(1), force: z.boolean() });
export type RerunRequest = z.infer<typeof RerunRequest>;
export const RerunPlan = z.object({ way: z.enum(["redrive", "new execution"]), why: z.string() });
export type RerunPlan = z.infer<typeof RerunPlan>;
export const RerunDone = RerunPlan.extend({ execution: z.string() });
export type RerunDone = z.infer<typeof RerunDone>;

export const BackfillRequest = z.strictObject({
  dataset: z.string().min(1),
  from: z.string().min(1),
  to: z.string().min(1),
  force: z.boolean(),
});
export type BackfillRequest = z.infer<typeof BackfillRequest>;
/** What a backfill would load. It is begun by its id, so that what was confirmed is what runs. */
export const BackfillPlan = z.object({
  id: z.string(),
  partitions: z.int(),
  found: z.int(),
  due: z.array(z.string()),
  unsettled: z.array(z.string()),
});
export type BackfillPlan = z.infer<typeof BackfillPlan>;
export const BackfillStart = z.strictObject({ id: z.string().min(1) });
export const Started = z.object({ started: z.boolean() });

export const PauseRequest = z.strictObject({ dataset: z.string().min(1), reason: z.string().nullable() });
export type PauseRequest = z.infer<typeof PauseRequest>;
export const ResumeRequest = z.strictObject({ dataset: z.string().min(1) });
/** Since when a schedule is paused (ISO), and why, where somebody said so. */
export const Pause = z.object({ pausedAt: z.string(), reason: z.string().nullable() });
export type Pause = z.infer<typeof Pause>;
/** How a schedule stands. */
export const ScheduleState = z.object({ pause: Pause.nullable() });
export type ScheduleState = z.infer<typeof ScheduleState>;

/** What the server answers when it cannot do what was asked; the message ends with the remedy. */
export const Problem = z.object({ error: z.string(), message: z.string() });
export type Problem = z.infer<typeof Problem>;
