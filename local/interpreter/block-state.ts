import { setMaxListeners } from "node:events";
import { type Block, type BlockState, isBlockState, type MapState } from "./definition.js";
import { type Evaluator, evaluateTemplate, evaluateTyped } from "./evaluate.js";
import { evaluationFailed, type Failure, StateFailed, tooLarge } from "./failure.js";
import type { NewEvent } from "./history.js";
import { type Children, Stopped } from "./journal.js";
import { isArray, type Json, jsonBytes } from "./json.js";
import { LARGEST_PAYLOAD_BYTES, record } from "./leave.js";
import { evaluatorOf, type Frame, positionOf, type Run, variablesOf } from "./run.js";
import { isNumber } from "./simple-states.js";

/** An inline Map runs at most so many iterations at once, whatever it says (A9.1). */
const MOST_AT_ONCE = 40;

/** A frame ended in an error: why, and the frame's last event. */
export class FrameFailed extends Error {
  readonly failure: Failure;
  readonly last: number;

  constructor(failure: Failure, last: number) {
    super(`${failure.error}: ${failure.cause}`);
    this.name = "FrameFailed";
    this.failure = failure;
    this.last = last;
  }
}

/** Runs a frame to its end; given from outside, because frames hold blocks and blocks hold frames.
 * @throws FrameFailed, Stopped */
export type RunFrame = (run: Run, frame: Frame, start: { input: Json; previous: number }) => Promise<void>;

/** Starts an attempt of a Parallel or Map: earlier children are dropped. @throws StateFailed */
export async function startChildren(run: Run, frame: Frame, state: BlockState): Promise<void> {
  const { last } = positionOf(run, frame);
  const planned = state.type === "Map" ? await planMap(run, frame, state) : await planParallel(run, frame, state);
  const startedId = run.journal.nextId;
  const details = state.type === "Map" ? { details: { length: planned.count } } : {};
  const events = [{ type: `${state.type}StateStarted`, ...details, previous: last }];
  const patch = { children: { ...planned, startedId }, last: startedId, step: { kind: "children" } } as const;
  record(run, frame, { events, clear: frame.id, positions: { [frame.id]: patch } });
}

type Plan = Omit<Children, "startedId">;

async function planParallel(run: Run, frame: Frame, state: BlockState & { type: "Parallel" }): Promise<Plan> {
  const { input } = positionOf(run, frame);
  const evaluator = evaluatorOf(run, frame, state);
  const given = state.arguments === undefined ? input : await evaluateTemplate(state.arguments, "Arguments", evaluator);
  return { inputs: [given], count: state.branches.length, concurrency: state.branches.length };
}

function isList(value: Json): value is readonly Json[] {
  return isArray(value);
}

async function planMap(run: Run, frame: Frame, state: MapState): Promise<Plan> {
  const { input } = positionOf(run, frame);
  const evaluator = evaluatorOf(run, frame, state);
  if (state.items === undefined && !isList(input)) {
    throw evaluationFailed(
      evaluator.place,
      undefined,
      `Map state input must be an array but was: ${JSON.stringify(input)}`,
    );
  }
  const items = await evaluateTyped(state.items ?? input, "Items", "array", isList, evaluator);
  const most = await evaluateTyped(state.maxConcurrency ?? 0, "MaxConcurrency", "number", isNumber, evaluator);
  if (!Number.isInteger(most) || most < 0) {
    const text = `The MaxConcurrency field must be an integer that is not negative, but was: ${most}`;
    throw evaluationFailed(evaluator.place, "MaxConcurrency", text);
  }
  await checkTolerance(state, evaluator);
  return { inputs: items, count: items.length, concurrency: most === 0 ? MOST_AT_ONCE : Math.min(most, MOST_AT_ONCE) };
}

/** The texts are those of recorded executions of distributed Maps. @throws StateFailed */
async function checkTolerance(state: MapState, evaluator: Evaluator): Promise<void> {
  const { toleratedFailureCount = 0, toleratedFailurePercentage = 0 } = state;
  const count = await evaluateTyped(toleratedFailureCount, "ToleratedFailureCount", "number", isNumber, evaluator);
  if (count < 0) {
    throw evaluationFailed(evaluator.place, "ToleratedFailureCount", "ToleratedFailureCount cannot be negative.");
  }
  const field = "ToleratedFailurePercentage";
  const percentage = await evaluateTyped(toleratedFailurePercentage, field, "number", isNumber, evaluator);
  if (percentage < 0 || percentage > 100) {
    throw evaluationFailed(evaluator.place, field, "ToleratedFailurePercentage must be between 0 and 100.");
  }
}

/** Runs the children that are not finished. On the first failure the others are aborted.
 * @throws Stopped when the frame itself is stopped */
export async function runChildren(run: Run, frame: Frame, state: BlockState, runFrame: RunFrame): Promise<void> {
  const { children } = positionOf(run, frame);
  if (children === null) throw new Error(`${state.name} runs children before they were planned`);
  const siblings = new AbortController();
  // Up to 40 children listen at once, each with its timers: no leak.
  setMaxListeners(0, siblings.signal);
  const stop = () => siblings.abort(frame.signal.reason);
  if (frame.signal.aborted) stop();
  frame.signal.addEventListener("abort", stop, { once: true });
  const onFailure = (error: unknown, index: number | undefined) => {
    if (siblings.signal.aborted) return;
    siblings.abort(new Stopped("sibling"));
    if (error instanceof FrameFailed) recordFailure(run, frame, state, error, index);
    else throw error;
  };
  const pool = new Pool(run, frame, state, children, { signal: siblings.signal, runFrame, onFailure });
  try {
    await pool.work();
  } finally {
    frame.signal.removeEventListener("abort", stop);
  }
  frame.signal.throwIfAborted();
  if (!siblings.signal.aborted) finishChildren(run, frame, state, children);
}

interface PoolOptions {
  readonly signal: AbortSignal;
  readonly runFrame: RunFrame;
  readonly onFailure: (error: unknown, index: number | undefined) => void;
}

/** Keeps as many children at work as may be at once. */
class Pool {
  readonly #run: Run;
  readonly #frame: Frame;
  readonly #state: BlockState;
  readonly #children: Children;
  readonly #options: PoolOptions;
  readonly #queue: number[];

  constructor(run: Run, frame: Frame, state: BlockState, children: Children, options: PoolOptions) {
    this.#run = run;
    this.#frame = frame;
    this.#state = state;
    this.#children = children;
    this.#options = options;
    const all = Array.from({ length: children.count }, (_, index) => index);
    const kindOf = (index: number) => run.journal.position(`${frame.id}/${index}`)?.step.kind;
    const begun = all.filter((index) => kindOf(index) !== undefined && kindOf(index) !== "finished");
    this.#queue = [...begun, ...all.filter((index) => kindOf(index) === undefined)];
  }

  async work(): Promise<void> {
    const workers = Array.from({ length: Math.min(this.#children.concurrency, this.#queue.length) }, () =>
      this.#worker(),
    );
    const results = await Promise.allSettled(workers);
    for (const result of results) {
      if (result.status === "rejected" && !(result.reason instanceof Stopped)) throw result.reason;
    }
  }

  async #worker(): Promise<void> {
    let previous = this.#lastExit();
    for (let index = this.#queue.shift(); index !== undefined; index = this.#queue.shift()) {
      this.#options.signal.throwIfAborted();
      const child = this.#childOf(index);
      try {
        const input = await this.#begin(child, index, previous);
        await this.#options.runFrame(this.#run, child, { input, previous: this.#children.startedId });
      } catch (error) {
        if (error instanceof Stopped) throw error;
        this.#options.onFailure(error, error instanceof FrameFailed && this.#hasBegun(child) ? index : undefined);
        return;
      }
      const { step } = positionOf(this.#run, child);
      if (step.kind === "finished") previous = step.exitId;
    }
  }

  #hasBegun(child: Frame): boolean {
    return this.#run.journal.position(child.id) !== undefined;
  }

  /** What a new iteration follows on: the exit of the one before it. */
  #lastExit(): number {
    const exits = Array.from({ length: this.#children.count }, (_, index) => {
      const step = this.#run.journal.position(`${this.#frame.id}/${index}`)?.step;
      return step?.kind === "finished" ? step.exitId : 0;
    });
    return Math.max(this.#children.startedId, ...exits);
  }

  #childOf(index: number): Frame {
    const { id } = this.#frame;
    const value = this.#children.inputs[index] ?? null;
    return {
      id: `${id}/${index}`,
      block: blockAt(this.#state, index),
      outer: variablesOf(this.#frame, positionOf(this.#run, this.#frame)),
      iteration: this.#state.type === "Map" ? { index, value, map: this.#state.name } : this.#frame.iteration,
      isIteration: this.#state.type === "Map",
      signal: this.#options.signal,
    };
  }

  /** Announces a Map's iteration; its input may be selected. */
  async #begin(child: Frame, index: number, previous: number): Promise<Json> {
    if (this.#state.type === "Parallel") return this.#children.inputs[0] ?? null;
    const item = this.#children.inputs[index] ?? null;
    if (this.#hasBegun(child)) return item;
    const input = await this.#select(child, item);
    const last = this.#run.journal.nextId;
    const details = { name: this.#state.name, index };
    record(this.#run, child, {
      events: [{ type: "MapIterationStarted", details, previous }],
      positions: { [child.id]: { state: child.block.startAt, input, last, step: { kind: "begun" } } },
    });
    return input;
  }

  async #select(child: Frame, item: Json): Promise<Json> {
    if (this.#state.type !== "Map" || this.#state.itemSelector === undefined) return item;
    const evaluator = evaluatorOf(this.#run, { ...this.#frame, iteration: child.iteration }, this.#state);
    return evaluateTemplate(this.#state.itemSelector, "ItemSelector", evaluator);
  }
}

function blockAt(state: BlockState, index: number): Block {
  const block = state.type === "Map" ? state.processor : state.branches[index];
  if (block === undefined) throw new Error(`${state.name} has no branch ${index}`);
  return block;
}

function recordFailure(
  run: Run,
  frame: Frame,
  state: BlockState,
  failed: FrameFailed,
  index: number | undefined,
): void {
  const { children } = positionOf(run, frame);
  const previous = failed.last;
  const events: NewEvent[] = [];
  if (state.type === "Map" && index !== undefined) {
    events.push({ type: "MapIterationFailed", details: { name: state.name, index }, previous });
  }
  for (let other = 0; other < (children?.count ?? 0); other++) {
    if (other !== index) events.push(...abortEvents(run, frame.id, state, other, previous));
  }
  const step = { kind: "failed", failure: failed.failure, isFinal: false, isAnnounced: false } as const;
  record(run, frame, { events, positions: { [frame.id]: { step, last: previous } } });
}

/** The events of a child that is stopped because another one failed. */
function abortEvents(
  run: Run,
  parent: string,
  state: BlockState,
  index: number,
  previous: number,
): readonly NewEvent[] {
  const id = `${parent}/${index}`;
  const position = run.journal.position(id);
  if (position === undefined || position.step.kind === "finished") return [];
  const events: NewEvent[] = [];
  const at = blockAt(state, index).states[position.state];
  if (at !== undefined && isBlockState(at)) {
    for (let child = 0; child < (position.children?.count ?? 0); child++) {
      events.push(...abortEvents(run, id, at, child, previous));
    }
  }
  const isWaiting = at !== undefined && (isBlockState(at) || at.type === "Task" || at.type === "Wait");
  if (isWaiting && position.step.kind !== "begun") events.push({ type: `${at.type}StateAborted`, previous });
  if (state.type === "Map") {
    events.push({ type: "MapIterationAborted", details: { name: state.name, index }, previous });
  }
  return events;
}

function finishChildren(run: Run, frame: Frame, state: BlockState, children: Children): void {
  let last = children.startedId;
  const output = Array.from({ length: children.count }, (_, index): Json => {
    const position = run.journal.position(`${frame.id}/${index}`);
    if (position?.step.kind !== "finished") throw new Error(`${state.name} ended before its child ${index}`);
    last = Math.max(last, position.last);
    return position.step.output;
  });
  if (jsonBytes(output) > LARGEST_PAYLOAD_BYTES) {
    record(run, frame, { positions: { [frame.id]: { last } } });
    throw new StateFailed(tooLarge(state.name));
  }
  const events = [{ type: `${state.type}StateSucceeded`, previous: last }];
  record(run, frame, { events, positions: { [frame.id]: { last, step: { kind: "succeeded", output } } } });
}
