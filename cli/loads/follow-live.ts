import type { Clients } from "../account/clients.js";
import { howToLogIn, isCredentialError } from "../account/credentials.js";
import { CommandFailed } from "../output/exit-codes.js";
import { LiveLine } from "../output/live-line.js";
import type { LoadExecution } from "./executions.js";
import { type Following, follow } from "./follow.js";
import { nameOf } from "./report-load.js";

/**
 * Follows an execution to its end, with its present state in one line of the terminal.
 * @param flags what a command needs, to be typed for the same account. @throws CommandFailed
 */
export async function followLive(
  clients: Pick<Clients, "stepFunctions">,
  { flags = "", ...following }: Omit<Following, "onState"> & { readonly flags?: string | undefined },
): Promise<LoadExecution> {
  const line = new LiveLine();
  line.show("waiting for the load to start");
  try {
    return await follow(clients, { ...following, onState: (name) => line.show(name) });
  } catch (error) {
    if (!isCredentialError(error)) throw error;
    // Nobody need stand by for a load to go on.
    throw new CommandFailed(
      `The credentials expired while the load was followed (${error.name}). The load itself goes on. Log in again (${howToLogIn}), then: sluice show ${nameOf(following.executionArn)}${flags}`,
    );
  } finally {
    line.end();
  }
}
