import { describe, expect, test } from "@jest/globals";
import { TaskFailure } from "../../interpreter/index.js";
import { brief, machine, run, task } from "./support.js";

const passes = { StartAt: "HandleItem", States: { HandleItem: { Type: "Pass", End: true } } };

/** Orders, ids and previous ids as AWS recorded them for machines of these shapes. */
describe("histories as AWS writes them", () => {
  test("a Map, one at a time", async () => {
    const states = {
      StartState: { Type: "Pass", Output: { arr: [1, 2, 3] }, Next: "MapState" },
      MapState: { Type: "Map", MaxConcurrency: 1, Items: "{% $states.input.arr %}", ItemProcessor: passes, End: true },
    };
    const outcome = await run(machine(states));
    expect(outcome.output).toEqual([1, 2, 3]);
    expect(brief(outcome)).toEqual([
      "1 0 ExecutionStarted",
      "2 0 PassStateEntered",
      "3 2 PassStateExited",
      "4 3 MapStateEntered",
      "5 4 MapStateStarted",
      "6 5 MapIterationStarted",
      "7 6 PassStateEntered",
      "8 7 PassStateExited",
      "9 8 MapIterationSucceeded",
      "10 8 MapIterationStarted",
      "11 10 PassStateEntered",
      "12 11 PassStateExited",
      "13 12 MapIterationSucceeded",
      "14 12 MapIterationStarted",
      "15 14 PassStateEntered",
      "16 15 PassStateExited",
      "17 16 MapIterationSucceeded",
      "18 17 MapStateSucceeded",
      "19 17 MapStateExited",
      "20 19 ExecutionSucceeded",
    ]);
    expect(outcome.history[4]).toMatchObject({ mapStateStartedEventDetails: { length: 3 } });
    expect(outcome.history[13]).toMatchObject({ mapIterationStartedEventDetails: { index: 2, name: "MapState" } });
  });

  test("a Map whose iteration fails, and that is tried again", async () => {
    const fails = {
      StartAt: "F",
      States: { F: { Type: "Fail", Error: "HandleItemFailError", Cause: "HandleItemFailCause" } },
    };
    const states = {
      StartState: { Type: "Pass", Output: [1], Next: "MapState" },
      MapState: {
        Type: "Map",
        MaxConcurrency: 1,
        ItemProcessor: fails,
        Retry: [{ ErrorEquals: ["HandleItemFailError"], MaxAttempts: 1 }],
        End: true,
      },
    };
    const outcome = await run(machine(states));
    expect(brief(outcome).slice(3)).toEqual([
      "4 3 MapStateEntered",
      "5 4 MapStateStarted",
      "6 5 MapIterationStarted",
      "7 6 FailStateEntered",
      "8 7 MapIterationFailed",
      "9 7 MapStateStarted",
      "10 9 MapIterationStarted",
      "11 10 FailStateEntered",
      "12 11 MapIterationFailed",
      "13 11 MapStateFailed",
      "14 13 ExecutionFailed",
    ]);
    expect(outcome).toMatchObject({ status: "FAILED", error: "HandleItemFailError", cause: "HandleItemFailCause" });
  });

  test("Parallel inside Parallel", async () => {
    const inner = {
      Type: "Parallel",
      Branches: [{ StartAt: "L2", States: { L2: { Type: "Pass", End: true } } }],
      End: true,
    };
    const outer = { Type: "Parallel", Branches: [{ StartAt: "P2", States: { P2: inner } }], End: true };
    const outcome = await run(machine({ P1: outer }), { input: [[1, 2, 3]] });
    expect(outcome.output).toEqual([[[[1, 2, 3]]]]);
    expect(brief(outcome)).toEqual([
      "1 0 ExecutionStarted",
      "2 0 ParallelStateEntered",
      "3 2 ParallelStateStarted",
      "4 3 ParallelStateEntered",
      "5 4 ParallelStateStarted",
      "6 5 PassStateEntered",
      "7 6 PassStateExited",
      "8 7 ParallelStateSucceeded",
      "9 7 ParallelStateExited",
      "10 9 ParallelStateSucceeded",
      "11 9 ParallelStateExited",
      "12 11 ExecutionSucceeded",
    ]);
  });

  test("a Parallel that fails: caught, tried again, neither", async () => {
    const branches = [
      { StartAt: "B", States: { B: { Type: "Fail", Error: "FailureType", Cause: "Cause description" } } },
    ];
    const caught = {
      Type: "Parallel",
      Branches: branches,
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
      End: true,
    };
    const withCatch = await run(machine({ P: caught, Caught: { Type: "Pass", End: true } }));
    expect(brief(withCatch).slice(1, 7)).toEqual([
      "2 0 ParallelStateEntered",
      "3 2 ParallelStateStarted",
      "4 3 FailStateEntered",
      "5 4 ParallelStateFailed",
      "6 5 ParallelStateExited",
      "7 6 PassStateEntered",
    ]);
    expect(withCatch.output).toEqual({ Error: "FailureType", Cause: "Cause description" });
    const again = {
      Type: "Parallel",
      Branches: branches,
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }],
      End: true,
    };
    expect(brief(await run(machine({ P: again }))).slice(1)).toEqual([
      "2 0 ParallelStateEntered",
      "3 2 ParallelStateStarted",
      "4 3 FailStateEntered",
      "5 4 ParallelStateStarted",
      "6 5 FailStateEntered",
      "7 6 ParallelStateFailed",
      "8 7 ExecutionFailed",
    ]);
  });

  test("iterations at once: one times out, the others are aborted", async () => {
    const inner = { StartAt: "L", States: { L: task({ TimeoutSeconds: 5 }) } };
    const outcome = await run(
      machine({ MapWait: { Type: "Map", Items: [0, 1, 2], ItemProcessor: inner, End: true } }),
      {
        invoke: ({ arguments: index, signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error(String(index))))),
      },
    );
    const shown = brief(outcome);
    expect(shown.slice(1, 6)).toEqual([
      "2 0 MapStateEntered",
      "3 2 MapStateStarted",
      "4 3 MapIterationStarted",
      "5 3 MapIterationStarted",
      "6 3 MapIterationStarted",
    ]);
    const timedOut = outcome.history.find(({ type }) => type === "TaskTimedOut");
    expect(timedOut?.taskTimedOutEventDetails).toEqual({
      error: "States.Timeout",
      resource: "invoke",
      resourceType: "lambda",
    });
    const from = timedOut?.id ?? 0;
    expect(outcome.history.slice(from).map(({ type, previousEventId }) => `${previousEventId} ${type}`)).toEqual([
      `${from} MapIterationFailed`,
      `${from} TaskStateAborted`,
      `${from} MapIterationAborted`,
      `${from} TaskStateAborted`,
      `${from} MapIterationAborted`,
      `${from} MapStateFailed`,
      `${from + 6} ExecutionFailed`,
    ]);
    expect(outcome.history.at(-1)?.executionFailedEventDetails).toEqual({ error: "States.Timeout" });
  });

  test("a token: scheduled with its limits, submitted, answered", async () => {
    const states = {
      T: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:redshiftdata:batchExecuteStatement.waitForTaskToken",
        Arguments: { StatementName: "{% $states.context.Task.Token %}" },
        TimeoutSeconds: 600,
        HeartbeatSeconds: 120,
        End: true,
      },
    };
    const outcome = await run(machine(states), {
      invoke: async (called) => {
        setImmediate(() => called.succeed({ state: "FINISHED" }));
        expect(called.arguments).toEqual({ StatementName: called.token });
        return { Id: "1" };
      },
    });
    const names = { resource: "batchExecuteStatement.waitForTaskToken", resourceType: "aws-sdk:redshiftdata" };
    expect(brief(outcome).slice(2, 7)).toEqual([
      "3 2 TaskScheduled",
      "4 3 TaskStarted",
      "5 4 TaskSubmitted",
      "6 5 TaskSucceeded",
      "7 6 TaskStateExited",
    ]);
    expect(outcome.history[2]?.taskScheduledEventDetails).toMatchObject({
      ...names,
      timeoutInSeconds: 600,
      heartbeatInSeconds: 120,
    });
    expect(outcome.history[3]?.taskStartedEventDetails).toEqual(names);
    expect(outcome.history[4]?.taskSubmittedEventDetails).toEqual({
      ...names,
      output: '{"Id":"1"}',
      outputDetails: { truncated: false },
    });
    expect(outcome.output).toEqual({ state: "FINISHED" });
  });

  test("a Lambda called by its own ARN has events of its own", async () => {
    const arn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
    const outcome = await run(machine({ L: { Type: "Task", Resource: arn, End: true } }), {
      input: { a: 1 },
      invoke: async () => 2,
    });
    expect(brief(outcome).slice(2, 5)).toEqual([
      "3 2 LambdaFunctionScheduled",
      "4 3 LambdaFunctionStarted",
      "5 4 LambdaFunctionSucceeded",
    ]);
    expect(outcome.history[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      input: '{"a":1}',
      inputDetails: { truncated: false },
      resource: arn,
    });
    expect(outcome.history[3]).not.toHaveProperty("lambdaFunctionStartedEventDetails");
  });

  test("assigned variables are in the exit, as JSON text", async () => {
    const outcome = await run(machine({ Init: { Type: "Pass", Assign: { one: 1, text: "t" }, End: true } }));
    expect(outcome.history[2]?.stateExitedEventDetails).toEqual({
      name: "Init",
      output: "{}",
      outputDetails: { truncated: false },
      assignedVariables: { one: "1", text: '"t"' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  test("a machine that runs out of time is TIMED_OUT", async () => {
    const outcome = await run(machine({ W: { Type: "Wait", Seconds: 7200, End: true } }, { TimeoutSeconds: 3600 }));
    expect([outcome.status, outcome.error, outcome.seconds]).toEqual(["TIMED_OUT", "States.Timeout", 3600]);
    expect(brief(outcome).at(-1)).toBe("3 0 ExecutionTimedOut");
  });

  test("a caught evaluation error after a result follows on the result", async () => {
    const state = task({
      Output: "{% $nope %}",
      Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Output: "caught", Next: "Done" }],
    });
    const outcome = await run(machine({ T: state, Done: { Type: "Succeed" } }), { invoke: async () => 1 });
    expect(brief(outcome).slice(4, 8)).toEqual([
      "5 4 TaskSucceeded",
      "6 5 EvaluationFailed",
      "7 6 TaskStateExited",
      "8 7 SucceedStateEntered",
    ]);
    expect(outcome.output).toBe("caught");
  });

  test("an error of the catcher itself is not caught", async () => {
    const state = task({ Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $nope %}", Next: "Done" }] });
    const outcome = await run(machine({ T: state, Done: { Type: "Succeed" } }), {
      invoke: async () => {
        throw new TaskFailure("Bad", "");
      },
    });
    expect([outcome.status, outcome.error]).toEqual(["FAILED", "States.QueryEvaluationError"]);
  });
});
