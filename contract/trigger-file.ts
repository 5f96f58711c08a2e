import { z } from "zod";

/** What `sluice.yaml` says of how a source hears of what lands. */

const queueArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/,
    "a queue is given by its ARN, arn:aws:sqs:<region>:<account>:<name>; FIFO queues take no events of S3",
  );

const topicArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    "a topic is given by its ARN, arn:aws:sns:<region>:<account>:<name>; FIFO topics take no events of S3",
  );

export const TriggerFile = z.union([
  /** S3 calls start-load. */
  z.literal("notification"),
  /** A rule on the default bus calls it. */
  z.literal("eventbridge"),
  /** S3 sends to a queue that the stack makes. */
  z.literal("queue"),
  /** Whoever made it sends to it. */
  z.strictObject({ queue: queueArn }),
  /** The stack makes a queue that subscribes to it. */
  z.strictObject({ topic: topicArn }),
]);
export type TriggerFile = z.output<typeof TriggerFile>;

export type TriggerKind = "notification" | "eventbridge" | "queue" | "their queue" | "their topic";

export function triggerKind(trigger: TriggerFile): TriggerKind {
  if (typeof trigger === "string") return trigger;
  return "queue" in trigger ? "their queue" : "their topic";
}

/** Whether start-load takes its events out of a queue. */
export const isQueued = (trigger: TriggerFile) => !["notification", "eventbridge"].includes(triggerKind(trigger));

interface Heard {
  readonly landing: "create" | { readonly account?: string | undefined };
  readonly trigger: TriggerFile;
}

/** Whether somebody else decides of what the landing bucket tells: it is of another account, or its events go where others read too. */
export const isSetByOthers = ({ landing, trigger }: Heard) =>
  landing !== "create" && (landing.account !== undefined || typeof trigger === "object");
