import { datasetInNames, readExecutionName } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import { describeLoad, type LoadExecution, listExecutions } from "./executions.js";

export interface Search {
  readonly limit: number;
  readonly matches?: (execution: LoadExecution) => boolean;
  /** A quick look at the name, before an execution is described. */
  readonly mayMatch?: (name: string) => boolean;
}

/** The newest executions of all sources that match, newest first. */
export async function findLoads(
  clients: Pick<Clients, "stepFunctions">,
  deployment: Deployment,
  { limit, matches = () => true, mayMatch = () => true }: Search,
): Promise<readonly LoadExecution[]> {
  const found: LoadExecution[] = [];
  for (const source of Object.keys(deployment.project.sources)) {
    let ofSource = 0;
    for await (const { name, arn } of listExecutions(clients, deployment.loadPartition(source))) {
      if (!mayMatch(name)) continue;
      const execution = await describeLoad(clients, source, arn);
      if (execution === undefined || !matches(execution)) continue;
      found.push(execution);
      if (++ofSource >= limit) break;
    }
  }
  return found.sort((a, b) => b.startDate.getTime() - a.startDate.getTime()).slice(0, limit);
}

/**
 * Whether an execution of that name can be of the dataset: our names begin with it, as far as it fits; a
 * person who started one may have given it any.
 */
export const mayBeOf = (dataset: string) => (name: string) => {
  const read = readExecutionName(name);
  return read === undefined || read.dataset === datasetInNames(dataset);
};
