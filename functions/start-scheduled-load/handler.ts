import { S3Client } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { pausedKey } from "../../contract/layout.js";
import { createObjectStore } from "../shared/object-store.js";
import { requireEnv } from "../shared/require-env.js";
import { logger } from "../shared/telemetry.js";
import { scheduledRun } from "./scheduled-run.js";

const stepFunctions = new SFNClient({});
const store = createObjectStore(new S3Client({}));

/** A schedule's event → one execution of scheduled-load a planned time, or none while the schedule is paused. */
export async function handler(event: unknown): Promise<void> {
  const { dataset, ...run } = scheduledRun(event);
  const key = pausedKey(dataset);
  // By a list, not a read: what the object says is for people, and needs no key to be decrypted.
  if ((await store.list(requireEnv("PROCESSED_BUCKET"), key)).includes(key)) {
    logger.info("The schedule is paused; no load was started", { dataset, execution: run.name });
    return;
  }
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn: requireEnv("STATE_MACHINE_ARN"), ...run }));
    logger.info("The scheduled load was started", { execution: run.name });
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    logger.info("The schedule fired twice; the execution exists", { execution: run.name });
  }
}
