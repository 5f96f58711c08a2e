import type { Clients } from "../account/clients.js";
import type { Deployment } from "../account/deployment.js";
import type { LoadExecution } from "./executions.js";
import { type LoadResult, loadResult } from "./load-result.js";
import { findRunFolder } from "./run-folder.js";

/** What became of an execution; the counts of one that did not end well come from its report. */
export async function resultOf(
  clients: Clients,
  deployment: Deployment,
  execution: LoadExecution,
): Promise<LoadResult> {
  const needsReport = execution.status !== "SUCCEEDED" && execution.stopDate !== null;
  const run = needsReport
    ? await findRunFolder(clients, deployment.bucket(execution.source, "processed"), execution)
    : undefined;
  return loadResult(execution, { ...execution, counts: run?.report?.counts ?? {} });
}
