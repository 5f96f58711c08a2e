import type { Json, JsonObject } from "./json.js";

/** An event of an execution's history, in the shape of GetExecutionHistory; `timestamp` in milliseconds since 1970. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: JsonObject | undefined;
}

/** An event that has no id yet. `previous` defaults to the event before it in the same record. */
export interface NewEvent {
  readonly type: string;
  readonly details?: JsonObject;
  readonly previous?: number;
}

/** The member of a history event that holds its details. */
function detailsMember(type: string): `${string}EventDetails` {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

export function toHistoryEvent(event: NewEvent, id: number, previousEventId: number, timestamp: number): HistoryEvent {
  const base = { id, previousEventId, timestamp, type: event.type };
  return event.details === undefined ? base : { ...base, [detailsMember(event.type)]: event.details };
}

const NOT_TRUNCATED = { truncated: false } as const;

/** Input of an event: JSON text, as the API has it. */
export function inputOf(input: Json): JsonObject {
  return { input: JSON.stringify(input), inputDetails: NOT_TRUNCATED };
}

export function outputOf(output: Json): JsonObject {
  return { output: JSON.stringify(output), outputDetails: NOT_TRUNCATED };
}

/** Error and cause, left out where there is none. */
export function errorOf(failure: {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}): JsonObject {
  return {
    ...(failure.error === undefined ? {} : { error: failure.error }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  };
}

/** Variables that a state assigned: each as JSON text. */
export function assignedOf(assigned: JsonObject): JsonObject {
  const entries = Object.entries(assigned);
  if (entries.length === 0) return {};
  return {
    assignedVariables: Object.fromEntries(entries.map(([name, value]) => [name, JSON.stringify(value)])),
    assignedVariablesDetails: NOT_TRUNCATED,
  };
}
