import "./quiet.js";
import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { handler } from "../../functions/answer-statement/handler.js";
import { errorOf } from "./samples.js";

const stepFunctions = mockClient(SFNClient);
beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
});

const event = (statementName: string | undefined, state = "FINISHED", statementId = "s1") => ({
  source: "aws.redshift-data",
  "detail-type": "Redshift Data Statement Status Change",
  detail: {
    principal: "p",
    statementId,
    statementName,
    redshiftQueryId: 1,
    state,
    rows: -1,
    expireAt: 9,
  },
});

describe("answer-statement", () => {
  test("answers the task whose token is the statement's name", async () => {
    stepFunctions.on(SendTaskSuccessCommand).resolves({});
    await handler(event("token-1"));
    expect(stepFunctions.commandCalls(SendTaskSuccessCommand).map((call) => call.args[0].input)).toEqual([
      { taskToken: "token-1", output: '{"statementId":"s1"}' },
    ]);
  });

  test.each([
    ["FAILED", "s1"],
    ["ABORTED", "s1"],
    ["FINISHED", "s1:2"],
  ])("%s of %s is no success: the machine asks", async (state, statementId) => {
    stepFunctions.on(SendTaskFailureCommand).resolves({});
    await handler(event("token-1", state, statementId));
    expect(stepFunctions.commandCalls(SendTaskFailureCommand).map((call) => call.args[0].input)).toEqual([
      { taskToken: "token-1", error: "StatementNotFinished", cause: "s1" },
    ]);
  });

  test.each([[""], [undefined]])("a statement with the name %p is not ours", async (name) => {
    await handler(event(name));
    expect(stepFunctions.calls()).toHaveLength(0);
  });

  test.each([TaskTimedOut, TaskDoesNotExist, InvalidToken])("a token that is gone is fine: %p", async (Gone) => {
    stepFunctions.on(SendTaskSuccessCommand).rejects(new Gone({ $metadata: {}, message: "gone" }));
    await expect(handler(event("token-1"))).resolves.toBeUndefined();
  });

  test("any other error goes up, so that the event is delivered again", async () => {
    stepFunctions.on(SendTaskSuccessCommand).rejects(new Error("slow down"));
    expect((await errorOf(() => handler(event("token-1")))).message).toBe("slow down");
  });
});
