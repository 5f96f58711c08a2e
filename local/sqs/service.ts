import { join } from "node:path";
import { type Account, AwsError, type ResolvedResource, type ServiceBody, type Shape } from "../call/call.js";
import { isShape, optionalNumber, optionalShape, requiredText } from "../call/input.js";
import { md5, Queue, type Received } from "./queue.js";

const LARGEST_MESSAGE_BYTES = 1_048_576;

/** SQS: the standard queues of the templates. ReceiveMessage answers at once; it does not wait for messages. */
export function createSqsService(account: Account): ServiceBody {
  const queues = new Map(
    account.resourcesOf("AWS::SQS::Queue").map((resource) => [nameOf(resource), open(account, resource)]),
  );
  const byName = (name: string) => {
    const queue = queues.get(name);
    if (queue === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  };
  const find = (input: Shape) => byName(requiredText(input, "QueueUrl").split("/").at(-1) ?? "");
  const url = (queue: Queue) => `${account.endpoint}/${account.accountId}/${queue.name}`;
  return {
    service: "sqs",
    operations: {
      SendMessage: async (input, { principal }) => sendMessage(find(input), input, principal.arn),
      ReceiveMessage: async (input) => receiveMessage(find(input), input),
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
  if (RedrivePolicy !== undefined) throw new Error(`${place}: RedrivePolicy is not supported in the local account`);
  const name = nameOf(resource);
  const names = { name, arn: resource.attributes.Arn ?? "" };
  return new Queue(
    join(account.stateFolder, "sqs", `${name}.jsonl`),
    names,
    Number(VisibilityTimeout ?? 30),
    account.clock,
  );
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

function receiveMessage(queue: Queue, input: Shape): Shape {
  const most = optionalNumber(input, "MaxNumberOfMessages") ?? 1;
  if (most < 1 || most > 10)
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  const received = queue.receive(most, optionalNumber(input, "VisibilityTimeout") ?? queue.visibilitySeconds);
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
