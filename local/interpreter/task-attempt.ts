import type { TaskState } from "./definition.js";
import { type Failure, TaskFailure } from "./failure.js";
import type { Answer, Attempt } from "./journal.js";
import { Stopped } from "./journal.js";
import type { Json } from "./json.js";
import { record } from "./leave.js";
import { type Frame, positionOf, type Run, type Task, TaskStopped } from "./run.js";
import { sleepUntil } from "./simple-states.js";

/** How an attempt ended. */
export type Settled =
  | { readonly kind: "succeeded"; readonly output: Json }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "timedOut"; readonly isHeartbeat: boolean };

/** Performs one attempt: the host's call, the token's answer, the timers and the frame's end race each other.
 * @throws the frame's reason when it is stopped */
export async function attend(
  run: Run,
  frame: Frame,
  state: TaskState,
  onSubmitted: (output: Json) => void,
): Promise<Settled> {
  const { attempt } = positionOf(run, frame);
  if (attempt === null) throw new Error(`${state.name} was started without being scheduled`);
  const call = new AbortController();
  const timers = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(frame.signal.reason);
    if (frame.signal.aborted) stop();
    frame.signal.addEventListener("abort", stop, { once: true, signal: timers.signal });
  });
  try {
    const settled = await Promise.race([
      perform(run, frame, state, attempt, { call, onSubmitted }),
      watchTimeout(run, attempt, timers.signal),
      watchHeartbeat(run, frame, attempt, timers.signal),
      stopped,
    ]);
    call.abort(new TaskStopped(settled.kind === "timedOut" ? "timedOut" : "aborted"));
    return settled;
  } catch (error) {
    const isSuspended = error instanceof Stopped && error.reason === "suspended";
    call.abort(new TaskStopped(isSuspended ? "suspended" : "aborted"));
    throw error;
  } finally {
    timers.abort(new TaskStopped("aborted"));
    if (attempt.token !== null) run.tokens.delete(attempt.token);
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

async function watchTimeout(run: Run, attempt: Attempt, signal: AbortSignal): Promise<Settled> {
  if (attempt.timeoutAt === null) return never();
  try {
    await sleepUntil(run, signal, attempt.timeoutAt);
  } catch {
    return never();
  }
  return { kind: "timedOut", isHeartbeat: false };
}

async function watchHeartbeat(run: Run, frame: Frame, attempt: Attempt, signal: AbortSignal): Promise<Settled> {
  if (attempt.heartbeatSeconds === null) return never();
  const allowed = attempt.heartbeatSeconds * 1000;
  try {
    for (let due = positionOf(run, frame).beatAt + allowed; ; ) {
      await sleepUntil(run, signal, due);
      const next = positionOf(run, frame).beatAt + allowed;
      if (next <= due) return { kind: "timedOut", isHeartbeat: true };
      due = next;
    }
  } catch {
    return never();
  }
}

interface Calling {
  readonly call: AbortController;
  readonly onSubmitted: (output: Json) => void;
}

async function perform(
  run: Run,
  frame: Frame,
  state: TaskState,
  attempt: Attempt,
  { call, onSubmitted }: Calling,
): Promise<Settled> {
  const answered = expectAnswer(run, frame, attempt);
  const { step, answer } = positionOf(run, frame);
  // The answer came before the process ended: whatever became of the call that handed on the token, it did its work.
  if (answer !== null) return fromAnswer(answer);
  const isResumed = step.kind === "submitted";
  let isSubmitted = isResumed;
  const submitted = (output: Json) => {
    if (isSubmitted || call.signal.aborted) return;
    isSubmitted = true;
    onSubmitted(output);
  };
  const task = taskOf(run, frame, state, attempt, { signal: call.signal, submitted });
  try {
    const output = await run.invoke({ ...task, resumed: step.kind === "submitted" ? step.output : undefined });
    if (attempt.token === null) return { kind: "succeeded", output };
    submitted(output);
  } catch (error) {
    if (error instanceof Stopped) throw error;
    // Only a token's answer counts more than a failed call: the call reached its goal, and its own answer was lost.
    const { answer: late } = positionOf(run, frame);
    return late === null ? { kind: "failed", failure: failureOf(error) } : fromAnswer(late);
  }
  return fromAnswer(await answered);
}

function fromAnswer(answer: Answer): Settled {
  if ("output" in answer) return { kind: "succeeded", output: answer.output };
  return { kind: "failed", failure: { error: answer.error, cause: answer.cause } };
}

/** The token's answer: recorded at once, so that who gives it may rely on it. */
function expectAnswer(run: Run, frame: Frame, { token }: Attempt): Promise<Answer> {
  const { answer } = positionOf(run, frame);
  if (answer !== null) return Promise.resolve(answer);
  if (token === null) return never();
  return new Promise((resolve) => {
    run.tokens.set(token, {
      answer: (given) => {
        record(run, frame, { positions: { [frame.id]: { answer: given } } });
        run.tokens.delete(token);
        resolve(given);
      },
      beat: () => record(run, frame, { positions: { [frame.id]: { beatAt: run.clock.now() } } }),
    });
  });
}

function taskOf(
  run: Run,
  frame: Frame,
  state: TaskState,
  attempt: Attempt,
  own: Pick<Task, "signal" | "submitted">,
): Omit<Task, "resumed"> {
  const waiting = () => (attempt.token === null ? undefined : run.tokens.get(attempt.token));
  return {
    ...own,
    state: state.name,
    resource: state.resource.arn,
    arguments: attempt.arguments,
    token: attempt.token ?? undefined,
    retryCount: positionOf(run, frame).retryCount,
    attemptId: attempt.id,
    isRepeated: run.resumedAttempts.has(attempt.id),
    timeoutSeconds: attempt.timeoutSeconds ?? undefined,
    heartbeatSeconds: attempt.heartbeatSeconds ?? undefined,
    succeed: (output) => waiting()?.answer({ output }),
    fail: (error, cause) => waiting()?.answer({ error, cause }),
    heartbeat: () => waiting()?.beat(),
  };
}

/** Error and cause of whatever a host's call threw. */
function failureOf(thrown: unknown): Failure {
  if (thrown instanceof TaskFailure) return { error: thrown.error, cause: thrown.cause };
  if (thrown instanceof Error) return { error: thrown.name, cause: thrown.message };
  return { error: "States.TaskFailed", cause: String(thrown) };
}
