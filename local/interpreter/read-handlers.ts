import type { Catcher, Retrier } from "./definition.js";
import { isArray } from "./json.js";
import type { Fields } from "./read-fields.js";

const LONGEST_SECONDS = 99_999_999;
const LONGEST_DELAY_SECONDS = 31_622_400;

/** The names of A4.11; another name that begins with `States.` is nobody's. */
export const STATES_ERRORS: ReadonlySet<string> = new Set([
  "States.ALL",
  "States.BranchFailed",
  "States.DataLimitExceeded",
  "States.ExceedToleratedFailureThreshold",
  "States.HeartbeatTimeout",
  "States.Http.Socket",
  "States.IntrinsicFailure",
  "States.ItemReaderFailed",
  "States.NoChoiceMatched",
  "States.ParameterPathFailure",
  "States.Permissions",
  "States.QueryEvaluationError",
  "States.ResultPathMatchFailure",
  "States.ResultWriterFailed",
  "States.Runtime",
  "States.TaskFailed",
  "States.Timeout",
]);

/** Retry: the defaults and limits of A4.2. */
export function readRetry(state: Fields): readonly Retrier[] {
  const entries = state.list("Retry") ?? [];
  return entries.map((fields, index) => {
    const errors = readErrors(fields, index === entries.length - 1);
    const jitter = fields.text("JitterStrategy");
    if (jitter !== undefined && jitter !== "FULL" && jitter !== "NONE") {
      fields.problem("Value must be one of [FULL, NONE]", "JitterStrategy");
    }
    const retrier: Retrier = {
      errors,
      intervalSeconds: fields.number("IntervalSeconds", { min: 1, max: LONGEST_SECONDS }) ?? 1,
      maxAttempts: fields.number("MaxAttempts", { min: 0, max: LONGEST_SECONDS }) ?? 3,
      backoffRate: fields.number("BackoffRate", { min: 1, whole: false }) ?? 2,
      maxDelaySeconds: fields.number("MaxDelaySeconds", { min: 1, max: LONGEST_DELAY_SECONDS }),
      hasJitter: jitter === "FULL",
    };
    fields.finish();
    return retrier;
  });
}

export function readCatch(state: Fields): readonly Catcher[] {
  const entries = state.list("Catch") ?? [];
  return entries.map((fields, index) => {
    const catcher: Catcher = {
      errors: readErrors(fields, index === entries.length - 1),
      next: fields.requiredText("Next"),
      output: fields.template("Output", { errorOutput: true }),
      assign: fields.assign({ errorOutput: true }),
    };
    fields.finish();
    return catcher;
  });
}

function readErrors(fields: Fields, isLast: boolean): readonly string[] {
  const value = fields.at("ErrorEquals");
  if (!isArray(value) || value.length === 0 || !value.every((name) => typeof name === "string")) {
    fields.problem("The field 'ErrorEquals' must be a list of error names, with one at least", "ErrorEquals");
    return [];
  }
  const names = value.filter((name) => typeof name === "string");
  for (const name of names) {
    if (name.startsWith("States.") && !STATES_ERRORS.has(name)) {
      fields.problem(
        `'${name}' is not an error of Step Functions, and other names must not begin with 'States.'`,
        "ErrorEquals",
      );
    }
  }
  if (names.includes("States.ALL") && (names.length > 1 || !isLast)) {
    fields.problem("'States.ALL' must be alone in its ErrorEquals and in the last entry", "ErrorEquals");
  }
  return names;
}
