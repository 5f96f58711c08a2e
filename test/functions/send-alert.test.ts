import "./quiet.js";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { alertOf } from "../../functions/send-alert/alert.js";
import { handler } from "../../functions/send-alert/handler.js";

const sns = mockClient(SNSClient);
beforeEach(() => {
  sns.reset();
  sns.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  process.env.TOPIC_ARN = "arn:aws:sns:eu-west-1:000000000000:demo-alerts";
});

const event = (detail: Record<string, unknown>) => ({
  region: "eu-west-1",
  time: "2026-11-22T06:20:00Z",
  detail: {
    executionArn: "arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-1",
    name: "quakes-1",
    status: "FAILED",
    input: JSON.stringify({
      dataset: "quakes",
      manifest: { bucket: "landing", key: "quakes/2026/11/22/05/_manifest.json" },
    }),
    ...detail,
  },
});

describe("send-alert", () => {
  test("a scheduled run in which loads did not succeed: what to do is with those", () => {
    const { subject, message } = alertOf(
      event({
        name: "quakes-20261122T061500Z",
        input: JSON.stringify({ dataset: "quakes", scheduledTime: "2026-11-22T06:15:00.000Z" }),
        error: "ScheduledLoadIncomplete",
        cause: "1 of 3 loads of quakes did not succeed",
      }),
    );
    expect(subject).toBe("Sluice: quakes 2026-11-22T06:15:00.000Z: ScheduledLoadIncomplete");
    expect(message).toContain("Planned:    2026-11-22T06:15:00.000Z");
    expect(message).toContain("look at the named loads");
  });

  test("a refusal: what, where, why, who acts, and the console's link", async () => {
    sns.on(PublishCommand).resolves({});
    await handler(event({ error: "FileMissing", cause: "a.json is not there." }));
    const [published] = sns.commandCalls(PublishCommand).map((call) => call.args[0].input);
    expect(published?.TopicArn).toBe("arn:aws:sns:eu-west-1:000000000000:demo-alerts");
    expect(published?.Subject).toBe("Sluice: quakes 2026-11-22T05: FileMissing");
    expect(published?.Message).toContain("Manifest:   s3://landing/quakes/2026/11/22/05/_manifest.json");
    expect(published?.Message).toContain("\na.json is not there.\n");
    expect(published?.Message).toMatch(/The producer acts/);
    expect(published?.Message).toContain(
      "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:",
    );
  });

  test("a failure is redriven; the message is taken out of a Lambda's cause", () => {
    const cause = JSON.stringify({ errorType: "Sandbox.Timedout", errorMessage: "too slow", trace: ["at x"] });
    const { message } = alertOf(event({ error: "Sandbox.Timedout", cause }));
    expect(message).toContain("\ntoo slow\n");
    expect(message).toContain("redrive the execution");
    expect(message).not.toContain("trace");
  });

  test("a Glue run without a report is not found by a redrive either: a new execution is asked for", () => {
    const { message } = alertOf(event({ error: "ReportMissing", cause: "no report" }));
    expect(message).toContain("start a new execution");
    expect(message).not.toContain("redrive the execution");
  });

  test("an execution without readable input, error or cause still gives an alert", () => {
    const alert = alertOf(event({ status: "TIMED_OUT", input: undefined }));
    expect(alert.subject).toBe("Sluice: quakes-1: TIMED_OUT");
    expect(alert.message).toContain("No cause was given.");
  });

  test("the subject keeps SNS's rules (A8.5)", () => {
    const input = JSON.stringify({ dataset: "küche\nx".repeat(40), manifest: { bucket: "b", key: "k" } });
    const { subject } = alertOf(event({ input }));
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  });
});

test.each([
  [{ error: "Redshift.Busy" }, "LoadsFailed"],
  [{ error: "FileMissing" }, "LoadsRefused"],
  [{ status: "TIMED_OUT" }, "LoadsTimedOut"],
  [{ status: "ABORTED" }, "LoadsStopped"],
])("%j counts as %s, of its state machine", (detail, ending) => {
  expect(alertOf(event(detail))).toMatchObject({ ending, machine: "demo-usgs-load-partition" });
});
