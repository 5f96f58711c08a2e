import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { z } from "zod";
import { type OpenAccount, openAccount } from "../../account.js";
import type { Shape } from "../../call/call.js";
import { VirtualClock } from "../../call/virtual-clock.js";
import { lambda, type Resource, role, temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const notes = join(temporaryFolder(), "notes");
const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

/** Handles what does not say "poison", and says of which it did not. */
const CODE = `exports.handler = async ({ Records }) => {
  for (const { body, attributes } of Records)
    require("node:fs").appendFileSync(process.env.NOTES, JSON.stringify({ body, count: attributes.ApproximateReceiveCount }) + "\\n");
  return { batchItemFailures: Records.filter(({ body }) => body.includes("poison")).map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

const policy = (Principal: string, SourceArn: string): Resource => ({
  Type: "AWS::SQS::QueuePolicy",
  Properties: {
    Queues: [{ Ref: "Work" }],
    PolicyDocument: {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: Principal },
          Action: "sqs:SendMessage",
          Resource: "*",
          Condition: { ArnEquals: { "aws:SourceArn": SourceArn } },
        },
      ],
    },
  },
});

const resources: Readonly<Record<string, Resource>> = {
  Role: role("fn-role", [
    {
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: "arn:aws:sqs:eu-west-1:000000000000:work",
    },
  ]),
  Worker: lambda("worker", "Role", { Timeout: 10, Environment: { Variables: { NOTES: notes } } }),
  Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
  Work: {
    Type: "AWS::SQS::Queue",
    Properties: {
      QueueName: "work",
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: arnOf("Dead"), maxReceiveCount: 3 },
    },
  },
  FromS3: policy("s3.amazonaws.com", "arn:aws:s3:::landing"),
  FromSns: policy("sns.amazonaws.com", "arn:aws:sns:eu-west-1:000000000000:told"),
  Mapping: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      FunctionName: { Ref: "Worker" },
      EventSourceArn: arnOf("Work"),
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    },
  },
  Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "told" } },
  Subscription: {
    Type: "AWS::SNS::Subscription",
    Properties: { TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: arnOf("Work") },
  },
  Landing: {
    Type: "AWS::S3::Bucket",
    Properties: {
      BucketName: "landing",
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Event: "s3:ObjectCreated:*",
            Queue: arnOf("Work"),
            Filter: { S3Key: { Rules: [{ Name: "suffix", Value: "manifest.json" }] } },
          },
        ],
      },
    },
  },
};

const clock = new VirtualClock(Date.UTC(2026, 0, 1));
const open = (more: Readonly<Record<string, Resource>> = {}) =>
  openAccount({
    assemblyFolder: writeAssembly({ resources: { ...resources, ...more }, code: { worker: { "index.js": CODE } } }),
    stateFolder: temporaryFolder(),
    clock,
  });
let account: OpenAccount;
beforeAll(async () => {
  account = await open();
});
afterAll(() => account.close());

const call = (service: "s3" | "sns" | "sqs", operation: string, input: Shape) =>
  account.call({ service, operation, input, principal: account.root });
const urlOf = (queue: string) => `${account.endpoint}/000000000000/${queue}`;

const Seen = z.object({ body: z.string(), count: z.string() });
const seen = () =>
  existsSync(notes)
    ? readFileSync(notes, "utf8")
        .trim()
        .split("\n")
        .map((line) => Seen.parse(JSON.parse(line)))
    : [];
async function until<T>(found: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    await new Promise((done) => setTimeout(done, 5));
  }
}

test("what is handled leaves the queue; what is not comes back, and ends in the dead-letter queue", async () => {
  for (const MessageBody of ["good", "poison", "better"])
    await call("sqs", "SendMessage", { QueueUrl: urlOf("work"), MessageBody });
  const dead = await until(async () => {
    const { Messages } = await call("sqs", "ReceiveMessage", { QueueUrl: urlOf("dead") });
    return Messages;
  });
  expect(dead).toMatchObject([{ Body: "poison" }]);
  const counts = (body: string) => seen().flatMap((each) => (each.body === body ? [each.count] : []));
  expect([counts("good"), counts("better"), counts("poison")]).toEqual([["1"], ["1"], ["1", "2", "3"]]);
  expect(await call("sqs", "GetQueueAttributes", { QueueUrl: urlOf("work") })).toMatchObject({
    Attributes: { ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" },
  });
});

test("S3 sends to a queue as it calls a function, a topic in an envelope", async () => {
  await call("s3", "PutObject", { Bucket: "landing", Key: "in/a b.csv", Body: Buffer.from("1") });
  await call("s3", "PutObject", { Bucket: "landing", Key: "in/a b.manifest.json", Body: Buffer.from("{}") });
  const told = await until(() => seen().find(({ body }) => body.includes("aws:s3")));
  expect(JSON.parse(told.body)).toMatchObject({ Records: [{ s3: { object: { key: "in/a+b.manifest.json" } } }] });
  await call("sns", "Publish", { TopicArn: "arn:aws:sns:eu-west-1:000000000000:told", Message: "by topic" });
  const enveloped = await until(() => seen().find(({ body }) => body.includes("by topic")));
  expect(JSON.parse(enveloped.body)).toMatchObject({ Type: "Notification", Message: "by topic" });
  await account.services.settled();
  expect(seen().filter(({ body }) => body.includes("aws:s3"))).toHaveLength(1);
});

test("what Lambda refuses is refused when the account opens", async () => {
  const short = { ...resources.Work, Type: "AWS::SQS::Queue", Properties: { QueueName: "work", VisibilityTimeout: 5 } };
  await expect(open({ Work: short })).rejects.toThrow(
    "Queue visibility timeout: 5 seconds is less than Function timeout: 10 seconds",
  );
  const Properties = { ...resources.Mapping?.Properties, FilterCriteria: { Filters: [] } };
  await expect(open({ Mapping: { Type: "AWS::Lambda::EventSourceMapping", Properties } })).rejects.toThrow(
    /small.Mapping: not supported in the local account: .*FilterCriteria/s,
  );
});
