import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { readContracts } from "../shared/contracts.js";
import { createObjectStore } from "../shared/object-store.js";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import type { Execution } from "../start-load/execution.js";
import { lookForQuiet } from "./quiet.js";

const store = createObjectStore(new S3Client({}));
const stepFunctions = new SFNClient({});
const known = new Map<string, string>();

const Input = z.object({ dataset: z.string() });

/** A schedule's event → loads of the partitions of a dataset to which no more files come. What is quiet is judged by the present time. */
export async function handler(event: unknown): Promise<void> {
  const { dataset } = Input.parse(event);
  const contracts = readContracts(requireEnv("CONTRACTS"));
  const contract = Object.hasOwn(contracts, dataset) ? contracts[dataset] : undefined;
  if (contract === undefined) return;
  const buckets = { landing: requireEnv("LANDING_BUCKET"), processed: requireEnv("PROCESSED_BUCKET") };
  const look = await lookForQuiet({ store, buckets, now: new Date(), known, start }, contract);
  logger.info("The dataset was looked at", { ...look });
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

async function start(execution: Execution): Promise<void> {
  const stateMachineArn = requireEnv("STATE_MACHINE_ARN");
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, ...execution }));
    metrics.addMetric("LoadsStarted", MetricUnit.Count, 1);
    logger.info("The load was started", { execution: execution.name });
  } catch (error) {
    // Begun by an earlier look: it has not composed its manifest yet, or it failed before it could.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
