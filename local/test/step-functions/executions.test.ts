import { describe, expect, test } from "@jest/globals";
import { machine, machineArn, openAccount } from "./support.js";

const pass = machine({ A: { Type: "Pass", Output: "{% $states.input %}", End: true } });
const wait = machine({ W: { Type: "Wait", Seconds: 3600, End: true } });
const stateMachineArn = machineArn("m");

describe("StartExecution", () => {
  test("runs to its end; DescribeExecution tells", async () => {
    const { call, ended } = openAccount({ m: pass });
    const started = await call("StartExecution", { stateMachineArn, name: "one", input: '{"a":1}' });
    expect(started.executionArn).toBe("arn:aws:states:eu-west-1:000000000000:execution:m:one");
    expect(await ended(String(started.executionArn))).toEqual({
      executionArn: started.executionArn,
      stateMachineArn,
      name: "one",
      status: "SUCCEEDED",
      startDate: started.startDate,
      stopDate: expect.any(Date),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  test("the same name and input while it runs is the same execution", async () => {
    const { call, account } = openAccount({ m: wait });
    const release = account.clock.hold?.();
    const first = await call("StartExecution", { stateMachineArn, name: "one", input: '{"a":1}' });
    expect(await call("StartExecution", { stateMachineArn, name: "one", input: '{"a":1}' })).toEqual(first);
    await expect(call("StartExecution", { stateMachineArn, name: "one", input: '{"a": 1}' })).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
      message: "Execution Already Exists: 'arn:aws:states:eu-west-1:000000000000:execution:m:one'",
    });
    release?.();
  });

  test("the same name after it ended is refused, for 90 days", async () => {
    const { call, ended, clock } = openAccount({ m: pass });
    const { executionArn } = await call("StartExecution", { stateMachineArn, name: "one" });
    await ended(String(executionArn));
    await expect(call("StartExecution", { stateMachineArn, name: "one" })).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
    });
    await clock.sleep(90 * 24 * 3600 * 1000);
    await call("StartExecution", { stateMachineArn, name: "one", input: '"again"' });
    expect(await ended(String(executionArn))).toMatchObject({ output: '"again"' });
  });

  test.each(["2026-11-24T05:00:00Z", "a b", "a/b", "", "x".repeat(81), "tab\t", "a#b", "q?"])(
    "name %j is refused",
    async (name) => {
      const { call } = openAccount({ m: pass });
      await expect(call("StartExecution", { stateMachineArn, name })).rejects.toMatchObject({ name: "InvalidName" });
    },
  );

  test.each(["not JSON", "", "{'a':1}", `"${"x".repeat(262_144)}"`])("input is refused: %j", async (input) => {
    const { call } = openAccount({ m: pass });
    await expect(call("StartExecution", { stateMachineArn, input })).rejects.toMatchObject({
      name: "InvalidExecutionInput",
    });
  });

  test("an unknown machine and a text that is no ARN are told apart", async () => {
    const { call } = openAccount({ m: pass });
    await expect(call("StartExecution", { stateMachineArn: machineArn("no") })).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
    await expect(call("StartExecution", { stateMachineArn: "m" })).rejects.toMatchObject({ name: "InvalidArn" });
    const none = "arn:aws:states:eu-west-1:000000000000:execution:m:none";
    await expect(call("DescribeExecution", { executionArn: none })).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
      message: `Execution Does Not Exist: '${none}'`,
    });
  });

  test("each change of status is an event", async () => {
    const { call, ended, events } = openAccount({ m: pass });
    const { executionArn } = await call("StartExecution", { stateMachineArn, name: "one", input: "{}" });
    await ended(String(executionArn));
    expect(events.map(({ source, detailType, resources }) => [source, detailType, resources])).toEqual([
      ["aws.states", "Step Functions Execution Status Change", [executionArn]],
      ["aws.states", "Step Functions Execution Status Change", [executionArn]],
    ]);
    expect(events.map(({ detail }) => [detail.status, detail.input, detail.output])).toEqual([
      ["RUNNING", "{}", null],
      ["SUCCEEDED", "{}", "{}"],
    ]);
  });
});

test("an event that is refused is reported, and the execution ends all the same", async () => {
  const reported: unknown[] = [];
  const opened = openAccount(
    { m: pass },
    { report: (problem) => reported.push(problem), emit: async () => Promise.reject(new Error("bus gone")) },
  );
  const { executionArn } = await opened.call("StartExecution", { stateMachineArn });
  expect(await opened.ended(String(executionArn))).toMatchObject({ status: "SUCCEEDED" });
  expect(reported.map(String)).toEqual([
    expect.stringContaining("status event of arn:"),
    expect.stringContaining("status event of arn:"),
  ]);
});

describe("history and lists", () => {
  test("the history comes in pages, forwards and backwards, with and without data", async () => {
    const { call, ended } = openAccount({ m: pass });
    const { executionArn } = await call("StartExecution", { stateMachineArn, input: "[1]" });
    await ended(String(executionArn));
    const first = await call("GetExecutionHistory", { executionArn, maxResults: 3 });
    const second = await call("GetExecutionHistory", { executionArn, maxResults: 3, nextToken: first.nextToken });
    expect(second).toMatchObject({
      events: [{ id: 4, previousEventId: 3, type: "ExecutionSucceeded", timestamp: expect.any(Date) }],
    });
    expect(second).not.toHaveProperty("nextToken");
    const reversed = await call("GetExecutionHistory", {
      executionArn,
      reverseOrder: true,
      maxResults: 1,
      includeExecutionData: false,
    });
    expect(reversed.events).toEqual([
      expect.objectContaining({ id: 4, executionSucceededEventDetails: { outputDetails: { truncated: false } } }),
    ]);
    await expect(call("GetExecutionHistory", { executionArn, nextToken: "x" })).rejects.toMatchObject({
      name: "InvalidToken",
    });
  });

  test("ListExecutions: newest first, by status, in pages", async () => {
    const { call, ended, clock } = openAccount({ m: pass, f: machine({ F: { Type: "Fail", Error: "No" } }) });
    for (const name of ["a", "b", "c"]) {
      const { executionArn } = await call("StartExecution", { stateMachineArn, name });
      await ended(String(executionArn));
      await clock.sleep(1000);
    }
    const page = await call("ListExecutions", { stateMachineArn, maxResults: 2 });
    const rest = await call("ListExecutions", { stateMachineArn, maxResults: 2, nextToken: page.nextToken });
    expect([page.executions, rest.executions]).toMatchObject([
      [{ name: "c" }, { name: "b" }],
      [{ name: "a", status: "SUCCEEDED" }],
    ]);
    expect(await call("ListExecutions", { stateMachineArn, statusFilter: "FAILED" })).toEqual({ executions: [] });
    expect(await call("ListStateMachines", {})).toMatchObject({
      stateMachines: [{ name: "f" }, { name: "m", type: "STANDARD" }],
    });
  });
});

describe("StopExecution", () => {
  test("ends it as ABORTED, with error and cause, at once", async () => {
    const { call, account, events } = openAccount({ m: wait });
    const release = account.clock.hold?.();
    const { executionArn } = await call("StartExecution", { stateMachineArn });
    await call("StopExecution", { executionArn, error: "Enough", cause: "by hand" });
    expect(await call("DescribeExecution", { executionArn })).toMatchObject({
      status: "ABORTED",
      error: "Enough",
      cause: "by hand",
      redriveStatus: "REDRIVABLE",
    });
    const history = await call("GetExecutionHistory", { executionArn });
    expect(history.events).toMatchObject([
      { id: 1 },
      { id: 2 },
      {
        id: 3,
        previousEventId: 0,
        type: "ExecutionAborted",
        executionAbortedEventDetails: { error: "Enough", cause: "by hand" },
      },
    ]);
    expect(events.at(-1)?.detail.status).toBe("ABORTED");
    release?.();
  });
});
