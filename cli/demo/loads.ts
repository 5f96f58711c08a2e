import { InvokeCommand } from "@aws-sdk/client-lambda";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { executionName, rerunName, sourceResource } from "../../contract/layout.js";
import type { DemoBatch } from "../../examples/demo/batches.js";
import { type Delivered, s3EventOf } from "../../examples/demo/deliver.js";
import type { Session } from "../account/session.js";
import { resultOf } from "../loads/describe.js";
import { executionArn } from "../loads/executions.js";
import { follow } from "../loads/follow.js";
import { CommandFailed } from "../output/exit-codes.js";
import { progress } from "../output/terminal.js";
import type { DemoLoad } from "./demo-load.js";

/** A batch that was delivered, by which source and with which manifest. */
export interface Delivery {
  readonly source: string;
  readonly batch: Pick<DemoBatch, "dataset" | "partition" | "revision">;
  readonly manifest: Delivered;
}

const executionOf = ({ batch, manifest }: Delivery) =>
  executionName(batch.dataset, batch.partition, manifest.key, manifest.versionId ?? "");

/** S3 delivers an event at least once (F1.1): the same one again finds its execution, and starts no other. */
export async function deliverEventAgain({ clients, project }: Session, delivery: Delivery): Promise<void> {
  const FunctionName = sourceResource(project.project.name, delivery.source, "start-load");
  const { FunctionError } = await clients.lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(s3EventOf(delivery.manifest)) }),
  );
  const { dataset, partition } = delivery.batch;
  if (FunctionError !== undefined) throw new CommandFailed(`The second event of ${dataset} ${partition} failed.`);
  progress(`${dataset} ${partition}: its event was delivered again, and its execution was recognised`);
}

/** Starts the load once more under a new name, as a person would, and waits for its end. */
export async function loadAgainByHand(session: Session, delivery: Delivery): Promise<DemoLoad> {
  const { bucket, key, versionId } = delivery.manifest;
  const { dataset } = delivery.batch;
  const name = rerunName(executionOf(delivery), 2);
  const input = JSON.stringify({ dataset, manifest: { bucket, key, ...(versionId === null ? {} : { versionId }) } });
  const stateMachineArn = session.deployment.loadPartition(delivery.source);
  await session.clients.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  return followNamed(session, delivery, name, true);
}

/** Waits for the load that the manifest's event starts. */
export const followLoad = (session: Session, delivery: Delivery): Promise<DemoLoad> =>
  followNamed(session, delivery, executionOf(delivery), false);

async function followNamed(session: Session, delivery: Delivery, name: string, isByHand: boolean): Promise<DemoLoad> {
  const { clients, deployment, pollEveryMs } = session;
  const { source, batch } = delivery;
  const arn = executionArn(deployment.loadPartition(source), name);
  const ended = await follow(clients, { source, executionArn: arn, onState: () => {}, pollEveryMs });
  const result = await resultOf(clients, deployment, ended);
  const why = result.message === undefined ? "" : `: ${result.error}: ${result.message}`;
  const { dataset, partition, revision } = batch;
  progress(`${dataset} ${partition}, revision ${revision}: ${result.outcome} in ${result.seconds?.toFixed(1)} s${why}`);
  return { dataset, partition, revision, isByHand, result };
}
