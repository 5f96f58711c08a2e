import "./quiet.js";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { handler } from "../../functions/start-load/handler.js";
import { errorOf, sampleContract } from "./samples.js";

const stepFunctions = mockClient(SFNClient);
const begun = new Set<string>();

beforeEach(() => {
  begun.clear();
  stepFunctions.reset();
  stepFunctions.onAnyCommand().resolves({ status: "RUNNING" });
  // As Step Functions does: a name is taken once.
  stepFunctions.on(StartExecutionCommand).callsFake(({ name = "", input = "" }: { name?: string; input?: string }) => {
    if (input.includes("broken")) throw new Error("Step Functions is out of order");
    if (begun.has(name)) throw new ExecutionAlreadyExists({ $metadata: {}, message: "Execution Already Exists" });
    begun.add(name);
    return { executionArn: "arn", startDate: new Date(0) };
  });
  process.env.STATE_MACHINE_ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:demo-usgs-load-partition";
  process.env.CONTRACTS = join(mkdtempSync(join(tmpdir(), "start-load-")), "contracts.json");
  writeFileSync(process.env.CONTRACTS, JSON.stringify({ quakes: sampleContract() }));
});
afterEach(() => rmSync(dirname(process.env.CONTRACTS ?? ""), { recursive: true }));

const key = (name: string) => `quakes/2026/11/22/05/${name}manifest.json`;
const byS3 = (name: string, versionId = "v1") => ({
  Records: [{ s3: { bucket: { name: "landing" }, object: { key: key(name).replaceAll(" ", "+"), versionId } } }],
});
const byBridge = (name: string, version = "v1") => ({
  source: "aws.s3",
  "detail-type": "Object Created",
  account: "222222222222",
  detail: { bucket: { name: "landing" }, object: { key: key(name), "version-id": version, sequencer: "01" } },
});
const byTopic = (event: object) => ({
  Type: "Notification",
  TopicArn: "arn:aws:sns:eu-west-1:222222222222:landed",
  Message: JSON.stringify(event),
});
const queued = (...bodies: readonly (object | string)[]) => ({
  Records: bodies.map((body, index) => ({
    eventSource: "aws:sqs",
    messageId: `m${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
  })),
});
const inputs = () => stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.input);

test("an object begins one execution, by whichever way and however often it is told of", async () => {
  await handler(byS3("a b "));
  await handler(byBridge("a b "));
  expect(
    await handler(queued(byS3("a b "), byTopic(byS3("a b ")), byBridge("a b "), byTopic(byBridge("a b ")))),
  ).toEqual({ batchItemFailures: [] });
  expect(begun.size).toBe(1);
  expect(new Set(inputs())).toEqual(
    new Set([
      '{"dataset":"quakes","manifest":{"bucket":"landing","key":"quakes/2026/11/22/05/a b manifest.json","versionId":"v1"}}',
    ]),
  );
});

test("EventBridge's keys are taken as they are: a plus is no blank, a per cent sign no escape (F2.3)", async () => {
  await handler(byBridge("1+1=100%25 "));
  expect(inputs()).toEqual([expect.stringContaining("/1+1=100%25 manifest.json")]);
});

test("revisions that come out of order begin an execution each", async () => {
  await handler(queued(byS3("", "v2"), byS3("", "v1"), byS3("", "v2")));
  expect(begun.size).toBe(2);
});

test("of a batch only what could not be handled comes back", async () => {
  const test = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "landing" };
  const answer = await handler(
    queued(byS3("good-"), "not JSON", byS3("broken-"), { hello: "world" }, test, byTopic(test)),
  );
  expect(answer).toEqual({
    batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }, { itemIdentifier: "m3" }],
  });
  expect(begun.size).toBe(1);
});

test("a deletion that EventBridge tells of is no event for it, and fails", async () => {
  expect(await errorOf(() => handler({ ...byBridge(""), "detail-type": "Object Deleted" }))).toHaveProperty(
    "name",
    "ZodError",
  );
});
