import { isDeepStrictEqual } from "node:util";
import {
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  type GetBucketNotificationConfigurationCommandOutput,
  GetBucketVersioningCommand,
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
  type QueueConfiguration,
} from "@aws-sdk/client-s3";
import type { Contract } from "../../contract/contract.js";
import { sourceResource } from "../../contract/layout.js";
import { type KeyFilter, keyFilters } from "../../contract/notifications.js";
import type { ProjectFile } from "../../contract/schema.js";
import { isSetByOthers } from "../../contract/trigger-file.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { CommandFailed } from "../output/exit-codes.js";

/** The buckets that were there before and of whose events nobody else decides, by name. */
export const existingBuckets = ({ sources }: ProjectFile): readonly string[] => [
  ...new Set(
    Object.values(sources).flatMap(({ landing, processed, trigger }) => [
      ...(landing === "create" || isSetByOthers({ landing, trigger }) ? [] : [landing.existingBucket]),
      ...(processed === "create" ? [] : [processed.existingBucket]),
    ]),
  ),
];

/** Whom S3 calls, or to which queue it sends. */
type Rule = LambdaFunctionConfiguration | QueueConfiguration;

const targetOf = (rule: Rule): string =>
  ("QueueArn" in rule ? rule.QueueArn : "LambdaFunctionArn" in rule ? rule.LambdaFunctionArn : undefined) ?? "";

/** What bootstrap will do to one landing bucket that was there before. */
export interface NotificationPlan {
  readonly bucket: string;
  /** The whole configuration as it shall be, ours and what others set. */
  readonly wanted: readonly Rule[];
  /** Whether the bucket's events are to be on the bus: that is never taken away, since others may rely on it. */
  readonly toEventBridge: boolean;
  readonly found: GetBucketNotificationConfigurationCommandOutput;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many notifications of others stay as they are. */
  readonly kept: number;
  /** What a person should know of the bucket. */
  readonly notes: readonly string[];
}

/**
 * Looks at the landing buckets that were there before: which notifications of manifests are missing, which are of
 * datasets that are gone. One rule a dataset, by its folder, as far as they do not overlap, so that other rules and other
 * sources fit beside them (F1.6).
 * @throws CommandFailed for a bucket that cannot be reached, or is in another region (F1.9)
 */
export async function planNotifications(
  clients: Pick<Clients, "s3">,
  contracts: readonly Contract[],
  deployment: Deployment,
): Promise<readonly NotificationPlan[]> {
  // Those of other accounts, and of queues and topics that are there, others set.
  const sources = Object.entries(deployment.project.sources).flatMap(([source, { landing, trigger }]) =>
    landing === "create" || typeof trigger === "object" || isSetByOthers({ landing, trigger })
      ? []
      : [{ source, trigger, bucket: landing.existingBucket }],
  );
  const buckets = [...new Set(sources.map(({ bucket }) => bucket))];
  return Promise.all(
    buckets.map((bucket) => {
      const own = sources.filter((each) => each.bucket === bucket);
      return planBucket(clients, bucket, own, contracts, deployment);
    }),
  );
}

async function planBucket(
  { s3 }: Pick<Clients, "s3">,
  bucket: string,
  sources: readonly { readonly source: string; readonly trigger: "notification" | "eventbridge" | "queue" }[],
  contracts: readonly Contract[],
  deployment: Deployment,
): Promise<NotificationPlan> {
  const { found, isVersioned } = await readNotifications(s3, bucket, deployment.project.region);
  const own = sources.flatMap(({ source }) => [startLoadArn(deployment, source), landedArn(deployment, source)]);
  const ours = sources.flatMap(({ source, trigger }) => {
    if (trigger === "eventbridge") return [];
    const target =
      trigger === "queue"
        ? { QueueArn: landedArn(deployment, source) }
        : { LambdaFunctionArn: startLoadArn(deployment, source) };
    return keyFilters(contracts.filter((contract) => contract.source === source)).map((filter) =>
      ruleOf(deployment.project.name, contracts, filter, target),
    );
  });
  const before: readonly Rule[] = [...(found.LambdaFunctionConfigurations ?? []), ...(found.QueueConfigurations ?? [])];
  const isOurs = (rule: Rule) => own.includes(targetOf(rule));
  const others = before.filter((rule) => !isOurs(rule));
  const toEventBridge = sources.some(({ trigger }) => trigger === "eventbridge");
  const bus = "all events → EventBridge";
  const current = [
    ...before.filter(isOurs).map(describeRule),
    ...(toEventBridge && found.EventBridgeConfiguration !== undefined ? [bus] : []),
  ];
  const desired = [...ours.map(describeRule), ...(toEventBridge ? [bus] : [])];
  return {
    bucket,
    wanted: [...others, ...ours],
    toEventBridge,
    found,
    added: desired.filter((rule) => !current.includes(rule)),
    removed: current.filter((rule) => !desired.includes(rule)),
    kept:
      others.length +
      (found.TopicConfigurations?.length ?? 0) +
      (found.EventBridgeConfiguration === undefined || toEventBridge ? 0 : 1),
    notes: isVersioned
      ? []
      : [
          `${bucket} is not versioned: two simultaneous writes of one manifest may be seen as one, and old revisions are lost`,
        ],
  };
}

async function readNotifications(s3: Clients["s3"], Bucket: string, region: string) {
  try {
    const { LocationConstraint = "us-east-1" } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    if (String(LocationConstraint) !== region) {
      throw new CommandFailed(
        `The bucket ${Bucket} is in ${LocationConstraint}, the project in ${region}, and S3 notifies only functions in its own region. Use a bucket in ${region}.`,
      );
    }
    const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    return { found, isVersioned: Status === "Enabled" };
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(
      `The bucket ${Bucket} of sluice.yaml cannot be read: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
    );
  }
}

/** Named by the dataset where a rule is of one alone, else by what it filters. */
function ruleOf(
  project: string,
  contracts: readonly Contract[],
  filter: KeyFilter,
  target: { readonly LambdaFunctionArn: string } | { readonly QueueArn: string },
): Rule {
  const { prefix, suffix } = filter;
  const own = contracts.find((contract) => isDeepStrictEqual(keyFilters([contract]), [filter]));
  return {
    Id: `sluice-${project}-${own?.dataset ?? `${prefix}…${suffix}`.replaceAll(/[^A-Za-z0-9_.-]+/g, "-")}`,
    ...target,
    Events: ["s3:ObjectCreated:*"],
    Filter: {
      Key: {
        FilterRules: [
          ...(prefix === "" ? [] : [{ Name: "prefix" as const, Value: prefix }]),
          ...(suffix === "" ? [] : [{ Name: "suffix" as const, Value: suffix }]),
        ],
      },
    },
  };
}

function describeRule(rule: Rule): string {
  const { Events = [], Filter } = rule;
  const value = (name: string) =>
    Filter?.Key?.FilterRules?.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
  return `${value("prefix")}…${value("suffix")} (${Events.join(", ")}) → ${targetOf(rule).split(":").at(-1)}`;
}

/** The function's ARN, made from that of the state machine that it starts. */
const startLoadArn = (deployment: Deployment, source: string): string =>
  deployment
    .loadPartition(source)
    .replace(":states:", ":lambda:")
    .replace(/:stateMachine:.*$/, `:function:${sourceResource(deployment.project.name, source, "start-load")}`);

/** The ARN of the queue of what landed. */
const landedArn = (deployment: Deployment, source: string): string =>
  deployment
    .loadPartition(source)
    .replace(":states:", ":sqs:")
    .replace(/:stateMachine:.*$/, `:${sourceResource(deployment.project.name, source, "landed")}`);

/** What the plan will do, a line each; empty when nothing is left to do. */
export function describePlan({ bucket, added, removed, kept }: NotificationPlan): readonly string[] {
  const keeping = kept === 0 ? "" : `; ${kept} other notification(s) stay`;
  return [
    ...added.map((rule) => `bucket ${bucket}: add the notification ${rule}${keeping}`),
    ...removed.map((rule) => `bucket ${bucket}: remove the notification ${rule}${keeping}`),
  ];
}

/** Sets what is missing. S3 knows only the whole configuration, so what others set is sent along. @throws CommandFailed */
export async function setNotifications({ s3 }: Pick<Clients, "s3">, plan: NotificationPlan): Promise<void> {
  if (plan.added.length === 0 && plan.removed.length === 0) return;
  const { TopicConfigurations, EventBridgeConfiguration = plan.toEventBridge ? {} : undefined } = plan.found;
  const QueueConfigurations = plan.wanted.filter((rule): rule is QueueConfiguration => "QueueArn" in rule);
  try {
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: plan.bucket,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: plan.wanted.filter(
            (rule): rule is LambdaFunctionConfiguration => "LambdaFunctionArn" in rule,
          ),
          ...(QueueConfigurations.length === 0 ? {} : { QueueConfigurations }),
          ...(TopicConfigurations === undefined ? {} : { TopicConfigurations }),
          ...(EventBridgeConfiguration === undefined ? {} : { EventBridgeConfiguration }),
        },
      }),
    );
  } catch (error) {
    throw new CommandFailed(
      `The notifications of ${plan.bucket} could not be set: ${error instanceof Error ? error.message : error}. The bucket was not changed. If another rule matches the same keys, make it narrower; if the function does not exist yet, deploy first.`,
    );
  }
}
