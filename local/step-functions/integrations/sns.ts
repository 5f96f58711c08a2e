import { argumentsOf } from "./arguments.js";
import { optimisedFailure } from "./failures.js";
import { call, type Integration } from "./host.js";
import { sdkMetadata } from "./metadata.js";

const SNS = { prefix: "SNS", catchAll: "AmazonSNSException", title: "AmazonSNS" };
const KNOWN = [
  "TopicArn",
  "Message",
  "Subject",
  "MessageAttributes",
  "MessageStructure",
  "PhoneNumber",
  "TargetArn",
  "MessageGroupId",
  "MessageDeduplicationId",
];

/** `sns:publish`: a Message that is no text is turned into JSON text (A8.5). */
export const publish: Integration = async (host, task) => {
  if (task.resumed !== undefined) return task.resumed;
  const given = argumentsOf(task, KNOWN);
  const { Message } = given;
  const text = typeof Message === "string" || Message === undefined ? Message : JSON.stringify(Message);
  try {
    const { MessageId } = await call(host, "sns", "Publish", { ...given, Message: text });
    return { MessageId: typeof MessageId === "string" ? MessageId : null, ...sdkMetadata() };
  } catch (error) {
    throw optimisedFailure(SNS, error);
  }
};
