import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { expectedResourcesKey } from "../../../contract/layout.js";
import { synthesize } from "../../../infra/synthesize.js";
import { openAccount } from "../../../local/account.js";
import { soundProject, writeProject } from "../../contract/projects.js";
import { resourcesOf, Template } from "../synthesized.js";

const theirs = "222222222222";
const topic = `arn:aws:sns:eu-west-1:${theirs}:landed`;
const dataset = (source: string, name: string) => ({
  [`datasets/${name}.yaml`]: (soundProject["datasets/orders.yaml"] ?? "")
    .replace("dataset: orders", `dataset: ${name}`)
    .replace("source: web", `source: ${source}`)
    .replace("shop.orders", `shop.${name}`),
});
const project = {
  ...soundProject,
  "sluice.yaml": soundProject["sluice.yaml"].replace(
    "{ landing: create }",
    `{ landing: create, trigger: queue }
  bus: { landing: create, trigger: eventbridge }
  far: { landing: { existingBucket: far-away, account: "${theirs}" }, trigger: eventbridge }
  told: { landing: { existingBucket: told-by-topic, account: "${theirs}" }, trigger: { topic: "${topic}" } }`,
  ),
  ...dataset("bus", "buses"),
  ...dataset("far", "fars"),
  ...dataset("told", "tolds"),
};

const newFolder = (kind: string) => mkdtempSync(join(tmpdir(), `sluice-${kind}-`));

describe("how a source hears of what lands", () => {
  const [folder, out, state] = [writeProject(project), newFolder("assembly"), newFolder("state")];
  afterAll(() => {
    for (const made of [folder, out, state]) rmSync(made, { recursive: true, force: true });
  });
  // Once for all of it: the assembly is opened too.
  const { stacks } = synthesize(folder, out, { validate: false, wheels: false });
  const templates = Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, Template.parse(template)]));
  const properties = (source: string, type: string) =>
    resourcesOf(templates[`shop-${source}`], type).map(({ Properties }) => Properties);
  const logicalId = (source: string, type: string) =>
    Object.entries(templates[`shop-${source}`]?.Resources ?? {}).flatMap(([id, { Type }]) =>
      Type === type ? [id] : [],
    );

  test("through a queue: partial batches, six times the function's time, five attempts, then the dead letters", () => {
    const queues = properties("web", "AWS::SQS::Queue");
    const landed = queues.find(({ QueueName }) => QueueName === "shop-web-landed");
    expect(landed).toMatchObject({ VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 5 } });
    const deadLetters = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
    const { deadLetterTargetArn } = z.object({ deadLetterTargetArn: deadLetters }).parse(landed?.RedrivePolicy);
    expect(templates["shop-web"]?.Resources[deadLetterTargetArn["Fn::GetAtt"][0]]?.Properties.QueueName).toBe(
      "shop-web-start-load-failed-events",
    );
    expect(properties("web", "AWS::Lambda::EventSourceMapping")).toMatchObject([
      { FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 10 } },
    ]);
    expect(JSON.stringify(properties("web", "AWS::SQS::QueuePolicy"))).toMatch(
      /"ArnEquals":\{"aws:SourceArn":\{"Fn::Sub":"[^"]*shop-web-landing-/,
    );
    const notification = z.object({ QueueConfigurations: z.array(z.object({ Event: z.string() })).length(1) });
    const configurations = properties("web", "AWS::S3::Bucket").flatMap((each) => each.NotificationConfiguration ?? []);
    expect(notification.array().length(1).safeParse(configurations).error).toBeUndefined();
    expect(
      properties("web", "AWS::Lambda::Permission").filter(({ Principal }) => Principal === "s3.amazonaws.com"),
    ).toEqual([]);
  });

  test("by a rule for this bucket of this account, with dead letters; nobody else may put events", () => {
    const rule = properties("bus", "AWS::Events::Rule").find(({ Name }) => Name === "shop-bus-landed");
    expect(rule).toMatchObject({
      EventPattern: {
        account: [{ Ref: "AWS::AccountId" }],
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { object: { key: [{ suffix: "manifest.json" }] } },
      },
      Targets: [{ DeadLetterConfig: {} }],
    });
    expect(properties("bus", "AWS::Events::EventBusPolicy")).toEqual([]);
  });

  test("from another account: its S3 events alone are let onto the bus, and what its owner must set stands in the template", () => {
    expect(properties("far", "AWS::Events::EventBusPolicy")).toMatchObject([
      {
        Statement: {
          Principal: { AWS: { "Fn::Sub": `arn:\${AWS::Partition}:iam::${theirs}:root` } },
          Action: "events:PutEvents",
          Condition: { StringEquals: { "events:source": "aws.s3", "events:detail-type": "Object Created" } },
        },
      },
    ]);
    expect(properties("far", "AWS::Events::Rule")).toContainEqual(
      expect.objectContaining({ EventPattern: expect.objectContaining({ account: [theirs] }) }),
    );
    const expected = (source: string) =>
      z
        .object({
          Metadata: z.object({
            [expectedResourcesKey]: z.record(z.string(), z.looseObject({ Account: z.string().optional() })),
          }),
        })
        .parse(templates[`shop-${source}`]).Metadata[expectedResourcesKey];
    expect(expected("far")).toMatchObject({
      LandingBucket: { Account: theirs, Ref: "far-away" },
      LandingBucketPolicy: { Type: "AWS::S3::BucketPolicy" },
    });
    expect(JSON.stringify(expected("far"))).toContain("role/shop-far-validate-manifest-role");
    expect(expected("told")).toMatchObject({ Topic: { Ref: topic }, TopicPolicy: { Type: "AWS::SNS::TopicPolicy" } });
    expect(properties("told", "AWS::SNS::Subscription")).toMatchObject([{ Protocol: "sqs", TopicArn: topic }]);
    expect(logicalId("told", "AWS::Events::EventBusPolicy")).toEqual([]);
  });

  test("each begins a load in the local account, whose services refuse what AWS would", async () => {
    const account = await openAccount({ assemblyFolder: out, stateFolder: state, metadataKey: expectedResourcesKey });
    try {
      const { accountId, root: principal } = account;
      const own = (source: string) => `shop-${source}-landing-${accountId}-eu-west-1`;
      for (const [source, bucket, folderOf] of [
        ["web", own("web"), "orders"],
        ["bus", own("bus"), "buses"],
        ["far", "far-away", "fars"],
        ["told", "told-by-topic", "tolds"],
      ] as const) {
        const input = { Bucket: bucket, Key: `${folderOf}/2026/11/22/05/_manifest.json`, Body: '{"entries":[]}' };
        await account.call({ service: "s3", operation: "PutObject", input, principal });
        await account.services.settled();
        const stateMachineArn = `arn:aws:states:eu-west-1:${accountId}:stateMachine:shop-${source}-load-partition`;
        const listed = {
          service: "states",
          operation: "ListExecutions",
          input: { stateMachineArn },
          principal,
        } as const;
        expect([source, await account.call(listed)]).toMatchObject([source, { executions: [{}] }]);
      }
    } finally {
      await account.close();
    }
  });
});
