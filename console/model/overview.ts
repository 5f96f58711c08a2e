import { z } from "zod";
import { BackfillJob, CellState, Row } from "./api.js";

/** What the overview says: what needs a person, what was loaded last, and how each dataset does. */

/** A dataset in one line, without its partitions. */
export const Summary = Row.omit({ cells: true }).extend({
  /** What its partitions that need a person, or run, are; the most urgent. Null when there is none. */
  state: CellState.nullable(),
  /** What the contract's `expect` says, in seconds. */
  expect: z.object({ every: z.int(), within: z.int() }).nullable(),
  /** Since when its schedule is paused; null where it runs, or there is none. */
  pausedAt: z.string().nullable(),
  /** Executions that are known of it. */
  loads: z.int(),
  /** Changes whenever one of its loads begins or ends. */
  revision: z.int(),
});
export type Summary = z.infer<typeof Summary>;

export const troubleKinds = ["failed", "refused", "overdue", "unclaimed"] as const;
export const TroubleKind = z.enum(troubleKinds);
export type TroubleKind = z.infer<typeof TroubleKind>;

/** Something that a person has to act on. */
export const Trouble = z.object({
  dataset: z.string(),
  source: z.string(),
  kind: TroubleKind,
  /** Null where files belong to none yet. */
  partition: z.string().nullable(),
  /** The name of the refusal or failure. */
  error: z.string().nullable(),
  /** When it ended, was raised, or landed; null where nobody noted it. */
  since: z.string().nullable(),
  execution: z.string().nullable(),
  /** Of unclaimed files: how many. */
  files: z.int().nullable(),
});
export type Trouble = z.infer<typeof Trouble>;

/** One execution, as a list has it. */
export const LoadLine = z.object({
  dataset: z.string(),
  source: z.string(),
  partition: z.string().nullable(),
  execution: z.string(),
  state: CellState,
  error: z.string().nullable(),
  startedAt: z.string(),
  seconds: z.number().nullable(),
});
export type LoadLine = z.infer<typeof LoadLine>;

export const Overview = z.object({
  project: z.string(),
  region: z.string(),
  account: z.string(),
  /** The environment's name; null where the project has none. */
  environment: z.string().nullable(),
  isLocal: z.boolean(),
  /** What a command needs, to be typed for the same account: ` --local --project shop`; empty where nothing need be said. */
  flags: z.string(),
  /** Whether the credentials may only look. Then nothing that changes is offered. */
  isReadOnly: z.boolean(),
  now: z.string(),
  /** Loads that are known; older ones may still be on their way. */
  loads: z.int(),
  isComplete: z.boolean(),
  rows: z.array(Summary),
  /** The most urgent first; no more than are sent. */
  troubles: z.array(Trouble),
  counts: z.record(TroubleKind, z.int()),
  running: z.int(),
  /** The newest by their beginning. */
  newest: z.array(LoadLine),
  /** Changes whenever a load began, ended or became better known. */
  revision: z.int(),
  backfills: z.array(BackfillJob),
});
export type Overview = z.infer<typeof Overview>;

/** On the wire: only the rows that changed since a version, and the order of all. */
export const OverviewAnswer = Overview.extend({ version: z.int(), order: z.array(z.string()) });
export type OverviewAnswer = z.infer<typeof OverviewAnswer>;

/** The heat map's rows, in the same way. */
export const MapAnswer = z.object({ rows: z.array(Row), version: z.int(), order: z.array(z.string()) });
export type MapAnswer = z.infer<typeof MapAnswer>;

/** One load of a dataset, for the small plots. */
export const TrendPoint = z.object({
  execution: z.string(),
  partition: z.string().nullable(),
  state: CellState,
  endedAt: z.string(),
  seconds: z.number(),
  /** From the partition's first moment to the end of the load; null where it has no partition. */
  late: z.number().nullable(),
  /** Records. Null until they are known, and where the load never came so far. */
  read: z.number().nullable(),
  written: z.number().nullable(),
  rejected: z.number().nullable(),
  /** US dollars for the conversion by the list price; null where it is not known. */
  cost: z.number().nullable(),
});
export type TrendPoint = z.infer<typeof TrendPoint>;

/** The last loads of a dataset, oldest first. */
export const Trend = z.object({
  dataset: z.string(),
  points: z.array(TrendPoint),
  /** Whether counts of some are still being read. */
  isPending: z.boolean(),
});
export type Trend = z.infer<typeof Trend>;
export const Trends = z.array(Trend);

/** What a list of loads is narrowed to; null and an empty text narrow nothing. */
export const LoadFilter = z.object({
  dataset: z.string().nullable(),
  source: z.string().nullable(),
  owner: z.string().nullable(),
  state: CellState.nullable(),
  /** A part of a dataset's name. */
  text: z.string(),
});
export type LoadFilter = z.infer<typeof LoadFilter>;

/** The newest loads that fit a filter, and whether there are older ones. */
export const NewestLoads = z.object({ loads: z.array(LoadLine), hasMore: z.boolean() });
export type NewestLoads = z.infer<typeof NewestLoads>;
/** Loads of one page, and of all pages that a list shows. */
export const loadsOfPage = 60;
export const mostListed = 600;

/** Whether a dataset is one that a filter leaves. */
export const fitsDataset = (
  { dataset, source, owner, text }: Omit<LoadFilter, "state">,
  row: { readonly dataset: string; readonly source: string; readonly owner: string | null },
): boolean =>
  (dataset === null || row.dataset === dataset) &&
  (source === null || row.source === source) &&
  (owner === null || row.owner === owner) &&
  row.dataset.includes(text.trim().toLowerCase());

/** What a text may mean: loads, the newest first. */
export const Found = z.object({ loads: z.array(LoadLine), looked: z.string() });
export type Found = z.infer<typeof Found>;
