import { S3Client } from "@aws-sdk/client-s3";
import { useOwnSchema } from "../../contract/own-schema.js";
import { inspection } from "../../sql/inspect.js";
import { readContracts } from "../shared/contracts.js";
import { createObjectStore } from "../shared/object-store.js";
import { refusable } from "../shared/refusable.js";
import { requireEnv } from "../shared/require-env.js";
import { logger } from "../shared/telemetry.js";
import { readInput } from "./input.js";
import { validateManifest } from "./validate.js";

const store = createObjectStore(new S3Client({}));

/** The execution's input → the batch it names, pinned: what every later step reads. @throws Refusal */
export const handler = refusable(async (event) => {
  useOwnSchema(requireEnv("WAREHOUSE_SCHEMA"));
  const input = readInput(event);
  const output = await validateManifest(
    store,
    {
      source: requireEnv("SOURCE"),
      buckets: { landing: requireEnv("LANDING_BUCKET"), processed: requireEnv("PROCESSED_BUCKET") },
      contracts: readContracts(requireEnv("CONTRACTS")),
      inspection,
    },
    input,
  );
  const { dataset, partition, batchId, revision } = output.batch;
  logger.info("The manifest is valid", { dataset, partition, batchId, revision, execution: input.execution.name });
  return output;
});
