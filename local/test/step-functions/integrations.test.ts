import { describe, expect, test } from "@jest/globals";
import { AwsError, type Shape } from "../../call/call.js";
import { VirtualClock } from "../../call/virtual-clock.js";
import { bytes, eventTypes, runTask } from "./run-task.js";
import { machine, machineArn, type Others, openAccount, START } from "./support.js";

describe("lambda:invoke", () => {
  const task = {
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: "f", Payload: { given: "{% $states.input %}" } },
  };

  test("gives the payload parsed, beside the status", async () => {
    const Invoke = async (input: Shape) => ({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      Payload: bytes({ got: JSON.parse(String(input.Payload)) }),
    });
    const { output, calls } = await runTask(task, { lambda: { Invoke } }, { input: 5 });
    expect(output).toMatchObject({
      ExecutedVersion: "$LATEST",
      StatusCode: 200,
      Payload: { got: { given: 5 } },
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    const made = calls.find(({ service }) => service === "lambda");
    expect(made).toMatchObject({
      operation: "Invoke",
      input: { FunctionName: "f", InvocationType: "RequestResponse" },
      principal: { arn: "arn:aws:iam::000000000000:role/machine-role", kind: "role" },
    });
  });

  test("an error of the function has its class name, and its answer as cause", async () => {
    const answer = { errorType: "SchemaDrift", errorMessage: "column gone", trace: ["at x"] };
    const Invoke = async () => ({ StatusCode: 200, FunctionError: "Unhandled", Payload: bytes(answer) });
    const { described } = await runTask(task, { lambda: { Invoke } });
    expect(described).toMatchObject({ status: "FAILED", error: "SchemaDrift", cause: JSON.stringify(answer) });
  });

  test.each([
    ["TooManyRequestsException", 429, "Lambda.TooManyRequestsException"],
    ["ResourceNotFoundException", 404, "Lambda.ResourceNotFoundException"],
    ["ServiceException", 500, "Lambda.ServiceException"],
    ["AccessDeniedException", 403, "Lambda.AWSLambdaException"],
    ["SdkClientException", 500, "Lambda.SdkClientException"],
  ])("%s of the service is %s %s", async (name, statusCode, expected) => {
    const Invoke = async () => {
      throw new AwsError(name, "no", { statusCode });
    };
    expect((await runTask(task, { lambda: { Invoke } })).described.error).toBe(expected);
  });

  test("a member that Step Functions does not know is States.Runtime", async () => {
    const { described } = await runTask({ ...task, Arguments: { FunctionName: "f", payload: 1 } }, {});
    expect(described).toMatchObject({
      error: "States.Runtime",
      cause: expect.stringContaining("'payload' is not supported"),
    });
  });
});

describe("glue:startJobRun", () => {
  function glue(states: readonly string[], more: Shape = {}) {
    const made: string[] = [];
    let asked = 0;
    const others: Others = {
      glue: {
        StartJobRun: async () => {
          made.push("StartJobRun");
          return { JobRunId: "jr_1" };
        },
        GetJobRun: async () => {
          const JobRunState = states[Math.min(asked++, states.length - 1)];
          return { JobRun: { Id: "jr_1", JobRunState, StartedOn: new Date(START), ...more } };
        },
        BatchStopJobRun: async (input) => {
          made.push(`BatchStopJobRun ${JSON.stringify(input)}`);
          return {};
        },
      },
    };
    return { others, made };
  }
  const sync = {
    Resource: "arn:aws:states:::glue:startJobRun.sync",
    Arguments: { JobName: "job", Arguments: { "--a": "b" } },
  };

  test("without .sync: the run's id and the job's name", async () => {
    const { others } = glue(["RUNNING"]);
    const { output } = await runTask({ ...sync, Resource: "arn:aws:states:::glue:startJobRun" }, others);
    expect(output).toEqual({ JobRunId: "jr_1", JobName: "job" });
  });

  test(".sync: the JobRun as it ended, times in epoch milliseconds", async () => {
    const { others } = glue(["STARTING", "RUNNING", "SUCCEEDED"]);
    const account = await runTask(sync, others);
    expect(account.output).toEqual({ Id: "jr_1", JobName: "job", JobRunState: "SUCCEEDED", StartedOn: START });
    expect(await eventTypes(account, account.executionArn)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  test.each(["FAILED", "TIMEOUT", "ERROR", "EXPIRED"])(
    "a run that ended as %s is States.TaskFailed, the JobRun its cause",
    async (state) => {
      const { others } = glue([state], { ErrorMessage: "it broke" });
      const { described } = await runTask(sync, others);
      expect(described.error).toBe("States.TaskFailed");
      expect(JSON.parse(String(described.cause))).toMatchObject({
        JobRunState: state,
        ErrorMessage: "it broke",
        JobName: "job",
      });
    },
  );

  test("a stopped run is a result that has to be looked at", async () => {
    expect((await runTask(sync, glue(["STOPPED"]).others)).output).toMatchObject({ JobRunState: "STOPPED" });
  });

  test("errors of the start have Glue's names", async () => {
    for (const [name, expected] of [
      ["ConcurrentRunsExceededException", "Glue.ConcurrentRunsExceededException"],
      ["ThrottlingException", "Glue.AWSGlueException"],
    ] as const) {
      const StartJobRun = async () => {
        throw new AwsError(name, "no");
      };
      expect((await runTask(sync, { glue: { StartJobRun } })).described.error).toBe(expected);
    }
  });

  test("throttling while it waits passes", async () => {
    const { others } = glue(["SUCCEEDED"]);
    let asked = 0;
    const GetJobRun = async (input: Shape, context: Parameters<NonNullable<Others["glue"]>[string]>[1]) => {
      if (asked++ < 3) throw new AwsError("ThrottlingException", "Rate exceeded");
      return others.glue?.GetJobRun?.(input, context) ?? {};
    };
    expect((await runTask(sync, { glue: { ...others.glue, GetJobRun } })).output).toMatchObject({
      JobRunState: "SUCCEEDED",
    });
  });

  test("a Task that times out stops the run", async () => {
    const { others, made } = glue(["RUNNING"]);
    const { described } = await runTask({ ...sync, TimeoutSeconds: 60 }, others);
    expect(described.error).toBe("States.Timeout");
    expect(made).toEqual(["StartJobRun", 'BatchStopJobRun {"JobName":"job","JobRunIds":["jr_1"]}']);
  });
});

describe("states:startExecution", () => {
  const child = machine({ C: { Type: "Pass", Output: { twice: "{% $states.input.n * 2 %}" }, End: true } });
  const broken = machine({ F: { Type: "Fail", Error: "SomeFailure", Cause: "why" } });
  const start = (suffix: string, name: string, more: object = {}) => ({
    Resource: `arn:aws:states:::states:startExecution${suffix}`,
    Arguments: { StateMachineArn: machineArn(name), Name: "child", Input: { n: 4 }, ...more },
  });

  test(".sync:2 gives the child's output as JSON, .sync as text", async () => {
    const two = await runTask(start(".sync:2", "child"), {}, { machines: { child } });
    expect(two.output).toEqual({
      ExecutionArn: "arn:aws:states:eu-west-1:000000000000:execution:child:child",
      StateMachineArn: machineArn("child"),
      Name: "child",
      Status: "SUCCEEDED",
      StartDate: expect.any(Number),
      StopDate: expect.any(Number),
      Input: { n: 4 },
      InputDetails: { Included: true },
      Output: { twice: 8 },
      OutputDetails: { Included: true },
    });
    const one = await runTask(start(".sync", "child"), {}, { machines: { child } });
    expect(one.output).toMatchObject({ Input: '{"n":4}', Output: '{"twice":8}' });
  });

  test("without .sync it only starts", async () => {
    const { output } = await runTask(start("", "child"), {}, { machines: { child } });
    expect(output).toMatchObject({
      ExecutionArn: expect.stringMatching(/:execution:child:child$/),
      StartDate: expect.any(Number),
    });
    expect(output).not.toHaveProperty("Output");
  });

  test("a child that fails is States.TaskFailed with its description as cause", async () => {
    const { described } = await runTask(start(".sync:2", "broken"), {}, { machines: { broken } });
    expect(described.error).toBe("States.TaskFailed");
    expect(JSON.parse(String(described.cause))).toMatchObject({
      Status: "FAILED",
      Error: "SomeFailure",
      Cause: "why",
      Input: { n: 4 },
    });
  });

  test("names that are taken, machines that are none", async () => {
    const first = await runTask(start(".sync:2", "child"), {}, { machines: { child } });
    await first
      .call("StartExecution", { stateMachineArn: machineArn("m"), name: "again" })
      .then(({ executionArn }) => first.ended(String(executionArn)));
    const again = await first.call("DescribeExecution", {
      executionArn: "arn:aws:states:eu-west-1:000000000000:execution:m:again",
    });
    expect(again.error).toBe("StepFunctions.ExecutionAlreadyExistsException");
    const none = await runTask(start(".sync:2", "none"), {});
    expect(none.described).toMatchObject({
      error: "StepFunctions.StateMachineDoesNotExistException",
      cause: expect.stringMatching(
        /^State Machine Does Not Exist: .* \(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; /,
      ),
    });
  });

  test("the child is stopped when the parent is, and when its Task times out", async () => {
    const slow = machine({ W: { Type: "Wait", Seconds: 9999, End: true } });
    const arn = "arn:aws:states:eu-west-1:000000000000:execution:slow:child";
    const timedOut = await runTask({ ...start(".sync:2", "slow"), TimeoutSeconds: 60 }, {}, { machines: { slow } });
    expect(await timedOut.ended(arn)).toMatchObject({ status: "ABORTED" });
    const account = openAccount(
      { slow, m: machine({ T: { Type: "Task", End: true, ...start(".sync:2", "slow") } }) },
      { clock: new VirtualClock(START) },
    );
    const release = account.clock.hold();
    const { executionArn } = await account.call("StartExecution", { stateMachineArn: machineArn("m") });
    while (!(await eventTypes(account, String(executionArn))).includes("TaskSubmitted"))
      await new Promise((resolve) => setImmediate(resolve));
    await account.call("StopExecution", { executionArn });
    expect(await account.ended(arn)).toMatchObject({ status: "ABORTED" });
    release();
  });
});
