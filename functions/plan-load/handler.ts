import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { useOwnSchema } from "../../contract/own-schema.js";
import { Found, planOf } from "../../planning/found.js";
import { Batch } from "../../run-folder/batch.js";
import { readBatchFile, readContract, readReport } from "../../run-folder/run-files.js";
import { createObjectStore } from "../shared/object-store.js";
import { refusable } from "../shared/refusable.js";
import { requireEnv } from "../shared/require-env.js";
import { logger } from "../shared/telemetry.js";

const store = createObjectStore(new S3Client({}));
const Input = z.object({
  batch: Batch,
  reportFile: z.string(),
  inspection: Found,
});

/** Contract, report and inspection → the branch of the load, and the inputs of its states; or that the target has to be inspected again. @throws Refusal, and what contract/failures.ts names */
export const handler = refusable(async (event) => {
  useOwnSchema(requireEnv("WAREHOUSE_SCHEMA"));
  const { batch, reportFile, inspection } = Input.parse(event);
  const [contract, batchFile, report] = await Promise.all([
    readContract(store, batch),
    readBatchFile(store, batch),
    readReport(store, reportFile),
  ]);
  const input = {
    ...{ contract, batch, batchFile, report },
    isForced: batchFile.force,
    project: requireEnv("PROJECT"),
    replaces: z.array(z.string()).parse(JSON.parse(requireEnv("PROTECTION_REPLACES"))),
    copyRole: requireEnv("COPY_ROLE_ARN"),
    snapshotRetentionDays: z.coerce.number().int().parse(requireEnv("SNAPSHOT_RETENTION_DAYS")),
  };
  const plan = planOf(inspection, input, batch.execution);
  logger.info(plan.branch === "inspect" ? "The target is inspected again" : "The load is planned", {
    dataset: batch.dataset,
    partition: batch.partition,
    branch: plan.branch,
    prepared: plan.prepare.map(({ step }) => step),
  });
  return plan;
});
