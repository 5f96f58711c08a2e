import { MetricUnit } from "@aws-lambda-powertools/metrics";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { type Execution, executionOf } from "./execution.js";
import { type LandedManifest, readS3Event } from "./s3-event.js";

const stepFunctions = new SFNClient({});

/** Some manifests of an event have no execution; the event is tried again, and the others are found as duplicates. */
export class LoadsNotStarted extends AggregateError {
  override readonly name = "LoadsNotStarted";
}

/**
 * S3 event → one execution of load-partition a manifest.
 * @throws LoadsNotStarted after every record was tried, so that Lambda repeats the event and at last keeps it (F3.1, F3.4).
 */
export async function handler(event: unknown): Promise<void> {
  const stateMachineArn = requireEnv("STATE_MACHINE_ARN");
  const manifests = readS3Event(event);
  const outcomes = await Promise.allSettled(manifests.map((manifest) => startLoad(stateMachineArn, manifest)));
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  const errors = outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    const { bucket, key } = manifests[index] ?? {};
    logger.error("The load was not started", { manifest: `s3://${bucket}/${key}`, error: outcome.reason });
    return [outcome.reason];
  });
  if (errors.length > 0) {
    throw new LoadsNotStarted(errors, `${errors.length} of ${manifests.length} loads were not started: ${errors[0]}`);
  }
}

async function startLoad(stateMachineArn: string, manifest: LandedManifest): Promise<void> {
  const execution = executionOf(manifest);
  const log = { manifest: `s3://${manifest.bucket}/${manifest.key}`, execution: execution.name };
  try {
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, ...execution }));
    metrics.addMetric("LoadsStarted", MetricUnit.Count, 1);
    logger.info("The load was started", log);
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    metrics.addMetric("DuplicateEvents", MetricUnit.Count, 1);
    logger.info("The event came before; its execution exists", {
      ...log,
      ...(await fateOf(stateMachineArn, execution)),
    });
  }
}

/** What became of the execution that an earlier delivery of the event started (A1.13 has the shape of the ARN). */
async function fateOf(stateMachineArn: string, { name }: Execution) {
  const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  const { status, error } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return { status, executionError: error };
}
