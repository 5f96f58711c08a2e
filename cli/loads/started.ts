import { setTimeout as sleep } from "node:timers/promises";
import { deliveryOf } from "../../contract/deliveries.js";
import { executionName } from "../../contract/layout.js";
import { partitionOf } from "../../functions/deliveries/partition.js";
import { createObjectStore } from "../../functions/shared/object-store.js";
import type { Clients } from "../account/clients.js";
import { CommandFailed } from "../output/exit-codes.js";
import { describeLoad, executionArn, listExecutions } from "./executions.js";
import type { Landed, LandedObject, Landing } from "./landing.js";

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
 * The executions that follow from what was landed, one a batch: of the manifest or marker, or of each file. A partition that
 * must fall quiet first is waited for. @throws CommandFailed when none begins
 */
export async function executionsOfLanding(
  clients: Pick<Clients, "stepFunctions" | "s3">,
  stateMachineArn: string,
  landing: Pick<Landing, "contract" | "partition">,
  { manifest, files }: Pick<Landed, "manifest" | "files">,
  earlier: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { contract } = landing;
  const starts = manifest === null ? files : [manifest];
  if (contract.arrival.kind === "quiet") {
    const waits = (contract.arrival.quiet_seconds + contract.arrival.every_seconds) * 1000;
    const names = new Set(files.map(({ url }) => url));
    return [await searchExecution(clients, stateMachineArn, contract, names, earlier, waits)];
  }
  const store = createObjectStore(clients.s3);
  const found: string[] = [];
  for (const start of starts) {
    const delivery = deliveryOf(contract, start.key);
    const [, bucket = ""] = /^s3:\/\/([^/]+)\//.exec(start.url) ?? [];
    const place = { bucket, key: start.key, versionId: start.versionId };
    const partition = delivery && (await partitionOf(store, contract, delivery, place));
    found.push(
      await executionOfLanded(clients, stateMachineArn, { contract, partition: partition ?? "" }, start, earlier),
    );
  }
  return found;
}

/**
 * The execution that S3's event starts for a landed manifest. In a versioned bucket its name follows from the manifest;
 * in another it is the newest one that names the manifest and is not among the `earlier` ones. @throws CommandFailed when none begins.
 */
export async function executionOfLanded(
  clients: Pick<Clients, "stepFunctions">,
  stateMachineArn: string,
  { contract, partition }: Pick<Landing, "contract" | "partition">,
  manifest: LandedObject,
  earlier: ReadonlySet<string>,
): Promise<string> {
  if (manifest.versionId !== undefined) {
    const name = executionName(contract.dataset, partition, manifest.key, manifest.versionId);
    return executionArn(stateMachineArn, name);
  }
  return searchExecution(clients, stateMachineArn, contract, new Set([manifest.url]), earlier, 0);
}

/** The newest execution that names one of some objects and is not among the `earlier` ones. */
async function searchExecution(
  clients: Pick<Clients, "stepFunctions">,
  stateMachineArn: string,
  { source, dataset }: Landing["contract"],
  urls: ReadonlySet<string>,
  earlier: ReadonlySet<string>,
  longerMs: number,
): Promise<string> {
  const since = Date.now() - clockSkewMs;
  const known = new Set(earlier);
  while (Date.now() < since + clockSkewMs + searchForMs + longerMs) {
    for await (const { arn, startDate } of listExecutions(clients, stateMachineArn)) {
      if (startDate.getTime() < since) break;
      if (known.has(arn)) continue;
      known.add(arn);
      const found = await describeLoad(clients, source, arn);
      if (found?.dataset === dataset && urls.has(found.manifest)) return arn;
    }
    await sleep(searchEveryMs);
  }
  throw new CommandFailed(`No load of ${[...urls].join(", ")} began. Look at the log of the function start-load.`);
}
