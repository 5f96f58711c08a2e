import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from "./definition.js";
import { evaluateTyped } from "./evaluate.js";
import { causeAt, evaluationFailed, StateFailed } from "./failure.js";
import type { Json } from "./json.js";
import { evaluateGiven, leave, record } from "./leave.js";
import { evaluatorOf, type Frame, positionOf, type Run } from "./run.js";

const LONGEST_SECONDS = 99_999_999;
/** ISO 8601 with `T` and an offset, as Wait takes it. */
const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

export function isText(value: Json): value is string {
  return typeof value === "string";
}

export function isNumber(value: Json): value is number {
  return typeof value === "number";
}

function isFlag(value: Json): value is boolean {
  return typeof value === "boolean";
}

export async function runPass(run: Run, frame: Frame, state: PassState): Promise<void> {
  const given = await evaluateGiven(state, positionOf(run, frame).input, evaluatorOf(run, frame, state));
  leave(run, frame, state, given, state.next);
}

/** After a redrive a Pass is left without being run (A3.5). */
export function skipPass(run: Run, frame: Frame, state: PassState): void {
  leave(run, frame, state, { output: positionOf(run, frame).input, assigned: {} }, state.next);
}

export async function runSucceed(run: Run, frame: Frame, state: SucceedState): Promise<void> {
  const given = await evaluateGiven(state, positionOf(run, frame).input, evaluatorOf(run, frame, state));
  leave(run, frame, state, given, undefined);
}

/** The first rule whose Condition is true; its own Output and Assign count, the state's only for Default. */
export async function runChoice(run: Run, frame: Frame, state: ChoiceState): Promise<void> {
  const evaluator = evaluatorOf(run, frame, state);
  const { input } = positionOf(run, frame);
  for (const [index, rule] of state.choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    if (!(await evaluateTyped(rule.condition, field, "boolean", isFlag, evaluator))) continue;
    leave(run, frame, state, await evaluateGiven(rule, input, evaluator), rule.next);
    return;
  }
  if (state.default === undefined) {
    const cause = causeAt(evaluator.place, "No rule of the Choice matched, and it has no Default.");
    throw new StateFailed({ error: "States.NoChoiceMatched", cause });
  }
  leave(run, frame, state, await evaluateGiven(state, input, evaluator), state.default);
}

/** Begins to wait: until when stands in the journal, so that a restart does not wait anew. */
export async function startWait(run: Run, frame: Frame, state: WaitState): Promise<void> {
  const now = run.clock.now();
  const waitMs = (await waitUntil(run, frame, state)) - now;
  // A pace is for seconds of waiting for something; a point in time comes when it comes.
  const isPaced = state.until.field === "Seconds";
  const until = now + ((isPaced ? run.clock.awaited?.(waitMs) : undefined) ?? waitMs);
  record(run, frame, { positions: { [frame.id]: { step: { kind: "waiting", until } } } });
}

async function waitUntil(run: Run, frame: Frame, state: WaitState): Promise<number> {
  const evaluator = evaluatorOf(run, frame, state);
  const { field, value } = state.until;
  if (field === "Seconds") {
    const seconds = await evaluateTyped(value, field, "number", isNumber, evaluator);
    if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_SECONDS)
      return run.clock.now() + seconds * 1000;
    const text = `The Seconds field must be an integer between 0 and ${LONGEST_SECONDS}, but was: ${seconds}`;
    throw evaluationFailed(evaluator.place, field, text);
  }
  const timestamp = await evaluateTyped(value, field, "string", isText, evaluator);
  const time = parseTime(timestamp);
  if (time !== undefined) return time;
  const text = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`;
  throw evaluationFailed(evaluator.place, field, text);
}

/** Epoch ms; undefined when it is no time, or one that the calendar does not have. */
function parseTime(text: string): number | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const isReal =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= new Date(Date.UTC(year, month, 0)).getUTCDate() &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  const time = Date.parse(text);
  return isReal && Number.isFinite(time) ? time : undefined;
}

export async function endWait(run: Run, frame: Frame, state: WaitState, until: number): Promise<void> {
  await sleepUntil(run, frame.signal, until);
  const given = await evaluateGiven(state, positionOf(run, frame).input, evaluatorOf(run, frame, state));
  leave(run, frame, state, given, state.next);
}

export async function sleepUntil(run: Run, signal: AbortSignal, until: number): Promise<void> {
  signal.throwIfAborted();
  // A clock may wake early, when the wait is longer than its longest.
  for (let left = until - run.clock.now(); left > 0; left = until - run.clock.now())
    await run.clock.sleep(left, signal);
}

/** Error and Cause stay out where the state has none. */
export async function runFail(run: Run, frame: Frame, state: FailState): Promise<never> {
  const evaluator = evaluatorOf(run, frame, state);
  const text = (template: string | undefined, field: string) =>
    template === undefined ? undefined : evaluateTyped(template, field, "string", isText, evaluator);
  const error = await text(state.error, "Error");
  const cause = await text(state.cause, "Cause");
  throw new StateFailed({ error, cause });
}

/** A number of seconds that may be an expression. @throws StateFailed */
export async function evaluateSeconds(
  value: number | string | undefined,
  field: string,
  evaluator: ReturnType<typeof evaluatorOf>,
): Promise<number | null> {
  if (value === undefined) return null;
  const seconds = await evaluateTyped(value, field, "number", isNumber, evaluator);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS) return seconds;
  const text = `The ${field} field must be an integer between 1 and ${LONGEST_SECONDS}, but was: ${seconds}`;
  throw evaluationFailed(evaluator.place, field, text);
}
