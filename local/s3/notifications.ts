import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { ResolvedResource } from "../call/call.js";
import { templateBoolean } from "../call/input.js";
import type { Notification, Version } from "./bucket-index.js";
import { encodeKey } from "./keys.js";

/** One line of a bucket's notification configuration. `target` is the ARN of a function, queue or topic, or `eventbridge`. */
export interface NotificationRule {
  readonly id: string;
  readonly event: string;
  readonly target: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** What a bucket's template says of it. */
export interface BucketSettings {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly isVersioned: boolean;
  /** True for a bucket that was there before the stacks: they neither make nor change it. */
  readonly isExisting: boolean;
  readonly rules: readonly NotificationRule[];
}

export const EVENT_BRIDGE = "eventbridge";

const Filter = z
  .object({ S3Key: z.object({ Rules: z.array(z.object({ Name: z.string(), Value: z.string() })) }) })
  .optional();

const Configuration = z.object({
  LambdaConfigurations: z.array(z.object({ Event: z.string(), Function: z.string(), Filter })).default([]),
  QueueConfigurations: z.array(z.object({ Event: z.string(), Queue: z.string(), Filter })).default([]),
  TopicConfigurations: z.array(z.object({ Event: z.string(), Topic: z.string(), Filter })).default([]),
  EventBridgeConfiguration: z.object({ EventBridgeEnabled: templateBoolean.default(true) }).optional(),
});

/** The rules of a bucket of the template.
 * @throws Error by name for what S3 knows and the local account does not. */
export function notificationRules(bucket: ResolvedResource): readonly NotificationRule[] {
  const raw = bucket.properties.NotificationConfiguration;
  if (raw === undefined) return [];
  const place = `${bucket.stack}.${bucket.logicalId}.NotificationConfiguration`;
  const parsed = Configuration.safeParse(raw);
  if (!parsed.success) throw new Error(`${place}: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  const lines = [
    ...data.LambdaConfigurations.map((line) => ({ ...line, target: line.Function })),
    ...data.QueueConfigurations.map((line) => ({ ...line, target: line.Queue })),
    ...data.TopicConfigurations.map((line) => ({ ...line, target: line.Topic })),
  ];
  const rules = lines.map((line, index) => {
    const filter = (name: string) =>
      line.Filter?.S3Key.Rules.find((rule) => rule.Name.toLowerCase() === name)?.Value ?? "";
    return {
      id: `rule-${index}`,
      event: line.Event,
      target: line.target,
      prefix: filter("prefix"),
      suffix: filter("suffix"),
    };
  });
  if (data.EventBridgeConfiguration?.EventBridgeEnabled) {
    rules.push({ id: EVENT_BRIDGE, event: "s3:*", target: EVENT_BRIDGE, prefix: "", suffix: "" });
  }
  return rules;
}

function applies(rule: NotificationRule, key: string, event: string): boolean {
  const wanted = rule.event.replace(/^s3:/, "");
  const isWanted = wanted.endsWith("*") ? event.startsWith(wanted.slice(0, -1)) : event === wanted;
  return isWanted && key.startsWith(rule.prefix) && key.endsWith(rule.suffix);
}

/** What has to be told to whom about a change; the payload is the JSON text as S3 sends it (F1, F2). */
export function notificationsFor(
  bucket: BucketSettings,
  version: Version,
  event: string,
  now: number,
): readonly Notification[] {
  return bucket.rules
    .filter((rule) => applies(rule, version.key, event))
    .map((rule) => {
      const payload =
        rule.target === EVENT_BRIDGE
          ? bridgeDetail(bucket, version, event)
          : message(bucket, version, event, rule, now);
      return { id: randomUUID(), target: rule.target, payload: JSON.stringify(payload) };
    });
}

function message(bucket: BucketSettings, version: Version, event: string, rule: NotificationRule, now: number): object {
  const isRemoved = event.startsWith("ObjectRemoved");
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: bucket.region,
        eventTime: new Date(now).toISOString(),
        eventName: event,
        userIdentity: { principalId: `AWS:${bucket.accountId}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: {
          "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
          "x-amz-id-2": randomBytes(48).toString("base64"),
        },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: rule.id,
          bucket: {
            name: bucket.name,
            ownerIdentity: { principalId: bucket.accountId },
            arn: `arn:aws:s3:::${bucket.name}`,
          },
          object: {
            key: encodeKey(version.key),
            ...(isRemoved ? {} : { size: version.size, eTag: version.etag }),
            ...(version.id === "null" ? {} : { versionId: version.id }),
            sequencer: version.sequencer,
          },
        },
      },
    ],
  };
}

const REASONS: Readonly<Record<string, string>> = {
  "ObjectCreated:Put": "PutObject",
  "ObjectCreated:Post": "POST Object",
  "ObjectCreated:Copy": "CopyObject",
  "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
  "ObjectRemoved:Delete": "DeleteObject",
  "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
};

function bridgeDetail(bucket: BucketSettings, version: Version, event: string): object {
  const isRemoved = event.startsWith("ObjectRemoved");
  return {
    "detail-type": isRemoved ? "Object Deleted" : "Object Created",
    resources: [`arn:aws:s3:::${bucket.name}`],
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key: version.key,
        ...(isRemoved ? {} : { size: version.size, etag: version.etag }),
        ...(version.id === "null" ? {} : { "version-id": version.id }),
        sequencer: version.sequencer,
      },
      "request-id": randomBytes(8).toString("hex").toUpperCase(),
      requester: bucket.accountId,
      "source-ip-address": "127.0.0.1",
      reason: REASONS[event] ?? event,
      ...(isRemoved
        ? { "deletion-type": event.endsWith("Delete") ? "Permanently Deleted" : "Delete Marker Created" }
        : {}),
    },
  };
}
