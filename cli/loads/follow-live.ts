import type { Clients } from "../account/clients.js";
import { LiveLine } from "../output/live-line.js";
import type { LoadExecution } from "./executions.js";
import { type Following, follow } from "./follow.js";

/** Follows an execution to its end, with its present state in one line of the terminal. */
export async function followLive(
  clients: Pick<Clients, "stepFunctions">,
  following: Omit<Following, "onState">,
): Promise<LoadExecution> {
  const line = new LiveLine();
  line.show("waiting for the load to begin");
  try {
    return await follow(clients, { ...following, onState: (name) => line.show(name) });
  } finally {
    line.end();
  }
}
