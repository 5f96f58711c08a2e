import { randomBytes } from "node:crypto";
import { FrameFailed } from "./block-state.js";
import type { Machine } from "./definition.js";
import type { Failure } from "./failure.js";
import { runFrame } from "./frame.js";
import { errorOf, type HistoryEvent, inputOf } from "./history.js";
import { type Answer, type Ending, HistoryFull, Journal, type JournalRecord, MOST_EVENTS, Stopped } from "./journal.js";
import type { Json, JsonObject } from "./json.js";
import { readDefinition } from "./read.js";
import { planRedrive, redriveProblem } from "./redrive.js";
import { type Clock, type Frame, type Invoke, ROOT, type Run, type WaitingToken } from "./run.js";
import { sleepUntil } from "./simple-states.js";

export interface Options {
  readonly invoke: Invoke;
  readonly clock?: Clock;
  /** What `$states.context` holds of the execution and the machine; `Execution.Input` and the like are filled in. */
  readonly context?: { readonly Execution?: JsonObject; readonly StateMachine?: JsonObject };
  /** Called with each record, before what it says takes effect; when it throws, the execution stops there. */
  readonly journal?: (record: JournalRecord) => void;
  readonly region?: string;
  readonly random?: () => number;
  readonly makeToken?: () => string;
}

export interface Outcome extends Ending {
  readonly history: readonly HistoryEvent[];
}

/** An execution that is under way. */
export interface Running {
  /** Rejects with Stopped after `suspend`, and with what the journal threw. */
  readonly outcome: Promise<Outcome>;
  /** Its history, and where it stands; to be read only. */
  readonly journal: Journal;
  /** Answers the Task that waits for a token. False: none does, any more or at all. */
  readonly answer: (token: string, answer: Answer) => boolean;
  readonly heartbeat: (token: string) => boolean;
  /** StopExecution. */
  readonly abort: (error?: string, cause?: string) => void;
  /** The process ends: nothing more is recorded, what was started stays. */
  readonly suspend: () => void;
}

/** setTimeout's longest wait; what is longer is waited for in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, LONGEST_TIMER_MS));
      signal?.addEventListener("abort", stop, { once: true });
      if (signal?.aborted) stop();
    }),
};

/** Runs a definition from its start to its end. @throws InvalidDefinition */
export async function interpret(definition: unknown, options: Options & { readonly input: Json }): Promise<Outcome> {
  return begin(readDefinition(definition), options).outcome;
}

/** Starts an execution; the first records are in the journal when this returns. */
export function begin(machine: Machine, options: Options & { readonly input: Json }): Running {
  const journal = openJournal([], options);
  const roleArn = options.context?.Execution?.RoleArn;
  const details = { ...inputOf(options.input), ...(typeof roleArn === "string" ? { roleArn } : {}) };
  journal.append({ input: options.input, events: [{ type: "ExecutionStarted", details }] });
  return new Execution(machine, journal, options);
}

/** Takes up an execution whose process ended, from the records it left. */
export function resume(machine: Machine, records: Iterable<JournalRecord>, options: Options): Running {
  return new Execution(machine, openJournal(records, options), options);
}

/** Takes up an execution that failed, was stopped or timed out (A3). @throws Error when it cannot be redriven */
export function redrive(machine: Machine, records: Iterable<JournalRecord>, options: Options): Running {
  const journal = openJournal(records, options);
  const problem = redriveProblem(journal);
  if (problem !== undefined) throw new Error(problem);
  journal.append(planRedrive(machine, journal, (options.clock ?? realClock).now()));
  return new Execution(machine, journal, options);
}

function openJournal(records: Iterable<JournalRecord>, options: Options): Journal {
  const clock = options.clock ?? realClock;
  return new Journal(records, options.journal ?? (() => {}), () => clock.now());
}

class Execution implements Running {
  readonly outcome: Promise<Outcome>;
  readonly #run: Run;
  readonly #machine: Machine;
  readonly #stop = new AbortController();

  constructor(machine: Machine, journal: Journal, options: Options) {
    this.#machine = machine;
    this.#run = {
      journal,
      invoke: options.invoke,
      clock: options.clock ?? realClock,
      random: options.random ?? Math.random,
      makeToken: options.makeToken ?? (() => randomBytes(48).toString("base64url")),
      region: options.region ?? "us-east-1",
      context: contextBase(journal, options),
      tokens: new Map<string, WaitingToken>(),
      resumedAttempts: journal.attemptsUnderWay(),
    };
    this.outcome = this.#perform();
    // Who suspends an execution need not wait for it.
    this.outcome.catch(() => {});
  }

  get journal(): Journal {
    return this.#run.journal;
  }

  answer(token: string, answer: Answer): boolean {
    return this.#tell(token, (waiting) => waiting.answer(answer));
  }

  heartbeat(token: string): boolean {
    return this.#tell(token, (waiting) => waiting.beat());
  }

  #tell(token: string, tell: (waiting: WaitingToken) => void): boolean {
    const waiting = this.#run.tokens.get(token);
    if (waiting === undefined) return false;
    try {
      tell(waiting);
      return true;
    } catch (error) {
      // Its Task was stopped this very moment.
      if (error instanceof Stopped) return false;
      throw error;
    }
  }

  abort(error?: string, cause?: string): void {
    this.#end("aborted", "ExecutionAborted", { error, cause });
  }

  suspend(): void {
    const reason = new Stopped("suspended");
    this.#run.journal.close(reason);
    this.#stop.abort(reason);
  }

  async #perform(): Promise<Outcome> {
    const timer = new AbortController();
    const { journal } = this.#run;
    try {
      if (journal.ending === undefined) {
        void this.#watchTimeout(timer.signal);
        await runFrame(this.#run, this.#rootFrame(), { input: journal.input, previous: 0 });
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      timer.abort(new Stopped("ended"));
    }
    const { ending } = journal;
    if (ending === undefined) throw this.#stop.signal.reason;
    journal.close(new Stopped("ended"));
    return { ...ending, history: journal.history };
  }

  #rootFrame(): Frame {
    return {
      id: ROOT,
      block: this.#machine,
      outer: {},
      iteration: undefined,
      isIteration: false,
      signal: this.#stop.signal,
    };
  }

  #failed(error: unknown): void {
    if (error instanceof FrameFailed) {
      this.#end("failed", "ExecutionFailed", error.failure, error.last);
    } else if (error instanceof HistoryFull) {
      const cause = `The execution reached the maximum number of history events (${MOST_EVENTS}).`;
      this.#end("failed", "ExecutionFailed", { error: "States.Runtime", cause }, this.#run.journal.nextId - 1);
    } else if (!(error instanceof Stopped)) {
      this.#stop.abort(new Stopped("suspended"));
      throw error;
    }
  }

  async #watchTimeout(signal: AbortSignal): Promise<void> {
    const { timeoutSeconds } = this.#machine;
    if (timeoutSeconds === undefined) return;
    const { journal } = this.#run;
    try {
      await sleepUntil(this.#run, signal, (journal.redrive?.at ?? journal.startedAt) + timeoutSeconds * 1000);
    } catch {
      return;
    }
    this.#end("timedOut", "ExecutionTimedOut", { error: "States.Timeout", cause: undefined });
  }

  /** Records an end that is no success, and stops everything. Later ends change nothing. */
  #end(reason: "aborted" | "timedOut" | "failed", type: string, failure: Failure, previous = 0): void {
    const { journal, clock } = this.#run;
    if (journal.ending !== undefined || this.#stop.signal.aborted) return;
    const status = reason === "failed" ? "FAILED" : reason === "aborted" ? "ABORTED" : "TIMED_OUT";
    const { error, cause } = failure;
    const named = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    journal.append({
      events: [{ type, details: errorOf(failure), previous }],
      ending: { status, ...named, at: clock.now() },
    });
    const stopped = new Stopped(reason);
    journal.close(stopped);
    this.#stop.abort(stopped);
  }
}

/** Execution and StateMachine of the context object, with names for those that the host does not give. */
function contextBase(journal: Journal, { context }: Options): Run["context"] {
  return {
    Execution: {
      Id: "arn:aws:states:us-east-1:000000000000:execution:machine:execution",
      Name: "execution",
      RoleArn: "arn:aws:iam::000000000000:role/machine",
      StartTime: new Date(journal.startedAt).toISOString(),
      ...context?.Execution,
    },
    StateMachine: {
      Id: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
      Name: "machine",
      ...context?.StateMachine,
    },
  };
}
