import { describe, expect, test } from "@jest/globals";
import { causeText } from "../../functions/shared/cause-text.js";

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
