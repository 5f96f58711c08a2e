import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Account, AwsError, type Operation, type Shape } from "../call/call.js";
import { writeFileWhole } from "../persistence/files.js";
import type { Bucket } from "./bucket.js";
import type { Buckets } from "./buckets.js";
import { checkMembers } from "./members.js";
import { EVENT_BRIDGE, type NotificationRule } from "./notifications.js";

const Rule = z.object({
  id: z.string(),
  event: z.string(),
  target: z.string(),
  prefix: z.string(),
  suffix: z.string(),
});

const line = {
  Id: z.string().min(1).max(255).optional(),
  Events: z.array(z.string()).min(1),
  Filter: z
    .object({
      Key: z.object({ FilterRules: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]) }).optional(),
    })
    .nullish(),
};

const Configuration = z.object({
  LambdaFunctionConfigurations: z.array(z.object({ ...line, LambdaFunctionArn: z.string() })).nullish(),
  QueueConfigurations: z.array(z.object({ ...line, QueueArn: z.string() })).nullish(),
  TopicConfigurations: z.array(z.unknown()).nullish(),
  EventBridgeConfiguration: z.object({}).nullish(),
});
type Configuration = z.infer<typeof Configuration>;

/** A bucket that was there before the stacks keeps its notifications beside its objects. */
const fileOf = (bucketFolder: string) => join(bucketFolder, "notification.json");

export function readNotificationRules(bucketFolder: string): readonly NotificationRule[] {
  const file = fileOf(bucketFolder);
  return existsSync(file) ? z.array(Rule).parse(JSON.parse(readFileSync(file, "utf8"))) : [];
}

/**
 * Sets the notifications of a bucket that was there before the stacks: the whole configuration at once, as S3 has it
 * (F1.10). Those of a bucket of the templates come from the template.
 */
export function notificationOperations(buckets: Buckets, account: Account): Readonly<Record<string, Operation>> {
  return {
    PutBucketNotificationConfiguration: async (input: Shape) => {
      checkMembers(input, ["Bucket", "NotificationConfiguration", "SkipDestinationValidation"], buckets.accountId);
      const bucket = buckets.get(input);
      if (!bucket.settings.isExisting) {
        throw notImplemented(`s3 PutBucketNotificationConfiguration of a bucket of the templates`);
      }
      const parsed = Configuration.safeParse(input.NotificationConfiguration ?? {});
      if (!parsed.success) throw new AwsError("MalformedXML", z.prettifyError(parsed.error));
      const rules = rulesOf(parsed.data);
      refuseOverlaps(rules);
      for (const { target } of rules) refuseUnreachable(account, bucket, target);
      writeFileWhole(fileOf(bucket.folder), JSON.stringify(rules));
      bucket.setRules(rules);
      return {};
    },
  };
}

function rulesOf(configuration: Configuration): readonly NotificationRule[] {
  if ((configuration.TopicConfigurations ?? []).length > 0) throw notImplemented("s3 TopicConfigurations");
  const lines = [
    ...(configuration.LambdaFunctionConfigurations ?? []).map((each) => ({ ...each, target: each.LambdaFunctionArn })),
    ...(configuration.QueueConfigurations ?? []).map((each) => ({ ...each, target: each.QueueArn })),
  ];
  const rules = lines.flatMap((line, index) => {
    const filter = (name: string) =>
      line.Filter?.Key?.FilterRules.find((rule) => rule.Name.toLowerCase() === name)?.Value ?? "";
    return line.Events.map((event) => ({
      id: line.Id ?? `rule-${index}`,
      event,
      target: line.target,
      prefix: filter("prefix"),
      suffix: filter("suffix"),
    }));
  });
  if (configuration.EventBridgeConfiguration) {
    rules.push({ id: EVENT_BRIDGE, event: "s3:*", target: EVENT_BRIDGE, prefix: "", suffix: "" });
  }
  return rules;
}

/** Two rules for one event must not fit one key (F1.6). */
function refuseOverlaps(rules: readonly NotificationRule[]): void {
  const own = rules.filter(({ target }) => target !== EVENT_BRIDGE);
  const meet = (a: string, b: string, fits: (long: string, short: string) => boolean) => fits(a, b) || fits(b, a);
  const sameEvent = (a: string, b: string) =>
    meet(a, b, (one, other) => one === other || (other.endsWith("*") && one.startsWith(other.slice(0, -1))));
  own.forEach((a, index) => {
    for (const b of own.slice(index + 1)) {
      const overlap =
        sameEvent(a.event, b.event) &&
        meet(a.prefix, b.prefix, (long, short) => long.startsWith(short)) &&
        meet(a.suffix, b.suffix, (long, short) => long.endsWith(short));
      if (overlap) {
        const text = "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
        throw new AwsError("InvalidArgument", text);
      }
    }
  });
}

/** S3 asks whether it may call the function before it takes the configuration. */
function refuseUnreachable(account: Account, bucket: Bucket, target: string): void {
  if (target === EVENT_BRIDGE) return;
  const arn = `arn:${account.partition}:s3:::${bucket.settings.name}`;
  const mayCall = account
    .resourcesOf("AWS::Lambda::Permission")
    .some(
      ({ properties }) =>
        properties.FunctionName === target &&
        properties.Principal === "s3.amazonaws.com" &&
        (properties.SourceArn === undefined || properties.SourceArn === arn),
    );
  if (!mayCall) {
    throw new AwsError("InvalidArgument", "Unable to validate the following destination configurations");
  }
}

const notImplemented = (what: string) =>
  new AwsError("NotImplemented", `not supported in the local account: ${what}; see the README of local-account`, {
    statusCode: 501,
  });
