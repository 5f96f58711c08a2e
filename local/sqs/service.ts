import { join } from "node:path";
import { z } from "zod";
import { type Account, AwsError, type ResolvedResource, type ServiceBody, type Shape } from "../call/call.js";
import { isShape, optionalNumber, optionalShape, requiredText } from "../call/input.js";
import { md5, Queue, type Received, type Redrive } from "./queue.js";

const LARGEST_MESSAGE_BYTES = 1_048_576;

export interface SqsService extends ServiceBody {
  /** How long a received message of a queue is hidden; undefined when there is no such queue. */
  visibilitySeconds(queueArn: string): number | undefined;
  hasVisible(queueArn: string): boolean;
  /** Resolves when a message of the queue can be received, or when the signal is aborted. */
  visible(queueArn: string, signal: AbortSignal): Promise<void>;
}

/** SQS: the standard queues of the templates. ReceiveMessage answers at once; it does not wait for messages. */
export function createSqsService(account: Account): SqsService {
  const queues = new Map(
    account.resourcesOf("AWS::SQS::Queue").map((resource) => [nameOf(resource), open(account, resource)]),
  );
  const byArn = (arn: string) => [...queues.values()].find((queue) => queue.arn === arn);
  for (const { name, redrive } of queues.values()) {
    if (redrive !== undefined && byArn(redrive.deadLetterArn) === undefined)
      throw new Error(`the queue ${name} names the dead-letter queue ${redrive.deadLetterArn}, which is not there`);
  }
  const byName = (name: string) => {
    const queue = queues.get(name);
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  };
  const find = (input: Shape) => byName(requiredText(input, "QueueUrl").split("/").at(-1) ?? "");
  const url = (queue: Queue) => `${account.endpoint}/${account.accountId}/${queue.name}`;
  return {
    service: "sqs",
    visibilitySeconds: (arn) => byArn(arn)?.visibilitySeconds,
    hasVisible: (arn) => (byArn(arn)?.counts().visible ?? 0) > 0,
    visible: async (arn, signal) => byArn(arn)?.visible(signal),
    operations: {
      SendMessage: async (input, { principal }) => sendMessage(find(input), input, principal.arn),
      ReceiveMessage: async (input) => receiveMessage(find(input), input, byArn),
      DeleteMessage: async (input) => {
        const isKnown = find(input).delete(requiredText(input, "ReceiptHandle"));
        if (!isKnown) throw new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
        return {};
      },
      GetQueueUrl: async (input) => ({ QueueUrl: url(byName(requiredText(input, "QueueName"))) }),
      GetQueueAttributes: async (input) => ({ Attributes: attributesOf(find(input)) }),
    },
    async stop() {
      for (const queue of queues.values()) queue.close();
    },
  };
}

function nameOf(resource: ResolvedResource): string {
  return resource.attributes.QueueName ?? "";
}

function open(account: Account, resource: ResolvedResource): Queue {
  const place = `${resource.stack}.${resource.logicalId}`;
  const { FifoQueue, RedrivePolicy, VisibilityTimeout } = resource.properties;
  if (FifoQueue !== undefined) throw new Error(`${place}: FIFO queues are not supported in the local account`);
  const redrive = RedrivePolicy === undefined ? undefined : redriveOf(RedrivePolicy, place);
  const name = nameOf(resource);
  const names = { name, arn: resource.attributes.Arn ?? "" };
  return new Queue(
    join(account.stateFolder, "sqs", `${name}.jsonl`),
    names,
    Number(VisibilityTimeout ?? 30),
    account.clock,
    redrive,
  );
}

const RedrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

function redriveOf(policy: unknown, place: string): Redrive {
  const parsed = RedrivePolicy.safeParse(policy);
  if (!parsed.success) throw new Error(`${place}: RedrivePolicy: ${z.prettifyError(parsed.error)}`);
  return { deadLetterArn: parsed.data.deadLetterTargetArn, maxReceiveCount: parsed.data.maxReceiveCount };
}

function sendMessage(queue: Queue, input: Shape, sender: string): Shape {
  const body = requiredText(input, "MessageBody");
  if (Buffer.byteLength(body) > LARGEST_MESSAGE_BYTES) {
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${LARGEST_MESSAGE_BYTES} bytes.`,
    );
  }
  const attributes = optionalShape(input, "MessageAttributes") ?? {};
  const id = queue.send(body, attributes, sender, optionalNumber(input, "DelaySeconds") ?? 0);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

function receiveMessage(queue: Queue, input: Shape, byArn: (arn: string) => Queue | undefined): Shape {
  const most = optionalNumber(input, "MaxNumberOfMessages") ?? 1;
  if (most < 1 || most > 10)
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  const received = queue.receive(most, optionalNumber(input, "VisibilityTimeout") ?? queue.visibilitySeconds, {
    ...(queue.redrive === undefined ? {} : { maxReceiveCount: queue.redrive.maxReceiveCount }),
    // The queue that gives up moves it: nobody is asked for a permission.
    giveUp: (message) => byArn(queue.redrive?.deadLetterArn ?? "")?.take(message),
  });
  return received.length === 0 ? {} : { Messages: received.map(shapeOf) };
}

function shapeOf({ message, receipt, count }: Received): Shape {
  const digest = md5OfAttributes(message.attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    Attributes: { SenderId: message.sender, SentTimestamp: String(message.at), ApproximateReceiveCount: String(count) },
    ...(digest === undefined ? {} : { MessageAttributes: message.attributes, MD5OfMessageAttributes: digest }),
  };
}

/** The digest that SDKs check: of names, types and values in the order of the names, each with its length before it. */
function md5OfAttributes(attributes: Readonly<Shape>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const value = attributes[name];
    if (!isShape(value)) return [];
    return [
      lengthAnd(name),
      lengthAnd(String(value.DataType ?? "String")),
      Buffer.from([1]),
      lengthAnd(String(value.StringValue ?? "")),
    ];
  });
  return md5(Buffer.concat(parts));
}

function lengthAnd(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function attributesOf(queue: Queue): Shape {
  const { visible, hidden } = queue.counts();
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: "0",
    VisibilityTimeout: String(queue.visibilitySeconds),
  };
}
