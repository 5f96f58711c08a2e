import { describe, expect, test } from "@jest/globals";
import { causeText, readFailure } from "../../functions/shared/cause-text.js";

describe("the sentence inside a cause", () => {
  test.each([
    [null, "No cause was given."],
    ["plain words", "plain words"],
    [JSON.stringify({ errorType: "X", errorMessage: "lambda said so", trace: [] }), "lambda said so"],
    [
      JSON.stringify({
        Status: "FAILED",
        Error: "GlueJobFailed",
        Cause: JSON.stringify({ ErrorMessage: "out of memory" }),
      }),
      "GlueJobFailed: out of memory",
    ],
    [JSON.stringify({ Error: "E", Cause: JSON.stringify({ Error: "F", Cause: "deep" }) }), "E: F: deep"],
    [JSON.stringify({ other: 1 }), '{"other":1}'],
  ])("%p", (cause, expected) => {
    expect(causeText(cause)).toBe(expected);
  });
});

describe("what an execution failed with", () => {
  const child = (error: string, cause: string) =>
    JSON.stringify({ ExecutionArn: "arn:x", Status: "FAILED", Error: error, Cause: cause });

  test.each([
    ["FileMissing", "a.json is not there.", { error: "FileMissing", message: "a.json is not there." }],
    ["States.TaskFailed", child("StatementFailed", "x: FAILED"), { error: "StatementFailed", message: "x: FAILED" }],
    ["States.TaskFailed", child("States.TaskFailed", child("Deep", "down")), { error: "Deep", message: "down" }],
    ["States.TaskFailed", JSON.stringify({ ErrorMessage: "a job" }), { error: "States.TaskFailed", message: "a job" }],
    [
      "States.TaskFailed",
      `${child("StatementFailed", 'say "why"\n').slice(0, -1)},"Input":"{\\"statements\\":[\\"SELECT`,
      { error: "StatementFailed", message: 'say "why"\n' },
    ],
    ["States.Timeout", null, { error: "States.Timeout", message: "No cause was given." }],
  ])("%s", (error, cause, expected) => {
    expect(readFailure(error, cause)).toEqual(expected);
  });
});
