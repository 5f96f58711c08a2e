import { isBlockState, type State } from "./definition.js";
import { type Evaluator, evaluateTemplate } from "./evaluate.js";
import { StateFailed, tooLarge } from "./failure.js";
import { assignedOf, inputOf, type NewEvent, outputOf } from "./history.js";
import type { Change } from "./journal.js";
import { type Json, type JsonObject, jsonBytes } from "./json.js";
import { type Frame, positionOf, ROOT, type Run, variablesOf } from "./run.js";

/** Service limits of payloads and variables (A2.2, A5.10). */
export const LARGEST_PAYLOAD_BYTES = 262_144;
const LARGEST_STORE_BYTES = 10 * 1024 * 1024;

/** What a state gives when it is left: both parts see the variables as they were before it (A5.9). */
export interface Given {
  readonly output: Json;
  readonly assigned: JsonObject;
}

/** Evaluates Output and Assign. @throws StateFailed */
export async function evaluateGiven(
  templates: { readonly output: Json | undefined; readonly assign: JsonObject | undefined },
  fallback: Json,
  evaluator: Evaluator,
): Promise<Given> {
  const assigned: Record<string, Json> = {};
  for (const [name, template] of Object.entries(templates.assign ?? {})) {
    assigned[name] = await evaluateTemplate(template, `Assign/${name}`, evaluator);
  }
  const output =
    templates.output === undefined ? fallback : await evaluateTemplate(templates.output, "Output", evaluator);
  return { output, assigned };
}

/** Leaves a state: its exit, and in the same record the entry into the next state or the frame's end. */
export function leave(run: Run, frame: Frame, state: State, given: Given, next: string | undefined): void {
  const position = positionOf(run, frame);
  const variables = { ...position.variables, ...given.assigned };
  checkSizes(state, given, { ...variablesOf(frame, position), ...given.assigned });
  const exitId = run.journal.nextId;
  const exit: NewEvent = {
    type: `${state.type}StateExited`,
    details: { name: state.name, ...outputOf(given.output), ...assignedOf(given.assigned) },
    previous: position.last,
  };
  const clear = isBlockState(state) ? { clear: frame.id } : {};
  if (next === undefined) {
    record(run, frame, { ...clear, ...end(run, frame, given.output, exit, exitId) });
    return;
  }
  const entry = enter(run, frame, next, given.output, exitId, exitId + 1);
  const patch = { ...entry.position, variables };
  record(run, frame, { ...clear, events: [exit, entry.event], positions: { [frame.id]: patch } });
}

/** Appends for a frame, unless somebody has stopped it. */
export function record(run: Run, frame: Frame, change: Change): void {
  frame.signal.throwIfAborted();
  run.journal.append(change);
}

/** The entry into a state, as event and position. */
export function enter(run: Run, frame: Frame, name: string, input: Json, previous: number, id: number) {
  const state = frame.block.states[name];
  if (state === undefined) throw new Error(`no state ${name}: the definition was not checked`);
  const event: NewEvent = { type: `${state.type}StateEntered`, details: { name, ...inputOf(input) }, previous };
  const position = {
    state: name,
    input,
    entered: { id, previous, at: run.clock.now() },
    counters: [],
    retryCount: 0,
    last: id,
    attempt: null,
    answer: null,
    children: null,
    step: { kind: "entered" },
  } as const;
  return { event, position };
}

function end(run: Run, frame: Frame, output: Json, exit: NewEvent, exitId: number): Change {
  const step = { kind: "finished", output, exitId } as const;
  if (frame.id === ROOT) {
    const success: NewEvent = { type: "ExecutionSucceeded", details: outputOf(output), previous: exitId };
    return {
      events: [exit, success],
      positions: { [frame.id]: { step, last: exitId } },
      ending: { status: "SUCCEEDED", output, at: run.clock.now() },
    };
  }
  if (frame.iteration === undefined || !frame.isIteration)
    return { events: [exit], positions: { [frame.id]: { step, last: exitId } } };
  const { index, map } = frame.iteration;
  const success: NewEvent = { type: "MapIterationSucceeded", details: { name: map, index }, previous: exitId };
  return { events: [exit, success], positions: { [frame.id]: { step, last: exitId + 1 } } };
}

function checkSizes(state: State, { output, assigned }: Given, variables: JsonObject): void {
  const isTooLarge =
    jsonBytes(output) > LARGEST_PAYLOAD_BYTES ||
    jsonBytes(assigned) > LARGEST_PAYLOAD_BYTES ||
    (Object.keys(assigned).length > 0 && jsonBytes(variables) > LARGEST_STORE_BYTES);
  if (isTooLarge) throw new StateFailed(tooLarge(state.name));
}
