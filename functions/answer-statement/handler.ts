import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { logger } from "../shared/telemetry.js";
import { readStatementEvent } from "./statement-event.js";

const stepFunctions = new SFNClient({});

/**
 * Data API status event → the waiting task of run-statements succeeds when its statement is FINISHED, and fails
 * otherwise, with the statement's id as the cause: the machine asks what became of it.
 * A token that is gone is fine: the event came twice, or the execution asked by itself meanwhile. So is a name that is
 * no token: others send statements to the same warehouse.
 */
export async function handler(event: unknown): Promise<void> {
  const { statementId, hasFinished, taskToken } = readStatementEvent(event);
  if (taskToken === null) return;
  try {
    if (hasFinished) {
      await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ statementId }) }));
    } else {
      const failure = { taskToken, error: "StatementNotFinished", cause: statementId };
      await stepFunctions.send(new SendTaskFailureCommand(failure));
    }
    logger.info("The task was told", { statementId, hasFinished });
  } catch (error) {
    if (!isGone(error)) throw error;
    logger.info("Nobody waits for this statement", { statementId, hasFinished, reason: error.name });
  }
}

function isGone(error: unknown): error is Error {
  return error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
}
