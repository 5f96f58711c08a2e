import { describe, expect, test } from "@jest/globals";
import { TaskFailure, validateDefinition } from "../../interpreter/index.js";
import { brief, machine, run, task } from "./support.js";

describe("values", () => {
  test.each([
    ["Output", { Type: "Pass", Output: "{% $nope %}", End: true }, "Output"],
    ["a field of Output", { Type: "Pass", Output: { result: "{% $nope %}" }, End: true }, "Output/result"],
    ["a field of Assign", { Type: "Pass", Assign: { result: "{% $nope %}" }, End: true }, "Assign/result"],
    ["Arguments", task({ Arguments: "{% $nope %}" }), "Arguments"],
    ["a field of Arguments", task({ Arguments: { FunctionName: "{% $nope %}" } }), "Arguments/FunctionName"],
  ])("an undefined result is an error in %s", async (_, state, field) => {
    const outcome = await run(machine({ State0: state }));
    expect(outcome.status).toBe("FAILED");
    expect(outcome.error).toBe("States.QueryEvaluationError");
    expect(outcome.cause).toBe(
      `An error occurred while executing the state 'State0' (entered at the event id #2). The JSONata expression '$nope' specified for the field '${field}' returned nothing (undefined).`,
    );
    expect(brief(outcome).slice(2)).toEqual(["3 0 EvaluationFailed", "4 3 ExecutionFailed"]);
    expect(outcome.history[2]?.evaluationFailedEventDetails).toMatchObject({ location: field, state: "State0" });
  });

  test("null is a value, and a legal output", async () => {
    const outcome = await run(machine({ A: { Type: "Pass", Output: null, End: true } }));
    expect([outcome.status, outcome.output]).toEqual(["SUCCEEDED", null]);
  });

  test("the cause counts the events of the states before", async () => {
    const pass = (next: string) => ({ Type: "Pass", Output: {}, Next: next });
    const states = {
      State0: pass("State1"),
      State1: pass("State2"),
      State2: { Type: "Pass", Output: { result: "{% $nope %}" }, End: true },
    };
    const outcome = await run(machine(states));
    expect(outcome.cause).toContain("'State2' (entered at the event id #6)");
    expect(brief(outcome).slice(5)).toEqual(["6 5 PassStateEntered", "7 5 EvaluationFailed", "8 7 ExecutionFailed"]);
  });

  test.each([
    ["1", "number", "1"],
    ["'string'", "string", '"string"'],
    ["true", "boolean", "true"],
    ["{'foo': 'bar'}", "object", '{"foo":"bar"}'],
    ["null", "null", "null"],
  ])("Map Items must be an array: %s", async (expression, type, value) => {
    const map = {
      Type: "Map",
      Items: `{% ${expression} %}`,
      ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } },
      End: true,
    };
    const outcome = await run(machine({ M: map }));
    expect(outcome.cause).toBe(
      `An error occurred while executing the state 'M' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${type}' for value: ${value}`,
    );
    expect(brief(outcome).slice(2)).toEqual(["3 0 EvaluationFailed", "4 3 MapStateFailed", "5 4 ExecutionFailed"]);
  });

  test("a function is no array of Items, and no result at all", async () => {
    const map = {
      Type: "Map",
      Items: "{% function($x){$x} %}",
      ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } },
      End: true,
    };
    const outcome = await run(machine({ M: map }));
    expect(outcome.cause).toMatch(/specified for the field 'Items' returned an unsupported result type\.$/);
  });

  test("a Map without Items says what its input was", async () => {
    const map = { Type: "Map", ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } }, End: true };
    const outcome = await run(machine({ M: map }), { input: { foo: "bar" } });
    expect(outcome.cause).toMatch(/Map state input must be an array but was: \{"foo":"bar"\}$/);
  });

  test("a filter that leaves one element gives no array, unless it is wrapped", async () => {
    const filter = "$states.input[$ > 2]";
    const outcome = await run(
      machine({ A: { Type: "Pass", Output: { bare: `{% ${filter} %}`, wrapped: `{% [${filter}] %}` }, End: true } }),
      { input: [1, 2, 3] },
    );
    expect(outcome.output).toEqual({ bare: 3, wrapped: [3] });
  });

  test.each([
    "2016-12-05 21:29:29Z",
    "2016-12-05T21:29:29",
    "2016-13-05T21:29:29Z",
    "2016-12-05T25:29:29Z",
    "05-12-2016T21:29:29Z",
    "2026-02-30T00:00:00Z",
  ])("a bad Timestamp is a QueryEvaluationError: %s", async (text) => {
    const outcome = await run(machine({ WaitState: { Type: "Wait", Timestamp: "{% $states.input %}", End: true } }), {
      input: text,
    });
    expect(outcome.error).toBe("States.QueryEvaluationError");
    expect(outcome.cause).toBe(
      `An error occurred while executing the state 'WaitState' (entered at the event id #2). The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    );
    expect(brief(outcome).slice(2)).toEqual(["3 2 EvaluationFailed", "4 3 ExecutionFailed"]);
  });

  test("a Fail without Error and Cause leaves both out", async () => {
    const outcome = await run(machine({ F: { Type: "Fail" } }));
    expect(outcome.status).toBe("FAILED");
    expect(outcome).not.toHaveProperty("error");
    expect(outcome).not.toHaveProperty("cause");
    expect(outcome.history.at(-1)?.executionFailedEventDetails).toEqual({});
  });

  test("what is not exactly {% … %} is plain text", async () => {
    const texts = { blanks: " {% x %} ", variable: "$x", path: "$.x", "a.$": "$", format: "States.Format('{}', 1)" };
    const outcome = await run(machine({ A: { Type: "Pass", Output: texts, End: true } }));
    expect(outcome.output).toEqual(texts);
  });
});

describe("errors and variables", () => {
  test.each(["States.ALL", "States.Runtime", "States.TaskFailed"])(
    "States.Runtime is not caught by %s",
    async (name) => {
      const states = {
        T: { ...task(), End: undefined, Next: "Done", Catch: [{ ErrorEquals: [name], Next: "Done" }] },
        Done: { Type: "Succeed" },
      };
      const outcome = await run(machine(JSON.parse(JSON.stringify(states))), {
        invoke: async () => {
          throw new TaskFailure("States.Runtime", "no");
        },
      });
      expect([outcome.status, outcome.error]).toEqual(["FAILED", "States.Runtime"]);
    },
  );

  test("Assign and Output both see the variables as they were before", async () => {
    const states = {
      A: { Type: "Pass", Assign: { x: 1 }, Next: "B" },
      B: { Type: "Pass", Assign: { x: "{% $x + 1 %}", y: "{% $x %}" }, Output: "{% $x %}", Next: "C" },
      C: { Type: "Pass", Output: "{% [$states.input, $x, $y] %}", End: true },
    };
    expect((await run(machine(states))).output).toEqual([1, 2, 1]);
  });

  test("a variable made in Assign does not exist beside it", async () => {
    const outcome = await run(machine({ A: { Type: "Pass", Assign: { x: 1, y: "{% $x %}" }, End: true } }));
    expect(outcome.cause).toMatch(/'\$x' specified for the field 'Assign\/y' returned nothing/);
  });

  test("a variable that the path did not assign is an error where it is read, not null", async () => {
    const states = {
      C: { Type: "Choice", Choices: [{ Condition: "{% $states.input.a %}", Next: "A" }], Default: "R" },
      A: { Type: "Pass", Assign: { x: 1 }, Next: "R" },
      R: { Type: "Pass", Output: "{% $x %}", End: true },
    };
    expect((await run(machine(states), { input: { a: true } })).output).toBe(1);
    expect((await run(machine(states), { input: { a: false } })).error).toBe("States.QueryEvaluationError");
  });

  test("RedriveCount and RetryCount are 0 from the start, RedriveTime is absent", async () => {
    let seen: unknown;
    await run(machine({ T: task({ Arguments: "{% $states.context %}" }) }), {
      invoke: async (called) => {
        seen = called.arguments;
        return null;
      },
    });
    expect(seen).toMatchObject({ Execution: { RedriveCount: 0 }, State: { Name: "T", RetryCount: 0 } });
    expect(seen).not.toHaveProperty("Execution.RedriveTime");
  });

  test("retries repeat Scheduled, Started, Failed inside one StateEntered, and a caught failure exits", async () => {
    const states = {
      T: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["Busy"], Next: "Done" }],
        End: true,
      },
      Done: { Type: "Succeed" },
    };
    const counts: number[] = [];
    const outcome = await run(machine(states), {
      invoke: async ({ retryCount }) => {
        counts.push(retryCount);
        throw new TaskFailure("Busy", "again");
      },
    });
    expect(counts).toEqual([0, 1]);
    expect(brief(outcome)).toEqual([
      "1 0 ExecutionStarted",
      "2 0 TaskStateEntered",
      "3 2 TaskScheduled",
      "4 3 TaskStarted",
      "5 4 TaskFailed",
      "6 5 TaskScheduled",
      "7 6 TaskStarted",
      "8 7 TaskFailed",
      "9 8 TaskStateExited",
      "10 9 SucceedStateEntered",
      "11 10 SucceedStateExited",
      "12 11 ExecutionSucceeded",
    ]);
    expect(outcome.output).toEqual({ Error: "Busy", Cause: "again" });
  });

  test("a JSONPath state in a JSONata machine is refused by name, and so is a JSONPath machine", () => {
    const inside = validateDefinition(machine({ A: { Type: "Pass", QueryLanguage: "JSONPath", End: true } }));
    expect(inside).toEqual([
      {
        code: "SCHEMA_VALIDATION_FAILED",
        message: "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        location: "/States/A",
      },
    ]);
    const whole = validateDefinition({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
    expect(whole[0]?.message).toMatch(/JSONPath is not supported/);
  });
});
