import type { Json, JsonObject } from "./json.js";

/** A state machine, read and checked. Templates (Output, Assign, Arguments …) stay as they were written. */
export interface Machine extends Block {
  readonly timeoutSeconds: number | undefined;
}

/** States that belong together: of the machine, of a branch, of a Map's iterations. */
export interface Block {
  readonly startAt: string;
  readonly states: Readonly<Record<string, State>>;
}

interface Common {
  readonly name: string;
  readonly output: Json | undefined;
  readonly assign: JsonObject | undefined;
}

interface Continuing extends Common {
  /** The next state; undefined: the block ends here. */
  readonly next: string | undefined;
}

interface Catching extends Continuing {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends Continuing {
  readonly type: "Pass";
}

export interface TaskState extends Catching {
  readonly type: "Task";
  readonly resource: Resource;
  readonly arguments: Json | undefined;
  readonly timeoutSeconds: number | string | undefined;
  readonly heartbeatSeconds: number | string | undefined;
}

export interface ChoiceRule {
  readonly condition: Json;
  readonly next: string;
  readonly output: Json | undefined;
  readonly assign: JsonObject | undefined;
}

export interface ChoiceState extends Common {
  readonly type: "Choice";
  readonly choices: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface WaitState extends Continuing {
  readonly type: "Wait";
  readonly until:
    | { readonly field: "Seconds"; readonly value: number | string }
    | { readonly field: "Timestamp"; readonly value: string };
}

export interface SucceedState extends Common {
  readonly type: "Succeed";
}

export interface FailState extends Common {
  readonly type: "Fail";
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

export interface ParallelState extends Catching {
  readonly type: "Parallel";
  readonly arguments: Json | undefined;
  readonly branches: readonly Block[];
}

export interface MapState extends Catching {
  readonly type: "Map";
  readonly items: Json | undefined;
  readonly itemSelector: Json | undefined;
  readonly maxConcurrency: number | string | undefined;
  /** AWS takes them on an inline Map, looks at their values, and tolerates nothing (A9.2). */
  readonly toleratedFailureCount: number | string | undefined;
  readonly toleratedFailurePercentage: number | string | undefined;
  readonly processor: Block;
}

export type BlockState = ParallelState | MapState;
export type CatchingState = TaskState | BlockState;
export type State = PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | BlockState;

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly hasJitter: boolean;
}

export interface Catcher {
  readonly errors: readonly string[];
  readonly next: string;
  readonly output: Json | undefined;
  readonly assign: JsonObject | undefined;
}

/** What a Task calls. */
export interface Resource {
  readonly arn: string;
  /** `lambda` with action `function` is a Lambda named by its own ARN; `aws-sdk:<service>` an SDK integration. */
  readonly service: string;
  readonly action: string;
  readonly pattern: "request" | "sync" | "sync:2" | "waitForTaskToken";
  readonly isFunction: boolean;
}

/** True for the states that may retry and catch (A4.1). */
export function isCatching(state: State): state is CatchingState {
  return state.type === "Task" || state.type === "Parallel" || state.type === "Map";
}

export function isBlockState(state: State): state is BlockState {
  return state.type === "Parallel" || state.type === "Map";
}

/** The blocks inside a state. */
export function blocksOf(state: State): readonly Block[] {
  if (state.type === "Parallel") return state.branches;
  return state.type === "Map" ? [state.processor] : [];
}
