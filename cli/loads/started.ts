import { setTimeout as sleep } from "node:timers/promises";
import { executionName } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import { describeLoad, executionArn, listExecutions } from "./executions.js";
import type { Landing } from "./landing.js";

export interface LandedManifest {
  readonly url: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

const searchForMs = 5 * 60_000;
const searchEveryMs = 3000;
/** Clocks of S3, Step Functions and this machine may differ. */
const clockSkewMs = 60_000;

/** The executions that began of late, asked before a manifest is landed: none of them is of it. */
export async function recentExecutions(
  clients: Pick<Clients, "stepFunctions">,
  stateMachineArn: string,
): Promise<ReadonlySet<string>> {
  const since = Date.now() - 2 * clockSkewMs;
  const recent = new Set<string>();
  for await (const { arn, startDate } of listExecutions(clients, stateMachineArn)) {
    if (startDate.getTime() < since) break;
    recent.add(arn);
  }
  return recent;
}

/**
 * The execution that S3's event starts for a landed manifest. In a versioned bucket its name follows from the manifest;
 * in another it is the newest one that names the manifest and is not among the `earlier` ones. @throws CommandFailed when none begins.
 */
export async function executionOfLanded(
  clients: Pick<Clients, "stepFunctions">,
  stateMachineArn: string,
  { contract, partition }: Pick<Landing, "contract" | "partition">,
  manifest: LandedManifest,
  earlier: ReadonlySet<string>,
): Promise<string> {
  if (manifest.versionId !== undefined) {
    const name = executionName(contract.dataset, partition, manifest.key, manifest.versionId);
    return executionArn(stateMachineArn, name);
  }
  const since = Date.now() - clockSkewMs;
  const known = new Set(earlier);
  while (Date.now() < since + clockSkewMs + searchForMs) {
    for await (const { arn, startDate } of listExecutions(clients, stateMachineArn)) {
      if (startDate.getTime() < since) break;
      if (known.has(arn)) continue;
      known.add(arn);
      const found = await describeLoad(clients, contract.source, arn);
      if (found?.manifest === manifest.url) return arn;
    }
    await sleep(searchEveryMs);
  }
  throw new CommandFailed(`No load of ${manifest.url} began. Look at the log of the function start-load.`);
}
