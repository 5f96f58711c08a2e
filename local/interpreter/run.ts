import type { Block, State } from "./definition.js";
import type { Evaluator } from "./evaluate.js";
import type { Answer, Journal, Position } from "./journal.js";
import type { Json, JsonObject } from "./json.js";

/** Time, given from outside. `sleep` rejects with the signal's reason when it is aborted. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** How long a Wait state that says `ms` lasts. Absent: as long. */
  awaited?(ms: number): number;
}

/** Why a Task is over before its call was: its signal's reason. What it started is to be stopped, except after
 * `suspended`: then the process ends, and the next one goes on waiting. */
export class TaskStopped extends Error {
  override readonly name = "TaskStopped";
  readonly reason: "timedOut" | "aborted" | "suspended";

  constructor(reason: TaskStopped["reason"]) {
    super(`the task is over: ${reason}`);
    this.reason = reason;
  }
}

/** A Task as the host performs it. */
export interface Task {
  readonly state: string;
  /** The whole ARN of the Resource. */
  readonly resource: string;
  readonly arguments: Json;
  /** For `.waitForTaskToken`: what is called may answer with it, through `succeed`, `fail`, or Running.answer. */
  readonly token: string | undefined;
  readonly retryCount: number;
  /** Names this attempt among all of the execution, in every process that works at it. */
  readonly attemptId: string;
  /** An earlier process had made the call, and ended before it knew what came of it. */
  readonly isRepeated: boolean;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** What `submitted` was given before the process ended: do not call again, wait for the end of what was started. */
  readonly resumed: Json | undefined;
  /** Aborted, with a TaskStopped, when the Task is over. */
  readonly signal: AbortSignal;
  /** Says that what the Task starts is under way (`.sync`): a TaskSubmitted event, kept over restarts. */
  readonly submitted: (output: Json) => void;
  readonly succeed: (output: Json) => void;
  readonly fail: (error?: string, cause?: string) => void;
  readonly heartbeat: () => void;
}

/** Performs a Task: resolves with its result (with a token: with the answer of the call that handed it on), rejects
 * with a TaskFailure, or any Error, whose name and message become error and cause. */
export type Invoke = (task: Task) => Promise<Json>;

export interface WaitingToken {
  readonly answer: (answer: Answer) => void;
  readonly beat: () => void;
}

/** What the whole execution shares. */
export interface Run {
  readonly journal: Journal;
  readonly invoke: Invoke;
  readonly clock: Clock;
  readonly random: () => number;
  readonly makeToken: () => string;
  readonly region: string;
  /** `Execution` and `StateMachine` of the context object, without what changes. */
  readonly context: { readonly Execution: JsonObject; readonly StateMachine: JsonObject };
  readonly tokens: Map<string, WaitingToken>;
  /** Ids of the attempts that were under way when an earlier process ended. */
  readonly resumedAttempts: ReadonlySet<string>;
}

/** A frame: the machine, a branch or an iteration, and what it sees from outside. */
export interface Frame {
  readonly id: string;
  readonly block: Block;
  /** Variables of the frames around it. */
  readonly outer: JsonObject;
  /** The innermost Map iteration that the frame is in. */
  readonly iteration: { readonly index: number; readonly value: Json; readonly map: string } | undefined;
  /** The frame is that iteration itself, not a branch inside it. */
  readonly isIteration: boolean;
  readonly signal: AbortSignal;
}

export const ROOT = "";

/** The position of a frame that has begun. */
export function positionOf(run: Run, frame: Frame): Position {
  const position = run.journal.position(frame.id);
  if (position === undefined) throw new Error(`frame ${frame.id} has no position`);
  return position;
}

/** All variables that a state sees. */
export function variablesOf(frame: Frame, position: Position): JsonObject {
  return { ...frame.outer, ...position.variables };
}

const HAS_RETRY_COUNT: ReadonlySet<State["type"]> = new Set(["Task", "Parallel", "Map"]);

/** The context object (A5.13). */
export function contextOf(run: Run, frame: Frame, state: State, position: Position, token?: string | null): JsonObject {
  const { redrive, input } = run.journal;
  const { iteration } = frame;
  return {
    Execution: {
      ...run.context.Execution,
      Input: input,
      RedriveCount: redrive?.count ?? 0,
      ...(redrive === undefined ? {} : { RedriveTime: new Date(redrive.at).toISOString() }),
    },
    StateMachine: run.context.StateMachine,
    State: {
      Name: state.name,
      EnteredTime: new Date(position.entered.at).toISOString(),
      ...(HAS_RETRY_COUNT.has(state.type) ? { RetryCount: position.retryCount } : {}),
    },
    ...(token === undefined || token === null ? {} : { Task: { Token: token } }),
    ...(iteration === undefined ? {} : { Map: { Item: { Index: iteration.index, Value: iteration.value } } }),
  };
}

/** What expressions of a state are evaluated with. */
export function evaluatorOf(
  run: Run,
  frame: Frame,
  state: State,
  extra: { readonly result?: Json; readonly errorOutput?: Json; readonly token?: string | null } = {},
): Evaluator {
  const position = positionOf(run, frame);
  return {
    place: { state: state.name, enteredId: position.entered.id },
    sources: { now: () => run.clock.now(), random: run.random },
    scope: {
      variables: variablesOf(frame, position),
      states: {
        input: position.input,
        context: contextOf(run, frame, state, position, extra.token),
        ...(extra.result === undefined ? {} : { result: extra.result }),
        ...(extra.errorOutput === undefined ? {} : { errorOutput: extra.errorOutput }),
      },
    },
  };
}
