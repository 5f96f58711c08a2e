import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { z } from "zod";
import { events } from "../../contract/events.js";
import { Notice } from "../../contract/notice.js";
import { createObjectStore } from "../shared/object-store.js";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { deliver, sendHeld } from "./deliver.js";
import type { Ways } from "./send.js";

const store = createObjectStore(new S3Client({}));
const sns = new SNSClient({});
const secrets = new SecretsManagerClient({});

/** An event as the notice's rule hands it over, or the end of its quiet hours. */
const event = <Name extends keyof typeof events>(name: Name) =>
  z.object({ type: z.literal(name), detail: events[name] });
const Input = z.union([
  z.object({ notice: z.string(), scheduledTime: z.string() }),
  z.object({
    notice: z.string(),
    id: z.string(),
    event: z.discriminatedUnion("type", [
      event("BatchLoaded"),
      event("BatchRefused"),
      event("BatchFailed"),
      event("PartitionOverdue"),
      event("SchemaChanged"),
    ]),
  }),
]);

const postTimeoutMilliseconds = 10_000;

const ways: Ways = {
  publish: async (topic, Subject, Message) => {
    const TopicArn = topic.startsWith("arn:") ? topic : `${requireEnv("TOPICS")}${topic}`;
    await sns.send(new PublishCommand({ TopicArn, Subject, Message }));
  },
  secret: async (SecretId) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "",
  // A redirect would lead the message to where nobody declared it.
  post: (url, body) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(postTimeoutMilliseconds),
    }),
};

/** One event to one notice; or what its quiet hours held back. @throws NoticeNotTaken, IncidentChanged */
export async function handler(given: unknown): Promise<void> {
  const input = Input.parse(given);
  const file = join(requireEnv("LAMBDA_TASK_ROOT"), "notices.json");
  const notice = z
    .array(Notice)
    .parse(JSON.parse(readFileSync(file, "utf8")))
    .find(({ id }) => id === input.notice);
  if (notice === undefined) {
    logger.info("The notice is not declared any more", { notice: input.notice });
    return;
  }
  const around = { store, bucket: requireEnv("PROCESSED_BUCKET"), ways, now: new Date() };
  try {
    const done =
      "scheduledTime" in input ? `${await sendHeld(around, notice)} held back` : await deliver(around, notice, input);
    logger.info("The notice was looked after", { notice: notice.id, done });
  } catch (error) {
    metrics.singleMetric().addMetric("NoticesNotTaken", MetricUnit.Count, 1);
    throw error;
  }
}
