import { isDeepStrictEqual } from "node:util";
import {
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  type GetBucketNotificationConfigurationCommandOutput,
  GetBucketVersioningCommand,
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
} from "@aws-sdk/client-s3";
import type { Contract } from "../../contract/contract.js";
import { sourceResource } from "../../contract/layout.js";
import { type KeyFilter, keyFilters } from "../../contract/notifications.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { CommandFailed } from "../output/exit-codes.js";

/** The buckets of a project that were there before, by name. */
export const existingBuckets = ({ sources }: ProjectFile): readonly string[] => [
  ...new Set(
    Object.values(sources).flatMap(({ landing, processed }) =>
      [landing, processed].flatMap((bucket) => (bucket === "create" ? [] : [bucket.existingBucket])),
    ),
  ),
];

/** What bootstrap will do to one landing bucket that was there before. */
export interface NotificationPlan {
  readonly bucket: string;
  /** The whole configuration as it shall be, ours and what others set. */
  readonly wanted: readonly LambdaFunctionConfiguration[];
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
  const sources = Object.entries(deployment.project.sources).flatMap(([source, { landing }]) =>
    landing === "create" ? [] : [{ source, bucket: landing.existingBucket }],
  );
  const buckets = [...new Set(sources.map(({ bucket }) => bucket))];
  return Promise.all(
    buckets.map((bucket) => {
      const own = sources.filter((each) => each.bucket === bucket).map(({ source }) => source);
      return planBucket(clients, bucket, own, contracts, deployment);
    }),
  );
}

async function planBucket(
  { s3 }: Pick<Clients, "s3">,
  bucket: string,
  sources: readonly string[],
  contracts: readonly Contract[],
  deployment: Deployment,
): Promise<NotificationPlan> {
  const { found, isVersioned } = await readNotifications(s3, bucket, deployment.project.region);
  const functions = new Map(sources.map((source) => [source, startLoadArn(deployment, source)]));
  const ours = [...functions].flatMap(([source, functionArn]) =>
    keyFilters(contracts.filter((contract) => contract.source === source)).map((filter) =>
      ruleOf(deployment.project.name, contracts, filter, functionArn),
    ),
  );
  const isOurs = ({ LambdaFunctionArn }: LambdaFunctionConfiguration) =>
    [...functions.values()].includes(LambdaFunctionArn ?? "");
  const before = found.LambdaFunctionConfigurations ?? [];
  const others = before.filter((rule) => !isOurs(rule));
  const [current, desired] = [before.filter(isOurs), ours].map((rules) => rules.map(describeRule));
  return {
    bucket,
    wanted: [...others, ...ours],
    found,
    added: (desired ?? []).filter((rule) => !current?.includes(rule)),
    removed: (current ?? []).filter((rule) => !desired?.includes(rule)),
    kept:
      others.length +
      (found.QueueConfigurations?.length ?? 0) +
      (found.TopicConfigurations?.length ?? 0) +
      (found.EventBridgeConfiguration === undefined ? 0 : 1),
    notes: isVersioned
      ? []
      : [
          `${bucket} is not versioned: two writes of one manifest at once may be told as one, and old revisions are lost`,
        ],
  };
}

async function readNotifications(s3: Clients["s3"], Bucket: string, region: string) {
  try {
    const { LocationConstraint = "us-east-1" } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    if (String(LocationConstraint) !== region) {
      throw new CommandFailed(
        `The bucket ${Bucket} is in ${LocationConstraint}, the project in ${region}; S3 tells only functions of its own region. Use a bucket there.`,
      );
    }
    const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
    return { found, isVersioned: Status === "Enabled" };
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(
      `The bucket ${Bucket} of sluice.yaml cannot be looked at: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
    );
  }
}

/** Named by the dataset where a rule is of one alone, else by what it filters. */
function ruleOf(
  project: string,
  contracts: readonly Contract[],
  filter: KeyFilter,
  LambdaFunctionArn: string,
): LambdaFunctionConfiguration {
  const { prefix, suffix } = filter;
  const own = contracts.find((contract) => isDeepStrictEqual(keyFilters([contract]), [filter]));
  return {
    Id: `sluice-${project}-${own?.dataset ?? `${prefix}…${suffix}`.replaceAll(/[^A-Za-z0-9_.-]+/g, "-")}`,
    LambdaFunctionArn,
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

function describeRule({ LambdaFunctionArn = "", Events = [], Filter }: LambdaFunctionConfiguration): string {
  const value = (name: string) =>
    Filter?.Key?.FilterRules?.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
  return `${value("prefix")}…${value("suffix")} (${Events.join(", ")}) → ${LambdaFunctionArn.split(":").at(-1)}`;
}

/** The function's ARN, made from that of the state machine that it starts. */
const startLoadArn = (deployment: Deployment, source: string): string =>
  deployment
    .loadPartition(source)
    .replace(":states:", ":lambda:")
    .replace(/:stateMachine:.*$/, `:function:${sourceResource(deployment.project.name, source, "start-load")}`);

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
  const { QueueConfigurations, TopicConfigurations, EventBridgeConfiguration } = plan.found;
  try {
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: plan.bucket,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [...plan.wanted],
          ...(QueueConfigurations === undefined ? {} : { QueueConfigurations }),
          ...(TopicConfigurations === undefined ? {} : { TopicConfigurations }),
          ...(EventBridgeConfiguration === undefined ? {} : { EventBridgeConfiguration }),
        },
      }),
    );
  } catch (error) {
    throw new CommandFailed(
      `The notifications of ${plan.bucket} could not be set: ${error instanceof Error ? error.message : error}. Nothing of the bucket was changed. Where another rule fits the same keys, narrow it; where the function cannot be reached, deploy first.`,
    );
  }
}
