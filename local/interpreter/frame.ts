import { FrameFailed, runChildren, startChildren } from "./block-state.js";
import { type CatchingState, isBlockState, isCatching, type State } from "./definition.js";
import { type Failure, StateFailed } from "./failure.js";
import { errorOf, type NewEvent } from "./history.js";
import type { Position, Step } from "./journal.js";
import type { Json } from "./json.js";
import { enter, evaluateGiven, leave, record } from "./leave.js";
import { findCatcher, planRetry } from "./retry.js";
import { evaluatorOf, type Frame, positionOf, type Run } from "./run.js";
import { endWait, runChoice, runFail, runPass, runSucceed, skipPass, sleepUntil, startWait } from "./simple-states.js";
import { performTask, scheduleTask, startTask } from "./task-state.js";

type FailedStep = Extract<Step, { kind: "failed" }>;

/** Runs a frame from where its position stands to its end, one journal record after another; so a frame that is taken
 * up again simply goes on. @throws FrameFailed, Stopped */
export async function runFrame(run: Run, frame: Frame, start: { input: Json; previous: number }): Promise<void> {
  if (run.journal.position(frame.id) === undefined) enterFirst(run, frame, start.input, start.previous);
  for (;;) {
    const position = positionOf(run, frame);
    if (position.step.kind === "finished") return;
    const state = frame.block.states[position.state];
    if (state === undefined) throw new Error(`no state ${position.state}: the definition has changed`);
    try {
      await takeStep(run, frame, state, position);
    } catch (error) {
      if (!(error instanceof StateFailed)) throw error;
      recordFailure(run, frame, state, error);
    }
  }
}

function enterFirst(run: Run, frame: Frame, input: Json, previous: number): void {
  const { event, position } = enter(run, frame, frame.block.startAt, input, previous, run.journal.nextId);
  record(run, frame, { events: [event], positions: { [frame.id]: position } });
}

async function takeStep(run: Run, frame: Frame, state: State, position: Position): Promise<void> {
  const { step } = position;
  switch (step.kind) {
    case "begun":
      return enterFirst(run, frame, position.input, position.last);
    case "reentered":
      return reenter(run, frame, state, position);
    case "skipped":
      return state.type === "Pass" ? skipPass(run, frame, state) : runEntered(run, frame, state);
    case "entered":
      return runEntered(run, frame, state);
    case "waiting":
      return state.type === "Wait" ? endWait(run, frame, state, step.until) : runEntered(run, frame, state);
    case "retrying":
      await sleepUntil(run, frame.signal, step.until);
      return record(run, frame, { positions: { [frame.id]: { step: { kind: "entered" }, children: null } } });
    case "scheduled":
      return state.type === "Task" ? startTask(run, frame, state) : runEntered(run, frame, state);
    case "started":
    case "submitted":
      return state.type === "Task" ? performTask(run, frame, state) : runEntered(run, frame, state);
    case "children":
      return isBlockState(state) ? runChildren(run, frame, state, runFrame) : runEntered(run, frame, state);
    case "succeeded":
      return leaveWithResult(run, frame, state, step.output);
    case "failed":
      return handleFailure(run, frame, state, step);
    case "finished":
      return;
  }
}

async function runEntered(run: Run, frame: Frame, state: State): Promise<void> {
  switch (state.type) {
    case "Pass":
      return runPass(run, frame, state);
    case "Succeed":
      return runSucceed(run, frame, state);
    case "Choice":
      return runChoice(run, frame, state);
    case "Wait":
      return startWait(run, frame, state);
    case "Fail":
      return runFail(run, frame, state);
    case "Task":
      return scheduleTask(run, frame, state);
    case "Parallel":
    case "Map":
      return startChildren(run, frame, state);
  }
}

/** After a redrive a Fail state is entered again, and fails again (A3.6). */
function reenter(run: Run, frame: Frame, state: State, { input, last, variables }: Position): void {
  const { event, position } = enter(run, frame, state.name, input, last, run.journal.nextId);
  record(run, frame, { events: [event], positions: { [frame.id]: { ...position, variables } } });
}

async function leaveWithResult(run: Run, frame: Frame, state: State, result: Json): Promise<void> {
  const given = await evaluateGiven(state, result, evaluatorOf(run, frame, state, { result }));
  leave(run, frame, state, given, "next" in state ? state.next : undefined);
}

/** Notes why a state failed. An expression that could not be evaluated has an event of its own; it follows on what the
 * state itself followed on, unless the state had come further, as in AWS's own histories. */
function recordFailure(run: Run, frame: Frame, state: State, { failure, evaluation }: StateFailed): void {
  const position = positionOf(run, frame);
  const isFinal = position.step.kind === "failed";
  const step = { kind: "failed", failure, isFinal, isAnnounced: false } as const;
  if (evaluation === undefined) {
    record(run, frame, { positions: { [frame.id]: { step } } });
    return;
  }
  const isJustEntered = position.last === position.entered.id && state.type !== "Wait";
  const event: NewEvent = {
    type: "EvaluationFailed",
    details: {
      ...errorOf(failure),
      ...(evaluation.location === undefined ? {} : { location: evaluation.location }),
      state: state.name,
    },
    previous: isJustEntered ? position.entered.previous : position.last,
  };
  record(run, frame, { events: [event], positions: { [frame.id]: { step, last: run.journal.nextId } } });
}

/** Tries again, goes to a catcher, or gives the failure up to the frame's parent. */
async function handleFailure(run: Run, frame: Frame, state: State, step: FailedStep): Promise<void> {
  const position = positionOf(run, frame);
  if (isCatching(state) && !step.isFinal) {
    const plan = planRetry(state, step.failure, position.counters, run.random);
    if (plan !== undefined) {
      const until = run.clock.now() + plan.delayMs;
      const { counters } = plan;
      const patch = { counters, retryCount: position.retryCount + 1, step: { kind: "retrying", until } } as const;
      return record(run, frame, { positions: { [frame.id]: patch } });
    }
    if (await goToCatcher(run, frame, state, step)) return;
  }
  announce(run, frame, state, step);
  throw new FrameFailed(step.failure, positionOf(run, frame).last);
}

async function goToCatcher(run: Run, frame: Frame, state: CatchingState, step: FailedStep): Promise<boolean> {
  const found = findCatcher(state, step.failure);
  if (found === undefined) return false;
  const errorOutput = toErrorOutput(step.failure);
  const given = await evaluateGiven(found.catcher, errorOutput, evaluatorOf(run, frame, state, { errorOutput }));
  announce(run, frame, state, step);
  leave(run, frame, state, given, found.catcher.next);
  return true;
}

/** What a catcher sees. A timeout has an empty cause; what a Fail or a token left out is null. */
function toErrorOutput({ error, cause }: Failure): Json {
  return { Error: error ?? null, Cause: cause ?? (error === "States.Timeout" ? "" : null) };
}

/** MapStateFailed or ParallelStateFailed, once, when the state is not tried again. */
function announce(run: Run, frame: Frame, state: State, step: FailedStep): void {
  if (!isBlockState(state) || step.isAnnounced) return;
  const last = run.journal.nextId;
  const events = [{ type: `${state.type}StateFailed`, previous: positionOf(run, frame).last }];
  record(run, frame, { events, positions: { [frame.id]: { last, step: { ...step, isAnnounced: true } } } });
}
