import "./quiet.js";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { handler } from "../../functions/start-scheduled-load/handler.js";

const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:demo-usgs-scheduled-load";
const stepFunctions = mockClient(SFNClient);
const event = { dataset: "quakes", scheduledTime: "2026-11-24T05:15:00Z" };

beforeEach(() => {
  stepFunctions.reset();
  stepFunctions.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  process.env.STATE_MACHINE_ARN = stateMachineArn;
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
