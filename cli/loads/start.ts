import { ExecutionAlreadyExists, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { rerunName } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";

const mostReruns = 100;

/**
 * Starts load-partition under the first name of a load that is free: `<name>-r2`, `-r3` …
 * @param from 1 to try the plain name first: one that runs with the same input is taken up (A1.4).
 * @returns the execution's ARN.
 */
export async function startAnew(
  { stepFunctions }: Pick<Clients, "stepFunctions">,
  stateMachineArn: string,
  name: string,
  input: string,
  from: 1 | 2,
): Promise<string> {
  for (let n: number = from; n <= mostReruns; n++) {
    try {
      const started = await stepFunctions.send(
        new StartExecutionCommand({ stateMachineArn, name: n === 1 ? name : rerunName(name, n), input }),
      );
      if (started.executionArn !== undefined) return started.executionArn;
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }
  throw new CommandFailed(
    `${name} has already been rerun ${mostReruns} times. Find out why it fails: sluice show ${name}`,
  );
}
