import { z } from "zod";
import { type Account, AwsError } from "../call/call.js";
import { templateBoolean } from "../call/input.js";
import type { Outcome } from "../persistence/delivery-queue.js";
import type { PublishedMessage } from "./message.js";

const Properties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.literal("sqs"),
  Endpoint: z.string(),
  RawMessageDelivery: templateBoolean.default(false),
  Region: z.string().optional(),
});

/** A message on its way to a queue. */
export const Told = z.object({ topicArn: z.string(), queueArn: z.string(), body: z.string() });
export type Told = z.infer<typeof Told>;

const LEAST_WAIT_MS = 1000;
const MOST_WAIT_MS = 20_000;
/** SNS tries a queue for 23 days (https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html). */
const MOST_ATTEMPTS = 100_015;

/** The queues that subscribe, and what each gets of a message. @throws Error by name for what the local account does not have */
export function toQueues(account: Account): (message: PublishedMessage) => readonly Told[] {
  const subscriptions = account
    .resourcesOf("AWS::SNS::Subscription")
    .filter(({ properties }) => properties.Protocol === "sqs")
    .map(({ stack, logicalId, properties }) => {
      const parsed = Properties.safeParse(properties);
      if (parsed.success) return parsed.data;
      throw new Error(`${stack}.${logicalId}: not supported in the local account: ${z.prettifyError(parsed.error)}`);
    });
  return (message) =>
    subscriptions
      .filter(({ TopicArn }) => TopicArn === message.topicArn)
      .map(({ Endpoint, RawMessageDelivery }) => ({
        topicArn: message.topicArn,
        queueArn: Endpoint,
        body: RawMessageDelivery ? message.message : enveloped(account, message),
      }));
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function enveloped(
  { endpoint }: Account,
  { id, topicArn, subject, message, at, attributes }: PublishedMessage,
): string {
  return JSON.stringify({
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    ...(subject === null ? {} : { Subject: subject }),
    Message: message,
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: "1",
    Signature: "not signed in the local account",
    SigningCertURL: `${endpoint}/none.pem`,
    UnsubscribeURL: `${endpoint}/none`,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  });
}

/** One message into one queue, in the name of SNS: the queue's policy decides. */
export async function deliver(account: Account, told: Told, attempts: number): Promise<Outcome> {
  const [, , , , owner, name] = told.queueArn.split(":");
  const principal = {
    arn: "sns.amazonaws.com",
    accountId: told.topicArn.split(":")[4] ?? account.accountId,
    kind: "service" as const,
    sourceArn: told.topicArn,
  };
  try {
    const input = { QueueUrl: `${account.endpoint}/${owner}/${name}`, MessageBody: told.body };
    await account.call({ service: "sqs", operation: "SendMessage", input, principal });
    return { outcome: "done" };
  } catch (error) {
    if (attempts === 0) account.report?.(`sns: ${told.topicArn} cannot send to ${told.queueArn}: ${String(error)}`);
    // A client's fault is not tried again.
    if (attempts > MOST_ATTEMPTS || (error instanceof AwsError && error.fault === "client")) return { outcome: "done" };
    const waitMs = Math.min(MOST_WAIT_MS, LEAST_WAIT_MS * 2 ** Math.min(attempts, 5));
    return { outcome: "later", waitMs, countsAsAttempt: true };
  }
}
