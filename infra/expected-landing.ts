import type { Stack } from "aws-cdk-lib";
import type { SourceFile } from "../contract/source-file.js";
import { isSetByOthers } from "../contract/trigger-file.js";
import { landedVisibilitySeconds } from "./constructs/start-load-function.js";
import { queueOf } from "./constructs/start-trigger.js";
import { type ExpectedResource, expect } from "./expected.js";
import { type BucketNames, roleArn, type SourceNames } from "./names.js";

export interface ExpectedLandingProps {
  readonly names: SourceNames;
  readonly landing: BucketNames;
  readonly settings: Pick<SourceFile, "landing" | "trigger">;
  /** ARNs of the source's roles that reach the bucket. */
  readonly roles: readonly string[];
}

/**
 * Notes what others have to set so that a source hears of what lands, and may read it: a bucket of another account with its policy,
 * a queue or a topic that is there. Nothing for a bucket whose notifications `sluice bootstrap` sets.
 */
export function expectLanding(stack: Stack, { names, landing, settings, roles }: ExpectedLandingProps): void {
  const { trigger } = settings;
  if (settings.landing === "create" || !isSetByOthers(settings)) return;
  const { existingBucket, account } = settings.landing;
  const Account = account === undefined ? {} : { Account: account };
  expect(stack, {
    LandingBucket: {
      Type: "AWS::S3::Bucket",
      Ref: existingBucket,
      ...Account,
      Properties: {
        BucketName: existingBucket,
        VersioningConfiguration: { Status: "Enabled" },
        NotificationConfiguration: notification(names, trigger),
      },
    },
    ...(account === undefined
      ? {}
      : { LandingBucketPolicy: policy("AWS::S3::BucketPolicy", { Bucket: existingBucket }, reading(landing, roles)) }),
    ...(typeof trigger === "string" ? {} : theirs(names, trigger, landing)),
  });
}

const Event = "s3:ObjectCreated:*";

function notification(names: SourceNames, trigger: SourceFile["trigger"]): Readonly<Record<string, unknown>> {
  if (typeof trigger === "object" && "topic" in trigger)
    return { TopicConfigurations: [{ Event, Topic: trigger.topic }] };
  const queue = queueOf(names, trigger);
  return queue === undefined
    ? { EventBridgeConfiguration: { EventBridgeEnabled: true } }
    : { QueueConfigurations: [{ Event, Queue: queue }] };
}

/** A queue or a topic that is there, and what its policy has to say. */
function theirs(
  names: SourceNames,
  trigger: { readonly queue: string } | { readonly topic: string },
  landing: BucketNames,
): Readonly<Record<string, ExpectedResource>> {
  const isTopic = "topic" in trigger;
  const arn = isTopic ? trigger.topic : trigger.queue;
  const [, , , region, Account, name] = arn.split(":");
  const fromS3 = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: isTopic ? "sns:Publish" : "sqs:SendMessage",
    Resource: arn,
    Condition: { ArnEquals: { "aws:SourceArn": landing.arn } },
  };
  if (isTopic) {
    return {
      Topic: {
        Type: "AWS::SNS::Topic",
        Ref: arn,
        Attributes: { TopicArn: arn, TopicName: name },
        Properties: { TopicName: name },
      },
      TopicPolicy: policy("AWS::SNS::TopicPolicy", { Topics: [arn] }, [fromS3]),
    };
  }
  const url = `https://sqs.${region}.amazonaws.com/${Account}/${name}`;
  const reads = {
    Effect: "Allow",
    Principal: { AWS: roleArn(names, names.of("start-load-role")) },
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: arn,
  };
  return {
    Queue: {
      Type: "AWS::SQS::Queue",
      Ref: url,
      Attributes: { Arn: arn, QueueName: name, QueueUrl: url },
      Properties: { QueueName: name, VisibilityTimeout: landedVisibilitySeconds },
    },
    QueuePolicy: policy("AWS::SQS::QueuePolicy", { Queues: [url] }, [fromS3, reads]),
  };
}

const reading = (landing: BucketNames, roles: readonly string[]): readonly object[] => [
  {
    Effect: "Allow",
    Principal: { AWS: roles },
    Action: ["s3:GetObject", "s3:GetObjectVersion"],
    Resource: landing.keys("*"),
  },
  {
    Effect: "Allow",
    Principal: { AWS: roles },
    Action: ["s3:ListBucket", "s3:ListBucketVersions"],
    Resource: landing.arn,
  },
];

const policy = (
  Type: string,
  on: Readonly<Record<string, unknown>>,
  Statement: readonly object[],
): ExpectedResource => ({
  Type,
  Ref: Type,
  Properties: { ...on, PolicyDocument: { Version: "2012-10-17", Statement } },
});
