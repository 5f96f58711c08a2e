import { paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import type { Clients } from "../account/clients.js";

export interface StateTime {
  readonly state: string;
  /** Null while it runs, and for a state that ended the execution. */
  readonly seconds: number | null;
}

/** The states of an execution in order, each with the time from its beginning to its end. */
export async function stateTimes({ stepFunctions }: Pick<Clients, "stepFunctions">, executionArn: string) {
  const states: { state: string; from: number; seconds: number | null }[] = [];
  for await (const page of paginateGetExecutionHistory(
    { client: stepFunctions },
    { executionArn, includeExecutionData: false },
  )) {
    for (const { timestamp, stateEnteredEventDetails, stateExitedEventDetails } of page.events ?? []) {
      const time = timestamp?.getTime() ?? 0;
      if (stateEnteredEventDetails?.name !== undefined) {
        states.push({ state: stateEnteredEventDetails.name, from: time, seconds: null });
      }
      const ended = states.findLast(({ state }) => state === stateExitedEventDetails?.name);
      if (ended !== undefined) ended.seconds = (time - ended.from) / 1000;
    }
  }
  return states.map(({ state, seconds }): StateTime => ({ state, seconds }));
}
