import { describe, expect, test } from "@jest/globals";
import type { Shape } from "../../call/call.js";
import { machine, machineArn, openAccount } from "./support.js";

const stateMachineArn = machineArn("m");
const task = machine({
  T: {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: "f" },
    Output: "{% $states.result.Payload %}",
    End: true,
  },
});

/** A function that fails so many times, and then answers. */
function flaky(failures: number) {
  let calls = 0;
  const Invoke = async (): Promise<Shape> => {
    const isBad = calls++ < failures;
    return {
      StatusCode: 200,
      ...(isBad ? { FunctionError: "Unhandled" } : {}),
      Payload: Buffer.from(isBad ? '{"errorType":"Broken"}' : '"good"'),
    };
  };
  return openAccount({ m: task }, { others: { lambda: { Invoke } } });
}

async function failed(failures: number) {
  const account = flaky(failures);
  const started = await account.call("StartExecution", { stateMachineArn, name: "one" });
  const executionArn = String(started.executionArn);
  expect(await account.ended(executionArn)).toMatchObject({
    status: "FAILED",
    error: "Broken",
    redriveStatus: "REDRIVABLE",
    redriveCount: 0,
  });
  return { ...account, executionArn };
}

describe("RedriveExecution", () => {
  test("goes on under the same ARN; events and descriptions count", async () => {
    const { call, ended, executionArn, events } = await failed(1);
    const { redriveDate } = await call("RedriveExecution", { executionArn });
    expect(await ended(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      output: '"good"',
      redriveCount: 1,
      redriveDate,
      redriveStatus: "NOT_REDRIVABLE",
    });
    expect(events.map(({ detail }) => [detail.status, detail.redriveCount])).toEqual([
      ["RUNNING", 0],
      ["FAILED", 0],
      ["RUNNING", 1],
      ["SUCCEEDED", 1],
    ]);
    const listed = await call("ListExecutions", { stateMachineArn, redriveFilter: "REDRIVEN" });
    expect(listed.executions).toMatchObject([{ name: "one", status: "SUCCEEDED", redriveCount: 1 }]);
    expect(await call("ListExecutions", { stateMachineArn, redriveFilter: "NOT_REDRIVEN" })).toEqual({
      executions: [],
    });
  });

  test("the same client token within 15 minutes is the same redrive", async () => {
    const { call, ended, executionArn, clock } = await failed(9);
    const first = await call("RedriveExecution", { executionArn, clientToken: "t" });
    await ended(executionArn);
    expect(await call("RedriveExecution", { executionArn, clientToken: "t" })).toEqual(first);
    expect(await ended(executionArn)).toMatchObject({ redriveCount: 1 });
    await clock.sleep(15 * 60 * 1000);
    await call("RedriveExecution", { executionArn, clientToken: "t" });
    expect(await ended(executionArn)).toMatchObject({ redriveCount: 2 });
  });

  test("is refused for what succeeded, for what runs, for what is older than 14 days, for what is not there", async () => {
    const { call, ended, executionArn, clock } = await failed(1);
    await clock.sleep(14 * 24 * 3600 * 1000 + 1);
    await expect(call("RedriveExecution", { executionArn })).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: expect.stringContaining("redrivable period"),
    });
    const good = flaky(0);
    const started = await good.call("StartExecution", { stateMachineArn });
    await good.ended(String(started.executionArn));
    await expect(good.call("RedriveExecution", { executionArn: started.executionArn })).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is SUCCEEDED and cannot be redriven",
    });
    await expect(call("RedriveExecution", { executionArn: `${executionArn}x` })).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
    });
    expect(await ended(executionArn)).toMatchObject({ redriveStatus: "NOT_REDRIVABLE" });
  });
});
