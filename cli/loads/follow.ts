import { setTimeout as sleep } from "node:timers/promises";
import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import { describeLoad, type LoadExecution } from "./executions.js";

export interface Following {
  readonly source: string;
  readonly executionArn: string;
  /** Called with the name of each state that is seen to begin. */
  onState(name: string): void;
  /** Milliseconds between two looks: short for a local account, longer where AWS counts the calls (A2.6). */
  readonly pollEveryMs: number;
}

/** S3's event usually comes within seconds, sometimes after a minute or more (F1.1). */
const startWithinMs = 5 * 60_000;
const recentEvents = 20;

/** Waits until an execution has begun and ended. @throws CommandFailed when it does not begin. */
export async function follow(clients: Pick<Clients, "stepFunctions">, following: Following): Promise<LoadExecution> {
  const { source, executionArn, pollEveryMs } = following;
  const giveUpAt = Date.now() + startWithinMs;
  let state = "";
  for (;;) {
    const execution = await describeLoad(clients, source, executionArn);
    if (execution !== undefined && execution.stopDate !== null) return execution;
    if (execution === undefined && Date.now() > giveUpAt) {
      throw new CommandFailed(
        `No load started within ${startWithinMs / 60_000} minutes (${executionArn}). Look at the log and the dead-letter queue of the function start-load.`,
      );
    }
    if (execution !== undefined) {
      const now = await currentState(clients, executionArn);
      if (now !== undefined && now !== state) following.onState(now);
      state = now ?? state;
    }
    await sleep(pollEveryMs);
  }
}

async function currentState({ stepFunctions }: Pick<Clients, "stepFunctions">, executionArn: string) {
  const { events } = await stepFunctions.send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: recentEvents,
      includeExecutionData: false,
    }),
  );
  return events?.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
}
