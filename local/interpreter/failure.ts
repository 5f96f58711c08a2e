/** Why a state failed. `error` and `cause` may be missing: a Fail without them leaves them out. */
export interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Another name that Retry and Catch may match it by: a missed heartbeat is reported as States.Timeout. */
  readonly alias?: string | undefined;
}

/** What a host's `invoke` throws to fail its Task with a name and cause of its own. */
export class TaskFailure extends Error {
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(error: string | undefined, cause: string | undefined) {
    super(`${error ?? "no error name"}: ${cause ?? "no cause"}`);
    this.name = "TaskFailure";
    this.error = error;
    this.cause = cause;
  }
}

/** Ends a state with an error, inside the interpreter. */
export class StateFailed extends Error {
  readonly failure: Failure;
  /** For an expression that could not be evaluated: the field, for the EvaluationFailed event. */
  readonly evaluation: { readonly location: string | undefined } | undefined;

  constructor(failure: Failure, evaluation?: { readonly location: string | undefined }) {
    super(`${failure.error}: ${failure.cause}`);
    this.name = "StateFailed";
    this.failure = failure;
    this.evaluation = evaluation;
  }
}

/** Where a state stands, for the texts of causes. */
export interface Place {
  readonly state: string;
  readonly enteredId: number;
}

/** The beginning that causes of the interpreter's own errors share. */
export function causeAt(place: Place, text: string): string {
  return `An error occurred while executing the state '${place.state}' (entered at the event id #${place.enteredId}). ${text}`;
}

export function evaluationFailed(place: Place, location: string | undefined, text: string): StateFailed {
  return new StateFailed({ error: "States.QueryEvaluationError", cause: causeAt(place, text) }, { location });
}

/** The error of a result that is larger than the service allows (A2.2). */
export function tooLarge(what: string): Failure {
  return {
    error: "States.DataLimitExceeded",
    cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}

const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

/** Error and cause are cut at the API's limits (A4.13). */
export function cut(failure: Failure): Failure {
  return { ...failure, error: failure.error?.slice(0, LONGEST_ERROR), cause: failure.cause?.slice(0, LONGEST_CAUSE) };
}

/** Does an ErrorEquals entry match? States.Runtime never does, not even by name. States.ALL catches a
 * States.DataLimitExceeded too, as recorded executions show, though AWS's page says that it does not (A4.7, A4.8);
 * States.TaskFailed, which no recording shows with it, does not. States.TaskFailed stands for every other error but
 * States.Timeout (A4.6). */
export function matches(pattern: string, failure: Failure): boolean {
  const name = failure.error;
  if (name === "States.Runtime") return false;
  if (pattern === name || (failure.alias !== undefined && pattern === failure.alias)) return true;
  if (pattern === "States.ALL") return true;
  if (name === "States.DataLimitExceeded") return false;
  if (pattern === "States.Timeout") return name === "States.HeartbeatTimeout";
  return pattern === "States.TaskFailed" && name !== "States.Timeout" && name !== "States.HeartbeatTimeout";
}
