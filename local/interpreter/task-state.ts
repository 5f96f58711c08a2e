import type { Resource, TaskState } from "./definition.js";
import { evaluateTemplate } from "./evaluate.js";
import { cut, evaluationFailed, type Failure, StateFailed, tooLarge } from "./failure.js";
import { errorOf, inputOf, type NewEvent, outputOf } from "./history.js";
import type { Attempt, Position } from "./journal.js";
import { type JsonObject, jsonBytes } from "./json.js";
import { LARGEST_PAYLOAD_BYTES, record } from "./leave.js";
import { resourceName } from "./resource.js";
import { evaluatorOf, type Frame, positionOf, type Run } from "./run.js";
import { evaluateSeconds } from "./simple-states.js";
import { attend, type Settled } from "./task-attempt.js";

/** An event of a Task. A Lambda called by its own ARN has events, and details, of its own. */
function eventOf(resource: Resource, moment: string, details: JsonObject): NewEvent {
  if (!resource.isFunction) {
    const names = { resource: resourceName(resource), resourceType: resource.service };
    return { type: `Task${moment}`, details: { ...details, ...names } };
  }
  const type = `LambdaFunction${moment}`;
  return Object.keys(details).length === 0 ? { type } : { type, details };
}

/** Evaluates what the Task is called with, and schedules an attempt. @throws StateFailed */
export async function scheduleTask(run: Run, frame: Frame, state: TaskState): Promise<void> {
  const token = state.resource.pattern === "waitForTaskToken" ? run.makeToken() : null;
  const evaluator = evaluatorOf(run, frame, state, { token });
  const { input, last } = positionOf(run, frame);
  const given = state.arguments === undefined ? input : await evaluateTemplate(state.arguments, "Arguments", evaluator);
  const timeoutSeconds = await evaluateSeconds(state.timeoutSeconds, "TimeoutSeconds", evaluator);
  const heartbeatSeconds = await evaluateSeconds(state.heartbeatSeconds, "HeartbeatSeconds", evaluator);
  if (timeoutSeconds !== null && heartbeatSeconds !== null && heartbeatSeconds >= timeoutSeconds) {
    const text = `The HeartbeatSeconds field must be smaller than TimeoutSeconds, but was: ${heartbeatSeconds}`;
    throw evaluationFailed(evaluator.place, "HeartbeatSeconds", text);
  }
  if (jsonBytes(given) > LARGEST_PAYLOAD_BYTES) throw new StateFailed(tooLarge(state.name));
  const now = run.clock.now();
  const attempt: Attempt = {
    // Event ids are never used twice, so the frame need not be named.
    id: String(run.journal.nextId),
    arguments: given,
    token,
    timeoutAt: timeoutSeconds === null ? null : now + timeoutSeconds * 1000,
    timeoutSeconds,
    heartbeatSeconds,
  };
  const limits = {
    ...(timeoutSeconds === null ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === null ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
  const details = state.resource.isFunction
    ? { ...inputOf(given), resource: state.resource.arn, ...limits }
    : { parameters: JSON.stringify(given), region: run.region, ...limits };
  const patch = { attempt, answer: null, beatAt: now, last: run.journal.nextId, step: { kind: "scheduled" } } as const;
  const events = [{ ...eventOf(state.resource, "Scheduled", details), previous: last }];
  record(run, frame, { events, positions: { [frame.id]: patch } });
}

export function startTask(run: Run, frame: Frame, state: TaskState): void {
  advance(run, frame, eventOf(state.resource, "Started", {}), { step: { kind: "started" } });
}

/** Calls the host, or goes on waiting for what was submitted before a restart, until the Task ends one way or other. */
export async function performTask(run: Run, frame: Frame, state: TaskState): Promise<void> {
  const settled = await attend(run, frame, state, (output) => {
    const event = eventOf(state.resource, "Submitted", outputOf(output));
    advance(run, frame, event, { step: { kind: "submitted", output } });
  });
  frame.signal.throwIfAborted();
  const { event, step } = endingOf(state, settled);
  advance(run, frame, event, { step });
}

function endingOf(state: TaskState, settled: Settled): { event: NewEvent; step: Position["step"] } {
  if (settled.kind === "succeeded" && jsonBytes(settled.output) <= LARGEST_PAYLOAD_BYTES) {
    return {
      event: eventOf(state.resource, "Succeeded", outputOf(settled.output)),
      step: { kind: "succeeded", output: settled.output },
    };
  }
  if (settled.kind === "timedOut") {
    const failure: Failure = {
      error: "States.Timeout",
      cause: undefined,
      ...(settled.isHeartbeat ? { alias: "States.HeartbeatTimeout" } : {}),
    };
    return { event: eventOf(state.resource, "TimedOut", errorOf(failure)), step: failedStep(failure) };
  }
  const { isFunction, arn, service } = state.resource;
  const failure = settled.kind === "failed" ? cut(settled.failure) : tooLarge(isFunction ? arn : service);
  return { event: eventOf(state.resource, "Failed", errorOf(failure)), step: failedStep(failure) };
}

function failedStep(failure: Failure): Position["step"] {
  return { kind: "failed", failure, isFinal: false, isAnnounced: false };
}

function advance(run: Run, frame: Frame, event: NewEvent, patch: Partial<Position>): void {
  const events = [{ ...event, previous: positionOf(run, frame).last }];
  record(run, frame, { events, positions: { [frame.id]: { ...patch, last: run.journal.nextId } } });
}
