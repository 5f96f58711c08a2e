import { type CfnResource, Duration, Fn, Stack } from "aws-cdk-lib";
import { CfnEventBusPolicy, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { CfnBucket } from "aws-cdk-lib/aws-s3";
import { CfnSubscription } from "aws-cdk-lib/aws-sns";
import { CfnQueuePolicy, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { KeyFilter } from "../../contract/notifications.js";
import { isQueued, type TriggerFile } from "../../contract/trigger-file.js";
import { arn, type BucketNames, type SourceNames } from "../names.js";
import { landedVisibilitySeconds, startLoadConcurrency } from "./start-load-function.js";
import { StartPermission } from "./start-permission.js";
import type { WorkFunction } from "./work-function.js";

export interface StartTriggerProps {
  readonly names: SourceNames;
  readonly landing: BucketNames;
  /** Of the landing bucket, where it is not the stack's. */
  readonly account: string | undefined;
  readonly trigger: TriggerFile;
  /** Of which keys start-load is told, as far as the way there can choose. */
  readonly filters: readonly KeyFilter[];
  readonly startLoad: WorkFunction;
}

/** What a landing bucket that the stack makes says of its events, and what must be there before it does. */
export interface BucketNotification {
  readonly configuration: CfnBucket.NotificationConfigurationProperty;
  readonly needs: CfnResource | undefined;
}

/** The name of a source's queue of what landed. */
export const landedQueue = (names: SourceNames) => names.of("landed");

/** The queue that start-load reads; undefined where it is called. */
export function queueOf(names: SourceNames, trigger: TriggerFile): string | undefined {
  if (!isQueued(trigger)) return undefined;
  const isTheirs = typeof trigger === "object" && "queue" in trigger;
  return isTheirs ? trigger.queue : arn(names, "sqs", landedQueue(names));
}

/** The way on which start-load hears of what lands. */
export class StartTrigger extends Construct {
  readonly notification: BucketNotification;

  constructor(scope: Construct, id: string, props: StartTriggerProps) {
    super(scope, id);
    const { landing, trigger, startLoad, filters } = props;
    if (trigger === "notification") {
      const { permission, functionArn } = new StartPermission(scope, "MayStartLoads", landing, startLoad.function);
      const told = filters.map((filter) => ({ ...created(filter), function: functionArn }));
      this.notification = { configuration: { lambdaConfigurations: told }, needs: permission };
      return;
    }
    if (trigger === "eventbridge") {
      this.#byRule(props);
      this.notification = {
        configuration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
        needs: undefined,
      };
      return;
    }
    const queue = typeof trigger === "object" && "queue" in trigger ? undefined : this.#queue(props);
    new EventSourceMapping(this, "Queue", {
      target: startLoad.function,
      eventSourceArn: queue?.queueArn ?? queueOf(props.names, trigger) ?? "",
      batchSize: 10,
      reportBatchItemFailures: true,
      // More would be throttled, and what is throttled counts as received.
      maxConcurrency: startLoadConcurrency,
    });
    const policy = queue?.node.tryFindChild("Policy")?.node.defaultChild;
    this.notification = {
      configuration: {
        queueConfigurations: filters.map((filter) => ({ ...created(filter), queue: queue?.queueArn ?? "" })),
      },
      needs: policy instanceof CfnQueuePolicy ? policy : undefined,
    };
  }

  /** The bucket's events are on the default bus of its own account: another one's must be let onto this one. */
  #byRule({ names, landing, account, filters, startLoad }: StartTriggerProps): void {
    const { failedEvents } = startLoad;
    new Rule(this, "Landed", {
      ruleName: names.of("landed"),
      description: "What landed, for start-load.",
      eventPattern: {
        account: [account ?? Stack.of(this).account],
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: { bucket: { name: [landing.name] }, ...keysOf(filters) },
      },
      targets: [
        new LambdaFunction(startLoad.function, failedEvents === undefined ? {} : { deadLetterQueue: failedEvents }),
      ],
    });
    if (account === undefined) return;
    new CfnEventBusPolicy(this, "OtherAccount", {
      statementId: names.of("landed"),
      statement: {
        Effect: "Allow",
        Principal: { AWS: Fn.sub(`arn:\${AWS::Partition}:iam::${account}:root`) },
        Action: "events:PutEvents",
        Resource: arn(names, "events", "event-bus/default"),
        Condition: { StringEquals: { "events:source": "aws.s3", "events:detail-type": "Object Created" } },
      },
    });
  }

  /** What could not be handled five times goes where the failed events of start-load go. */
  #queue({ names, landing, account, trigger, startLoad }: StartTriggerProps): Queue {
    const { failedEvents } = startLoad;
    const queue = new Queue(this, "LandedQueue", {
      queueName: landedQueue(names),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(landedVisibilitySeconds),
      ...(failedEvents === undefined ? {} : { deadLetterQueue: { queue: failedEvents, maxReceiveCount: 5 } }),
    });
    const topic = typeof trigger === "object" && "topic" in trigger ? trigger.topic : undefined;
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: "WhatLandedComesIn",
        principals: [new ServicePrincipal(topic === undefined ? "s3.amazonaws.com" : "sns.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: { "aws:SourceArn": topic ?? landing.arn },
          ...(topic === undefined ? { StringEquals: { "aws:SourceAccount": account ?? Stack.of(this).account } } : {}),
        },
      }),
    );
    if (topic !== undefined)
      new CfnSubscription(this, "Subscription", { topicArn: topic, protocol: "sqs", endpoint: queue.queueArn });
    return queue;
  }
}

/** Puts, copies and multipart uploads alike (F1.5). */
function created({ prefix, suffix }: KeyFilter) {
  const rules = [
    ...(prefix === "" ? [] : [{ name: "prefix", value: prefix }]),
    ...(suffix === "" ? [] : [{ name: "suffix", value: suffix }]),
  ];
  return { event: "s3:ObjectCreated:*", ...(rules.length === 0 ? {} : { filter: { s3Key: { rules } } }) };
}

/** EventBridge takes a pattern of 2,048 characters; the rest of it has some 400. */
const mostKeyCharacters = 1500;

/**
 * By the ends of keys, or by their beginnings: both at once would take wildcards, whose number EventBridge bounds. start-load
 * passes over what belongs to nobody.
 */
function keysOf(filters: readonly KeyFilter[]): Readonly<Record<string, unknown>> {
  for (const part of ["suffix", "prefix"] as const) {
    const key = [...new Set(filters.map((filter) => filter[part]))].map((text) => ({ [part]: text }));
    const isWide = filters.some((filter) => filter[part] === "");
    if (key.length > 0 && !isWide && JSON.stringify(key).length < mostKeyCharacters) return { object: { key } };
  }
  return {};
}
