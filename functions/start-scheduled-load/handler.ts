import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { requireEnv } from "../shared/require-env.js";
import { logger } from "../shared/telemetry.js";
import { scheduledRun } from "./scheduled-run.js";

const stepFunctions = new SFNClient({});

/** A schedule's event → one execution of scheduled-load a planned time. */
export async function handler(event: unknown): Promise<void> {
  const run = scheduledRun(event);
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn: requireEnv("STATE_MACHINE_ARN"), ...run }));
    logger.info("The scheduled load was started", { execution: run.name });
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    logger.info("The schedule fired twice; the execution exists", { execution: run.name });
  }
}
