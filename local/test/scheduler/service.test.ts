import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AwsError, type Call, type Shape } from "../../call/call.js";
import { VirtualClock } from "../../call/virtual-clock.js";
import { createSchedulerService } from "../../scheduler/service.js";
import { FakeAccount } from "../glue/fake-account.js";

const START = Date.parse("2026-11-24T05:00:00Z");
const HOUR = 3_600_000;
const ARN = "arn:aws:scheduler:eu-west-1:000000000000:schedule/loads/quakes";
const ROLE = "arn:aws:iam::000000000000:role/schedule-role";

/** An account whose Lambda answers as the test says. */
class Calling extends FakeAccount {
  answer: (call: Call) => void = () => {};

  override async call(call: Call): Promise<Shape> {
    this.calls.push(call);
    if (call.service === "lambda") this.answer(call);
    return {};
  }

  payloads(): readonly unknown[] {
    return this.calls
      .filter(({ service }) => service === "lambda")
      .map(({ input }) => JSON.parse(String(input.Payload)));
  }
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scheduler-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const target = {
  Arn: "arn:aws:lambda:eu-west-1:000000000000:function:start",
  RoleArn: ROLE,
  Input: '{"dataset":"quakes","scheduledTime":"<aws.scheduler.scheduled-time>"}',
  RetryPolicy: { MaximumEventAgeInSeconds: 7200, MaximumRetryAttempts: 3 },
  DeadLetterConfig: { Arn: "arn:aws:sqs:eu-west-1:000000000000:failed" },
};

/** Opens a scheduler over the test's state folder. */
function open(at: number, change: Shape = {}) {
  const clock = new VirtualClock(at, at);
  const account = new Calling(folder, clock);
  account.resources.push({
    stack: "small",
    logicalId: "Schedule",
    type: "AWS::Scheduler::Schedule",
    ref: "quakes",
    attributes: { Arn: ARN },
    properties: {
      Name: "quakes",
      GroupName: "loads",
      ScheduleExpression: "cron(15 * * * ? *)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: target,
      ...change,
    },
  });
  return { clock, account, service: () => createSchedulerService(account) };
}

const planned = (time: string) => ({ dataset: "quakes", scheduledTime: `2026-11-24T${time}:00Z` });

describe("a schedule", () => {
  test("calls its target at each planned time, under its role, with the time filled in", async () => {
    const { clock, account, service } = open(START);
    const scheduler = service();
    await scheduler.start?.();
    await clock.runTo(START + 3 * HOUR);
    await scheduler.stop?.();
    expect(account.payloads()).toEqual([planned("05:15"), planned("06:15"), planned("07:15")]);
    expect(account.calls[0]).toMatchObject({
      operation: "Invoke",
      principal: { arn: ROLE },
      input: { InvocationType: "Event", FunctionName: target.Arn },
    });
  });

  test("makes up once for what it missed while the account was closed, if it is not too old", async () => {
    const first = open(START);
    const before = first.service();
    await before.start?.();
    await first.clock.runTo(START + HOUR);
    await before.stop?.();
    const { clock, account, service } = open(START + 5 * HOUR);
    const after = service();
    await after.start?.();
    await clock.runTo(START + 6 * HOUR);
    await after.stop?.();
    // 06:15 and 07:15 are older than the two hours of the retry policy.
    expect(account.payloads()).toEqual([planned("08:15"), planned("09:15"), planned("10:15")]);
  });

  test("tries again while the target fails, and then hands the call to the dead-letter queue", async () => {
    const { clock, account, service } = open(START);
    account.answer = () => {
      throw new AwsError("ServiceException", "out of order", { statusCode: 500 });
    };
    const scheduler = service();
    await scheduler.start?.();
    await clock.runTo(START + HOUR);
    await scheduler.stop?.();
    expect(account.payloads()).toHaveLength(4);
    const [kept, ...others] = account.calls.filter(({ service: name }) => name === "sqs");
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      operation: "SendMessage",
      principal: { arn: ROLE },
      input: {
        MessageBody: JSON.stringify(planned("05:15")),
        MessageAttributes: {
          ERROR_CODE: { StringValue: "ServiceException" },
          EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumRetryAttempts" },
        },
      },
    });
  });

  test("a call that may not be made is not tried again", async () => {
    const { clock, account, service } = open(START);
    account.answer = () => {
      throw new AwsError("AccessDeniedException", "not allowed");
    };
    const scheduler = service();
    await scheduler.start?.();
    await clock.runTo(START + HOUR);
    await scheduler.stop?.();
    expect(account.payloads()).toHaveLength(1);
    expect(account.calls.map(({ service: name }) => name)).toEqual(["lambda", "sqs"]);
  });

  test("that is disabled, or whose time is over, is silent", async () => {
    for (const change of [{ State: "DISABLED" }, { EndDate: "2026-11-24T05:10:00Z" }]) {
      const { clock, account, service } = open(START, change);
      const scheduler = service();
      await scheduler.start?.();
      await clock.runTo(START + 3 * HOUR);
      await scheduler.stop?.();
      expect(account.payloads()).toEqual([]);
    }
  });
});

test.each([
  [{ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 } }, /small\.Schedule: FlexibleTimeWindow/],
  [{ Target: { ...target, Arn: "arn:aws:scheduler:::aws-sdk:sfn:startExecution" } }, /target .* is not supported/],
  [{ Target: { ...target, EcsParameters: {} } }, /EcsParameters/],
  [{ ScheduleExpression: "cron(15 * * * *)" }, /small\.Schedule: cron/],
])("what the local account does not have is refused by name: %j", (change, problem) => {
  expect(() => open(START, change).service()).toThrow(problem);
});
