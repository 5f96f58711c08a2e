import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type Account, AwsError, type ServiceBody, type Shape } from "../call/call.js";
import { optionalShape, optionalText, requiredText } from "../call/input.js";
import { DeliveryQueue } from "../persistence/delivery-queue.js";
import { Journal } from "../persistence/journal.js";
import { PublishedMessage } from "./message.js";
import { deliver, Told, toQueues } from "./queue-subscriptions.js";

export interface SnsService extends ServiceBody {
  /** Everything that was ever published, oldest first. */
  published(): readonly PublishedMessage[];
  /** Waits until what was published is in the queues that subscribe. */
  settled(): Promise<void>;
  isBusy(): boolean;
}

const LARGEST_MESSAGE_BYTES = 262_144;

/** SNS: the topics of the templates. Messages are kept in `sns/messages.jsonl`; nobody is
 * sent an email. */
export function createSnsService(account: Account): SnsService {
  const messages: PublishedMessage[] = [];
  const journal = Journal.open(
    join(account.stateFolder, "sns", "messages.jsonl"),
    PublishedMessage.parse,
    (message) => {
      messages.push(message);
    },
  );
  const topics = account.resourcesOf("AWS::SNS::Topic").map((topic) => topic.ref);
  const subscribed = toQueues(account);
  const queue = new DeliveryQueue<Told>({
    path: join(account.stateFolder, "sns", "deliveries.jsonl"),
    clock: account.clock,
    parse: Told.parse,
    deliver: ({ item, attempts }) => deliver(account, item, attempts),
  });
  for (const { stack, logicalId, properties } of account.resourcesOf("AWS::SNS::Subscription")) {
    const { Protocol } = properties;
    if (Protocol !== "email" && Protocol !== "email-json" && Protocol !== "sqs")
      throw new Error(
        `${stack}.${logicalId}: a subscription by ${String(Protocol)} is not supported in the local account`,
      );
  }
  const checkTopic = (arn: string) => {
    if (!topics.includes(arn)) throw new AwsError("NotFoundException", "Topic does not exist", { statusCode: 404 });
    return arn;
  };
  return {
    service: "sns",
    published: () => messages,
    settled: () => queue.settled(),
    isBusy: () => queue.isBusy(),
    async start() {
      queue.start();
    },
    operations: {
      async Publish(input) {
        const topicArn = checkTopic(optionalText(input, "TopicArn") ?? requiredText(input, "TargetArn"));
        const message = requiredText(input, "Message");
        if (Buffer.byteLength(message) > LARGEST_MESSAGE_BYTES)
          throw new AwsError("InvalidParameterException", "Invalid parameter: Message too long");
        const published: PublishedMessage = {
          id: randomUUID(),
          at: account.clock.now(),
          topicArn,
          subject: optionalText(input, "Subject") ?? null,
          message,
          attributes: optionalShape(input, "MessageAttributes") ?? {},
        };
        journal.append(published);
        messages.push(published);
        queue.pushAll(subscribed(published));
        account.tell?.({ to: topicArn, subject: published.subject, text: message });
        return { MessageId: published.id };
      },
      ListTopics: async () => ({ Topics: topics.map((TopicArn) => ({ TopicArn })) }),
      GetTopicAttributes: async (input): Promise<Shape> => {
        const TopicArn = checkTopic(requiredText(input, "TopicArn"));
        return {
          Attributes: { TopicArn, Owner: account.accountId, SubscriptionsConfirmed: "0", SubscriptionsPending: "0" },
        };
      },
    },
    async stop() {
      await queue.stop();
      journal.close();
    },
  };
}
