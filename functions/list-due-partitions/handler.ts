import { S3Client } from "@aws-sdk/client-s3";
import { useOwnSchema } from "../../contract/own-schema.js";
import { readContracts } from "../shared/contracts.js";
import { createObjectStore } from "../shared/object-store.js";
import { requireEnv } from "../shared/require-env.js";
import { logger } from "../shared/telemetry.js";
import { ListInput, listDuePartitions } from "./list-due.js";

const store = createObjectStore(new S3Client({}));

/** A dataset and a planned time → the manifests that may have to be loaded, and the question to the ledger. */
export async function handler(event: unknown) {
  useOwnSchema(requireEnv("WAREHOUSE_SCHEMA"));
  const input = ListInput.parse(event);
  const buckets = { landing: requireEnv("LANDING_BUCKET"), processed: requireEnv("PROCESSED_BUCKET") };
  const due = await listDuePartitions(store, buckets, readContracts(requireEnv("CONTRACTS")), input);
  logger.info("The landing folders were looked into", {
    dataset: input.dataset,
    candidates: due.candidates.length,
    unsettled: due.unsettled,
  });
  if (due.leftOut > 0)
    logger.warn("Older partitions were left out: sluice backfill loads them", { leftOut: due.leftOut });
  return due;
}
