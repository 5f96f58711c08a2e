import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { follow } from "../../../cli/loads/follow.js";

const stepFunctions = mockClient(SFNClient);
const clients = { stepFunctions: new SFNClient({ region: "eu-west-1" }) };
const executionArn = "arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-1";
const key = "quakes/2026/11/22/05/_manifest.json";
const described = {
  executionArn,
  name: "quakes-1",
  startDate: new Date(0),
  input: JSON.stringify({ dataset: "quakes", manifest: { bucket: "landing", key } }),
};

beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
});

describe("following an execution", () => {
  test("waits until it has begun and ended, and tells each state once", async () => {
    stepFunctions
      .on(DescribeExecutionCommand, { executionArn })
      .rejectsOnce(new ExecutionDoesNotExist({ $metadata: {}, message: "not yet" }))
      .resolvesOnce({ ...described, status: "RUNNING" })
      .resolvesOnce({ ...described, status: "RUNNING" })
      .resolves({ ...described, status: "SUCCEEDED", stopDate: new Date(1000), output: "{}" });
    const events = [{ id: 2, previousEventId: 1, type: "TaskStateEntered" as const, timestamp: new Date(0) }];
    stepFunctions.on(GetExecutionHistoryCommand, { executionArn, reverseOrder: true }).resolves({
      events: events.map((event) => ({ ...event, stateEnteredEventDetails: { name: "Validate the manifest" } })),
    });
    const seen: string[] = [];
    const ended = await follow(clients, {
      source: "usgs",
      executionArn,
      onState: (name) => seen.push(name),
      pollEveryMs: 1,
    });
    expect(seen).toEqual(["Validate the manifest"]);
    expect(ended).toMatchObject({
      status: "SUCCEEDED",
      dataset: "quakes",
      partition: "2026-11-22T05",
      manifest: `s3://landing/${key}`,
      batchId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});
