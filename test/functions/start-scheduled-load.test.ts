import "./quiet.js";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { handler } from "../../functions/start-scheduled-load/handler.js";

const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:demo-usgs-scheduled-load";
const stepFunctions = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const event = { dataset: "quakes", scheduledTime: "2026-11-24T05:15:00Z" };

beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  s3.reset();
  s3.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  // Another dataset's pause is not this one's, however its name begins.
  paused("paused/quakes.json.old", "paused/quakes_daily.json");
  process.env.STATE_MACHINE_ARN = stateMachineArn;
  process.env.PROCESSED_BUCKET = "processed";
});

const paused = (...keys: readonly string[]) =>
  s3
    .on(ListObjectsV2Command, { Bucket: "processed", Prefix: "paused/quakes.json" })
    .resolves({ Contents: keys.map((Key) => ({ Key, LastModified: new Date(0), ETag: '"1"', Size: 1 })) });

test("a planned time of a schedule that is paused starts nothing; one of which nobody can tell is tried again", async () => {
  paused("paused/quakes.json");
  await handler(event);
  s3.on(ListObjectsV2Command).rejects(new Error("SlowDown"));
  await expect(handler(event)).rejects.toThrow("SlowDown");
  expect(stepFunctions.calls()).toEqual([]);
});

test("a planned time is one execution, under a name that it alone has", async () => {
  stepFunctions.on(StartExecutionCommand).resolves({ executionArn: "arn", startDate: new Date(0) });
  await handler(event);
  expect(stepFunctions.commandCalls(StartExecutionCommand).map((call) => call.args[0].input)).toEqual([
    {
      stateMachineArn,
      name: "quakes-20261124T051500Z",
      input: '{"dataset":"quakes","scheduledTime":"2026-11-24T05:15:00.000Z"}',
    },
  ]);
});

test("a schedule that fires twice is no error", async () => {
  stepFunctions.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ $metadata: {}, message: "exists" }));
  await expect(handler(event)).resolves.toBeUndefined();
});

test("any other error is, so that the call is tried again", async () => {
  await expect(handler(event)).rejects.toThrow("not foreseen");
  await expect(handler({ dataset: "quakes", scheduledTime: "<aws.scheduler.scheduled-time>" })).rejects.toThrow();
});
