import type { Session } from "../account/session.js";
import { UsageWrong } from "../output/exit-codes.js";
import { describeLoad, executionArn, type LoadExecution } from "./executions.js";
import { findLoads } from "./find-loads.js";

/** True when a text names this execution: by name or ARN, or by the id of its batch, or the id's beginning. */
export function isMeant(execution: Pick<LoadExecution, "name" | "executionArn" | "batchId">, text: string): boolean {
  if (execution.name === text || execution.executionArn === text) return true;
  return /^[0-9a-f]{6,32}$/.test(text) && execution.batchId?.startsWith(text) === true;
}

/** The execution of that name or ARN, or the newest of that batch. @throws UsageWrong when there is none. */
export async function findLoad({ clients, deployment, flags = "" }: Session, text: string): Promise<LoadExecution> {
  // A name is looked up at once; a batch is known only by the inputs of executions.
  for (const source of Object.keys(deployment.project.sources)) {
    const machine = deployment.loadPartition(source);
    const prefix = executionArn(machine, "");
    const name = text.startsWith(prefix) ? text.slice(prefix.length) : text;
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) continue;
    const found = await describeLoad(clients, source, `${prefix}${name}`);
    if (found !== undefined) return found;
  }
  const [newest] = await findLoads(clients, deployment, { limit: 1, matches: (each) => isMeant(each, text) });
  if (newest === undefined)
    throw new UsageWrong(`There is no batch or execution '${text}'. See: sluice status${flags}`);
  return newest;
}
