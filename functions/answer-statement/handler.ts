import { InvalidToken, SendTaskSuccessCommand, SFNClient, TaskDoesNotExist, TaskTimedOut } from "@aws-sdk/client-sfn";
import { logger } from "../shared/telemetry.js";
import { readStatementEvent } from "./statement-event.js";

const stepFunctions = new SFNClient({});

/**
 * Data API status event → the waiting task of run-statements is told that its statement ended.
 * A token that is gone is fine: the event came twice, or the execution asked by itself meanwhile. So is a name that is
 * no token: others send statements to the same warehouse.
 */
export async function handler(event: unknown): Promise<void> {
  const { statementId, state, taskToken } = readStatementEvent(event);
  if (taskToken === null) return;
  try {
    const output = JSON.stringify({ statementId, state });
    await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output }));
    logger.info("The task was told", { statementId, state });
  } catch (error) {
    if (!isGone(error)) throw error;
    logger.info("Nobody waits for this statement", { statementId, state, reason: error.name });
  }
}

function isGone(error: unknown): error is Error {
  return error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
}
