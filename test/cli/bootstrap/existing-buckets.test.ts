import {
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketVersioningCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import type { Deployment } from "../../../cli/account/deployment.js";
import { describePlan, planNotifications, setNotifications } from "../../../cli/bootstrap/existing-buckets.js";
import { readSoundProject } from "../../../contract/read.js";
import { soundProject, writeProject } from "../../contract/projects.js";

const project = readSoundProject(
  writeProject({
    ...soundProject,
    "sluice.yaml": soundProject["sluice.yaml"].replace("landing: create", "landing: { existingBucket: theirs }"),
  }),
);
const deployment: Deployment = {
  project: project.project,
  account: "111111111111",
  stateMachines: new Map(),
  bucket: () => "theirs",
  loadPartition: (source) => `arn:aws:states:eu-west-1:111111111111:stateMachine:shop-${source}-load-partition`,
};
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:111111111111:function:${name}`;
const rule = (Id: string, LambdaFunctionArn: string, prefix: string, suffix: string) => ({
  Id,
  LambdaFunctionArn,
  Events: ["s3:ObjectCreated:*" as const],
  Filter: {
    Key: {
      FilterRules: [
        { Name: "prefix" as const, Value: prefix },
        { Name: "suffix" as const, Value: suffix },
      ],
    },
  },
});
const ours = rule("sluice-shop-orders", functionArn("shop-web-start-load"), "orders/", "manifest.json");
const gone = rule("sluice-shop-gone", functionArn("shop-web-start-load"), "gone/", "manifest.json");
const theirs = rule("thumbnails", functionArn("thumbnails"), "images/", ".png");
const queue = {
  Id: "audit",
  QueueArn: "arn:aws:sqs:eu-west-1:111111111111:audit",
  Events: ["s3:ObjectRemoved:*" as const],
};

const s3 = mockClient(S3Client);
const clients = { s3: new S3Client({ region: "eu-west-1" }) };
beforeEach(() => {
  // What was not foreseen fails.
  s3.onAnyCommand().rejects(new Error("a call that nobody foresaw"));
  s3.on(GetBucketLocationCommand).resolves({ LocationConstraint: "eu-west-1" });
  s3.on(GetBucketVersioningCommand).resolves({ Status: "Enabled" });
  s3.on(PutBucketNotificationConfigurationCommand).resolves({});
});
afterEach(() => {
  s3.reset();
});

async function bootstrapWith(found: object) {
  s3.on(GetBucketNotificationConfigurationCommand).resolves(found);
  const plans = await planNotifications(clients, project.contracts, deployment);
  for (const plan of plans) await setNotifications(clients, plan);
  const put = s3.commandCalls(PutBucketNotificationConfigurationCommand).map(({ args }) => args[0].input);
  return { said: plans.flatMap(describePlan), put };
}

describe("a landing bucket that was there before", () => {
  test("gets the rules of the datasets, loses those of datasets that are gone, and keeps what others set", async () => {
    const { said, put } = await bootstrapWith({
      LambdaFunctionConfigurations: [theirs, gone],
      QueueConfigurations: [queue],
      EventBridgeConfiguration: {},
    });
    expect(said).toEqual([
      expect.stringMatching(/^bucket theirs: add the notification orders\/…manifest.json .*start-load; 3 other/),
      expect.stringMatching(/^bucket theirs: remove the notification gone\//),
    ]);
    expect(put).toEqual([
      {
        Bucket: "theirs",
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [theirs, ours],
          QueueConfigurations: [queue],
          EventBridgeConfiguration: {},
        },
      },
    ]);
  });

  test("is left alone when it is as it should be", async () => {
    const { said, put } = await bootstrapWith({ LambdaFunctionConfigurations: [ours, theirs] });
    expect([said, put]).toEqual([[], []]);
  });

  test("is refused when it is in another region, and when it cannot be looked at", async () => {
    s3.on(GetBucketLocationCommand).resolves({ LocationConstraint: "eu-central-1" });
    await expect(bootstrapWith({})).rejects.toThrow(/is in eu-central-1, the project in eu-west-1/);
    s3.on(GetBucketLocationCommand).rejects(Object.assign(new Error("no such bucket"), { name: "NoSuchBucket" }));
    await expect(bootstrapWith({})).rejects.toThrow(/theirs of sluice.yaml cannot be read: NoSuchBucket/);
  });

  test("an overlap with somebody else's rule says so, and what to do", async () => {
    s3.on(PutBucketNotificationConfigurationCommand).rejects(new Error("Configurations overlap"));
    await expect(bootstrapWith({})).rejects.toThrow(/Configurations overlap. The bucket was not changed/);
  });
});
