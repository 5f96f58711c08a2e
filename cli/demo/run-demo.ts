import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { executionName, rerunName, sourceResource } from "../../contract/layout.js";
import { readAdditions } from "../../examples/demo/additions.js";
import { type DemoBatch, demoBatches } from "../../examples/demo/batches.js";
import { type Delivered, deliver, s3EventOf } from "../../examples/demo/deliver.js";
import { CommandFailed, type ExitCode, exitCodes, UsageWrong } from "../exit-codes.js";
import { resultOf } from "../loads/describe.js";
import { executionArn } from "../loads/executions.js";
import { follow } from "../loads/follow.js";
import { findRunning } from "../local/running.js";
import { packageFolder, stateFolder } from "../project.js";
import { type Session, withSession } from "../session.js";
import { complain, print, progress } from "../terminal.js";
import { closingPage } from "./closing-page.js";
import type { DemoLoad } from "./demo-load.js";
import { differences } from "./expected.js";

const dataset = "earthquakes";
const source = "usgs";

/** The whole way: a fresh local account, nine deliveries, their loads, and what became of every record. */
export async function runDemo(): Promise<ExitCode> {
  const project = join(packageFolder, "examples", "demo");
  clear(project);
  const began = Date.now();
  return withSession({ project, local: true, willLoad: true }, async (session) => {
    progress(`the local account is ready after ${seconds(began)} s`);
    const loads = await deliverAndLoad(session);
    const page = await closingPage(session, loads, seconds(began));
    print(page.text);
    const wrong = differences(loads, page.facts);
    for (const difference of wrong) complain(`Not as expected.json says: ${difference}`);
    return wrong.length === 0 ? exitCodes.done : exitCodes.failed;
  });
}

/** Removes what an earlier run left, but for the templates, which are made again only when something changed. */
function clear(project: string): void {
  const running = findRunning(project);
  if (running !== undefined) {
    throw new UsageWrong(`The demo's local account is in use by process ${running.pid}. End it first.`);
  }
  const state = stateFolder(project);
  for (const name of existsSync(state) ? readdirSync(state) : []) {
    if (!name.startsWith("cdk.out")) rmSync(join(state, name), { recursive: true, force: true });
  }
}

async function deliverAndLoad(session: Session): Promise<readonly DemoLoad[]> {
  const { event_delivered_twice, loaded_again_by_hand } = readAdditions();
  const bucket = session.deployment.bucket(source, "landing");
  const loads: DemoLoad[] = [];
  const delivered = new Map<string, Delivered>();
  for (const batch of demoBatches()) {
    const manifest = await deliver(session.clients.s3, bucket, batch);
    delivered.set(batch.partition, manifest);
    loads.push(await followLoad(session, batch, executionOf(batch, manifest)));
    if (batch.partition === event_delivered_twice) await deliverEventAgain(session, batch, manifest);
  }
  const again = delivered.get(loaded_again_by_hand);
  if (again === undefined) throw new CommandFailed(`additions.json: ${loaded_again_by_hand} is not delivered`);
  loads.push(await loadAgainByHand(session, { partition: loaded_again_by_hand, revision: 1 }, again));
  return loads;
}

const executionOf = (batch: Pick<DemoBatch, "partition">, { key, versionId }: Delivered) =>
  executionName(dataset, batch.partition, key, versionId ?? "");

/** S3 delivers an event at least once (F1.1): the same one again finds its execution, and starts no other. */
async function deliverEventAgain({ clients, project }: Session, batch: DemoBatch, manifest: Delivered): Promise<void> {
  const FunctionName = sourceResource(project.project.name, source, "start-load");
  const { FunctionError } = await clients.lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(s3EventOf(manifest)) }),
  );
  if (FunctionError !== undefined) throw new CommandFailed(`The second event of ${batch.partition} failed.`);
  progress(`${batch.partition}: its event was delivered once more, and found its execution`);
}

async function loadAgainByHand(
  session: Session,
  batch: Pick<DemoBatch, "partition" | "revision">,
  manifest: Delivered,
): Promise<DemoLoad> {
  const { bucket, key, versionId } = manifest;
  const name = rerunName(executionOf(batch, manifest), 2);
  const input = JSON.stringify({ dataset, manifest: { bucket, key, ...(versionId === null ? {} : { versionId }) } });
  const stateMachineArn = session.deployment.loadPartition(source);
  await session.clients.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  return followLoad(session, batch, name, true);
}

async function followLoad(
  session: Session,
  { partition, revision }: Pick<DemoBatch, "partition" | "revision">,
  name: string,
  isByHand = false,
): Promise<DemoLoad> {
  const { clients, deployment, lookEveryMs } = session;
  const arn = executionArn(deployment.loadPartition(source), name);
  const ended = await follow(clients, { source, executionArn: arn, onState: () => {}, lookEveryMs });
  const result = await resultOf(clients, deployment, ended);
  const why = result.message === undefined ? "" : `: ${result.error}: ${result.message}`;
  progress(`${partition}, revision ${revision}: ${result.outcome} in ${result.seconds?.toFixed(1)} s${why}`);
  return { partition, revision, isByHand, result };
}

const seconds = (since: number) => Math.round((Date.now() - since) / 1000);
