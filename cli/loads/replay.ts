import { RedriveExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { type Contract, isRefresh } from "../../contract/contract.js";
import { mostReplays, readReplayRevision, replayName, replayRevision, runFolder } from "../../contract/layout.js";
import { ownSchema } from "../../contract/own-schema.js";
import { BatchFile } from "../../run-folder/batch.js";
import { Report } from "../../run-folder/report.js";
import type { Session } from "../account/session.js";
import { ReplayRefused } from "../output/exit-codes.js";
import { findContract } from "../project/find-contract.js";
import { runStatement } from "../warehouse/statements.js";
import { readerWarehouse } from "../warehouse/warehouse.js";
import { describeLoad, executionArn, type LoadExecution } from "./executions.js";
import { type Counts, countNames, type LoadResult } from "./load-result.js";
import { listKeys, readText, readTextIfThere } from "./run-folder.js";
import { startAnew } from "./start.js";

/** What the newest loaded revision of a batch, or the last replay of it, has left rejected. */
export interface Replayable {
  readonly contract: Contract;
  readonly partition: string;
  readonly batchId: string;
  /** Of the ledger's newest row. */
  readonly revision: string;
  readonly counts: Counts;
  /** Who loaded it. */
  readonly execution: string;
  /** Key of the folder of its conversion, ends in a slash. */
  readonly run: string;
  readonly report: Report;
  readonly batchFile: BatchFile;
}

/**
 * Finds what can be replayed of the batch of an execution. The ledger decides which conversion's rejects they are: what was
 * published or tried since may be another's. @throws ReplayRefused
 */
export async function findReplayable(session: Session, execution: LoadExecution): Promise<Replayable> {
  const { clients, deployment, project, flags = "" } = session;
  const contract = findContract(project.contracts, execution.dataset);
  const { dataset, source } = contract;
  const wholly = (forced: boolean) => `sluice rerun ${execution.name}${forced ? " --force" : ""}${flags}`;
  if (isRefresh(contract.load)) {
    throw new ReplayRefused(
      `${dataset} uses mode: ${contract.load.mode}, in which a batch is the whole table. Load the batch again instead: ${wholly(true)}`,
    );
  }
  const { partition, batchId } = execution;
  const row = batchId === null ? undefined : await newestLoaded(session, dataset, batchId);
  if (row === undefined || partition === null || batchId === null) {
    throw new ReplayRefused(
      `No revision of this batch of ${dataset} is loaded, so load the whole batch instead: ${wholly(false)}`,
    );
  }
  const bucket = deployment.bucket(source, "processed");
  const folder = runFolder({ dataset, partition, batchId, revision: row.revision, executionName: row.execution });
  const [report] = (await listKeys(clients, bucket, folder))
    .filter(({ key }) => key.endsWith("/report.json"))
    .sort((a, b) => b.time - a.time);
  const batchFile = await readTextIfThere(clients, bucket, `${folder}batch.json`);
  if (report === undefined || batchFile === undefined) {
    throw new ReplayRefused(
      `The run folder of ${row.execution} has been deleted (s3://${bucket}/${folder}), and its rejected records with it; the source's retention.runs says how long it is kept. Load the batch again instead: ${wholly(true)}`,
    );
  }
  return {
    ...{ contract, partition, batchId, ...row },
    run: report.key.slice(0, -"report.json".length),
    report: Report.parse(JSON.parse(await readText(clients, bucket, report.key))),
    batchFile: BatchFile.parse(JSON.parse(batchFile)),
  };
}

const Row = z.tuple([z.string(), z.string()]).rest(z.coerce.number());

async function newestLoaded({ clients, project }: Session, dataset: string, batchId: string) {
  const { rows } = await runStatement(
    clients,
    readerWarehouse(project.project),
    // Both are of the closed alphabets of names and ids.
    `SELECT revision, execution, ${countNames.join(", ")} FROM ${ownSchema()}.loads WHERE dataset = '${dataset}' AND batch_id = '${batchId}' ORDER BY revision DESC LIMIT 1`,
  );
  const [found] = rows;
  if (found === undefined) return undefined;
  const [revision, execution, ...numbers] = Row.parse(found);
  const counts = Object.fromEntries(countNames.map((name, at) => [name, numbers[at] ?? null]));
  return { revision, execution, counts: counts as Counts };
}

/** The result where there is nothing left to replay: that of the load, or replay, that was. */
export function nothingLeft({ deployment }: Session, found: Replayable): LoadResult {
  return {
    dataset: found.contract.dataset,
    partition: found.partition,
    batch_id: found.batchId,
    outcome: "already_loaded",
    counts: found.counts,
    warnings: [],
    execution: executionArn(deployment.loadPartition(found.contract.source), found.execution),
    seconds: null,
    replayed: 0,
  };
}

/**
 * A replay that is in the ledger, but whose execution did not come to its end: it is taken up, so that what it loaded is published.
 * @returns its ARN; undefined where nothing is left to do
 */
export async function unfinishedReplay(
  { clients, deployment }: Session,
  found: Replayable,
): Promise<string | undefined> {
  if (readReplayRevision(found.revision).number === 0) return undefined;
  const { source } = found.contract;
  const arn = executionArn(deployment.loadPartition(source), found.execution);
  const execution = await describeLoad(clients, source, arn);
  if (execution === undefined || execution.status === "SUCCEEDED") return undefined;
  if (execution.stopDate !== null) {
    await clients.stepFunctions.send(new RedriveExecutionCommand({ executionArn: arn }));
  }
  return arn;
}

/** Starts the next replay; one of that name that runs already is taken up. @returns the execution's ARN @throws ReplayRefused */
export async function startReplay({ clients, deployment }: Session, found: Replayable): Promise<string> {
  const { dataset, source } = found.contract;
  const { loaded, number } = readReplayRevision(found.revision);
  if (number >= mostReplays)
    throw new ReplayRefused(`This revision has already been replayed ${number} times. Deliver a corrected batch.`);
  const { bucket, key, version_id } = found.batchFile.manifest;
  const input = JSON.stringify({
    dataset,
    manifest: { bucket, key, ...(version_id === null ? {} : { versionId: version_id }) },
    partition: found.partition,
    batch: found.batchId,
    replay: { run: found.run },
  });
  const name = replayName(dataset, found.partition, found.batchId, replayRevision(loaded, number + 1));
  return startAnew(clients, deployment.loadPartition(source), name, input, 1);
}
