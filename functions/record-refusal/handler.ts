import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { createObjectStore } from "../shared/object-store.js";
import { refusable } from "../shared/refusable.js";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { RecordRefusalInput, refusalPlace, refusalRecord } from "./refusal-record.js";

const store = createObjectStore(new S3Client({}));

/** A refusal that load-partition caught → `refusal.json`, and the name and text with which the execution ends. */
export const handler = refusable(async (event) => {
  const input = RecordRefusalInput.parse(event);
  const record = refusalRecord(input, new Date());
  const { bucket, key } = refusalPlace(input, requireEnv("PROCESSED_BUCKET"));
  await store.writeJson(bucket, key, record);
  logger.warn("The load was refused", { error: record.error, reason: record.message, execution: record.execution });
  metrics.singleMetric().addDimension("Refusal", record.error).addMetric("LoadsRefused", MetricUnit.Count, 1);
  return { error: record.error, message: record.message };
});
