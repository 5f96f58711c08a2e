/** The interpreter's public interface. It knows state machines, and nothing of AWS's services: a host performs the Tasks. */
export type { Machine, Resource, State, TaskState } from "./definition.js";
export { blocksOf } from "./definition.js";
export { begin, interpret, type Options, type Outcome, type Running, redrive, resume } from "./execution.js";
export { TaskFailure } from "./failure.js";
export { type Finding, InvalidDefinition } from "./findings.js";
export type { HistoryEvent } from "./history.js";
export {
  type Answer,
  type Ending,
  type ExecutionStatus,
  isJournalRecord,
  Journal,
  type JournalRecord,
  MOST_EVENTS,
  Stopped,
} from "./journal.js";
export { isJson, isJsonObject, type Json, type JsonObject, jsonBytes, parseJson } from "./json.js";
export { LARGEST_PAYLOAD_BYTES } from "./leave.js";
export { readDefinition, validateDefinition } from "./read.js";
export { redriveProblem } from "./redrive.js";
export { readResource } from "./resource.js";
export { type Clock, type Invoke, type Task, TaskStopped } from "./run.js";
