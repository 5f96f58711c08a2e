import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { alertOf } from "./alert.js";

const sns = new SNSClient({});

/** Step Functions status event of an execution that did not succeed → one message on the project's topic. */
export async function handler(event: unknown): Promise<void> {
  const { subject, message, ending, machine } = alertOf(event);
  // First the count: the alarm on it does not depend on the message.
  metrics.singleMetric().addDimension("StateMachine", machine).addMetric(ending, MetricUnit.Count, 1);
  await sns.send(new PublishCommand({ TopicArn: requireEnv("TOPIC_ARN"), Subject: subject, Message: message }));
  logger.info("The alert was sent", { subject });
}
