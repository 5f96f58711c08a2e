import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { z } from "zod";
import { readContracts } from "../shared/contracts.js";
import { createObjectStore } from "../shared/object-store.js";
import { putEvents } from "../shared/put-events.js";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { expecting, type Surroundings, watchDataset } from "./watch.js";

const store = createObjectStore(new S3Client({}));
const sns = new SNSClient({});
const bus = new EventBridgeClient({});

/** The schedule's planned time: what is overdue at a moment does not depend on when the function gets its turn. */
const Input = z.object({ scheduledTime: z.iso.datetime({ offset: true }).transform((text) => new Date(text)) });

/** Some datasets could not be looked at; the others were. */
export class WatchIncomplete extends AggregateError {
  override readonly name = "WatchIncomplete";
}

/** A planned time → alarms of the partitions that are overdue then. @throws WatchIncomplete after every dataset had its turn */
export async function handler(event: unknown): Promise<void> {
  const { scheduledTime: now } = Input.parse(event);
  const buckets = { landing: requireEnv("LANDING_BUCKET"), processed: requireEnv("PROCESSED_BUCKET") };
  const TopicArn = requireEnv("TOPIC_ARN");
  const [project, source] = [requireEnv("PROJECT"), requireEnv("SOURCE")];
  const publish: Surroundings["publish"] = async ({ subject, message }, overdue) => {
    await putEvents(bus, project, [{ type: "PartitionOverdue", detail: { version: 1, project, source, ...overdue } }]);
    await sns.send(new PublishCommand({ TopicArn, Subject: subject, Message: message }));
  };
  const errors: unknown[] = [];
  let overdue = 0;
  for (const contract of expecting(readContracts(requireEnv("CONTRACTS")))) {
    try {
      const watched = await watchDataset({ store, buckets, publish, now }, contract);
      overdue += watched.overdue.length;
      metrics
        .singleMetric()
        .addDimension("Dataset", watched.dataset)
        .addMetric("PartitionsOverdue", MetricUnit.Count, watched.overdue.length);
      logger.info("The dataset was looked at", { ...watched });
    } catch (error) {
      logger.error("The dataset could not be looked at", { dataset: contract.dataset, error });
      errors.push(error);
    }
  }
  metrics.singleMetric().addMetric("PartitionsOverdue", MetricUnit.Count, overdue);
  if (errors.length > 0)
    throw new WatchIncomplete(errors, `${errors.length} dataset(s) could not be checked: ${errors[0]}`);
}
