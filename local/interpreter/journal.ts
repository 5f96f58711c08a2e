import type { Failure } from "./failure.js";
import { type HistoryEvent, type NewEvent, toHistoryEvent } from "./history.js";
import { isArray, isObject, type Json, type JsonObject } from "./json.js";

/** How a token's task was answered. */
export type Answer =
  | { readonly output: Json }
  | { readonly error: string | undefined; readonly cause: string | undefined };

/** What a Task attempt was called with; it outlives the process. */
export interface Attempt {
  readonly id: string;
  readonly arguments: Json;
  readonly token: string | null;
  /** Epoch ms of its deadline; null: none. */
  readonly timeoutAt: number | null;
  readonly timeoutSeconds: number | null;
  readonly heartbeatSeconds: number | null;
}

/** How far a state has come. */
export type Step =
  | { readonly kind: "begun" | "reentered" | "skipped" | "entered" | "children" }
  | { readonly kind: "waiting" | "retrying"; readonly until: number }
  | { readonly kind: "scheduled" | "started" }
  | { readonly kind: "submitted"; readonly output: Json }
  | { readonly kind: "succeeded"; readonly output: Json }
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      /** Neither retried nor caught: it comes from the catcher itself. */
      readonly isFinal: boolean;
      /** MapStateFailed or ParallelStateFailed is in the history. */
      readonly isAnnounced: boolean;
    }
  | { readonly kind: "finished"; readonly output: Json; readonly exitId: number };

/** The children of a Parallel or Map attempt. */
export interface Children {
  /** Map: one input an iteration; Parallel: one for all branches. */
  readonly inputs: readonly Json[];
  readonly count: number;
  readonly concurrency: number;
  readonly startedId: number;
}

/** Where one frame (the machine, a branch, an iteration) stands. */
export interface Position {
  readonly state: string;
  readonly input: Json;
  /** The frame's own variables, as the present state sees them. */
  readonly variables: JsonObject;
  readonly entered: { readonly id: number; readonly previous: number; readonly at: number };
  /** Retries used, by retrier, and in all. */
  readonly counters: readonly number[];
  readonly retryCount: number;
  /** Id of the frame's latest event. */
  readonly last: number;
  readonly attempt: Attempt | null;
  readonly answer: Answer | null;
  /** Epoch ms of the last heartbeat, or of the attempt's start. */
  readonly beatAt: number;
  readonly children: Children | null;
  readonly step: Step;
}

export type ExecutionStatus = "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** How an execution ended. */
export interface Ending {
  readonly status: ExecutionStatus;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly at: number;
}

/** One atomic step of an execution. The host keeps them in order; from any prefix the execution goes on. */
export interface JournalRecord {
  readonly input?: Json;
  readonly events?: readonly HistoryEvent[];
  /** Members of frames' positions that changed. */
  readonly positions?: Readonly<Record<string, Partial<Position>>>;
  /** Frames below this one are dropped, before `positions` apply. */
  readonly clear?: string;
  readonly ending?: Ending;
  readonly redrive?: { readonly count: number; readonly at: number };
}

/** Tells a record that was read back from what is none. What is inside was written by a Journal. */
export function isJournalRecord(value: unknown): value is JournalRecord {
  if (!isObject(value)) return false;
  const { events, positions, clear, ending } = value;
  const hasEvents = events === undefined || (isArray(events) && events.every(isHistoryEvent));
  const hasPositions = positions === undefined || (isObject(positions) && Object.values(positions).every(isObject));
  const hasEnding = ending === undefined || (isObject(ending) && typeof ending.status === "string");
  return hasEvents && hasPositions && hasEnding && (clear === undefined || typeof clear === "string");
}

function isHistoryEvent(value: unknown): boolean {
  return isObject(value) && typeof value.id === "number" && typeof value.type === "string";
}

/** A change before its events have ids. */
export interface Change extends Omit<JournalRecord, "events"> {
  readonly events?: readonly NewEvent[];
}

/** The execution is at an end, or its process is: nothing more may be recorded. */
export class Stopped extends Error {
  readonly reason: "aborted" | "timedOut" | "failed" | "suspended" | "sibling" | "ended";

  constructor(reason: Stopped["reason"]) {
    super(`stopped: ${reason}`);
    this.name = "Stopped";
    this.reason = reason;
  }
}

/** History limit of A2.1: the last event must be an end. */
export const MOST_EVENTS = 25_000;

/** The history was about to outgrow its limit. */
export class HistoryFull extends Error {
  override readonly name = "HistoryFull";
}

const NOWHERE: Position = {
  state: "",
  input: null,
  variables: {},
  entered: { id: 0, previous: 0, at: 0 },
  counters: [],
  retryCount: 0,
  last: 0,
  attempt: null,
  answer: null,
  beatAt: 0,
  children: null,
  step: { kind: "begun" },
};

/** An execution's records, folded: its history and where each frame stands. */
export class Journal {
  readonly history: HistoryEvent[] = [];
  readonly #frames = new Map<string, Position>();
  readonly #keep: (record: JournalRecord) => void;
  readonly #now: () => number;
  #closed: Stopped | undefined;
  input: Json = {};
  ending: Ending | undefined;
  redrive: { readonly count: number; readonly at: number } | undefined;

  constructor(records: Iterable<JournalRecord>, keep: (record: JournalRecord) => void, now: () => number) {
    this.#keep = keep;
    this.#now = now;
    for (const record of records) this.#apply(record);
  }

  get nextId(): number {
    return this.history.length + 1;
  }

  get startedAt(): number {
    return this.history[0]?.timestamp ?? 0;
  }

  position(frame: string): Position | undefined {
    return this.#frames.get(frame);
  }

  /** Frames directly below a frame, or at any depth. */
  framesBelow(frame: string): readonly string[] {
    return [...this.#frames.keys()].filter((name) => name.startsWith(`${frame}/`));
  }

  /** Attempts whose call may have been made. */
  attemptsUnderWay(): ReadonlySet<string> {
    const ids = [...this.#frames.values()].flatMap(({ attempt, step }) => {
      const isUnderWay = step.kind === "started" || step.kind === "submitted";
      return isUnderWay && attempt !== null ? [attempt.id] : [];
    });
    return new Set(ids);
  }

  /** From here on, append throws. */
  close(reason: Stopped): void {
    this.#closed ??= reason;
  }

  /** Gives the events their ids, hands the record to the host, and takes it over.
   * @throws Stopped, HistoryFull */
  append(change: Change): void {
    if (this.#closed !== undefined) throw this.#closed;
    const events = this.#number(change.events ?? []);
    const isFull = this.history.length + events.length >= MOST_EVENTS;
    if (isFull && change.ending === undefined && events.length > 0) throw new HistoryFull();
    const record: JournalRecord = { ...change, events };
    this.#keep(record);
    this.#apply(record);
  }

  #number(events: readonly NewEvent[]): readonly HistoryEvent[] {
    const first = this.nextId;
    const now = this.#now();
    return events.map((event, index) => toHistoryEvent(event, first + index, event.previous ?? first + index - 1, now));
  }

  #apply(record: JournalRecord): void {
    if (record.input !== undefined) this.input = record.input;
    this.history.push(...(record.events ?? []));
    if (record.clear !== undefined) for (const frame of this.framesBelow(record.clear)) this.#frames.delete(frame);
    for (const [frame, patch] of Object.entries(record.positions ?? {})) {
      this.#frames.set(frame, { ...(this.#frames.get(frame) ?? NOWHERE), ...patch });
    }
    if (record.redrive !== undefined) {
      this.redrive = record.redrive;
      this.ending = undefined;
    }
    if (record.ending !== undefined) this.ending = record.ending;
  }
}
