import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { stateInputs } from "../../planning/inputs.js";
import { readInspection } from "../../planning/inspection.js";
import { planLoad } from "../../planning/plan.js";
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
  /** What run-statements answered. */
  inspection: z.object({ results: z.unknown() }),
});

/** Contract, report and inspection → the branch of the load, and the inputs of its states. @throws Refusal, and what contract/failures.ts names */
export const handler = refusable(async (event) => {
  const { batch, reportFile, inspection } = Input.parse(event);
  const [contract, batchFile, report] = await Promise.all([
    readContract(store, batch),
    readBatchFile(store, batch),
    readReport(store, reportFile),
  ]);
  const plan = planLoad({
    ...{ contract, batch, batchFile, report },
    inspection: readInspection(inspection.results),
    isForced: batchFile.force,
    project: requireEnv("PROJECT"),
    copyRole: requireEnv("COPY_ROLE_ARN"),
    snapshotRetentionDays: z.coerce.number().int().parse(requireEnv("SNAPSHOT_RETENTION_DAYS")),
  });
  logger.info("The load is planned", {
    dataset: batch.dataset,
    partition: batch.partition,
    branch: plan.branch,
    widened: plan.widen?.statements.length ?? 0,
    prepared: plan.prepare?.statements.length ?? 0,
  });
  return stateInputs(plan, batch.execution);
});
