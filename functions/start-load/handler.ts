import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { readContracts } from "../shared/contracts.js";
import { createObjectStore } from "../shared/object-store.js";
import { requireEnv } from "../shared/require-env.js";
import { logger, metrics } from "../shared/telemetry.js";
import { consequencesOf, type Execution } from "./execution.js";
import { readMessage, readQueuedEvent } from "./queued-event.js";
import { type LandedObject, readS3Event } from "./s3-event.js";

const stepFunctions = new SFNClient({});
const store = createObjectStore(new S3Client({}));

/** Some objects of an event have no execution; the event is tried again, and the others are found as duplicates. */
export class LoadsNotStarted extends AggregateError {
  override readonly name = "LoadsNotStarted";
}

/** What Lambda takes back into the queue: everything else of the batch is done. */
export interface Unhandled {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * S3 event → the executions of load-partition that its objects start. S3 or EventBridge calls, or Lambda brings messages of a queue:
 * of those the ones that could not be handled are named, and come again until the queue gives them up.
 * @throws LoadsNotStarted after every record was tried, so that Lambda repeats the event and at last keeps it (F3.1, F3.4).
 */
export async function handler(event: unknown): Promise<Unhandled | undefined> {
  const messages = readQueuedEvent(event);
  try {
    if (messages === undefined) {
      await startLoads(readS3Event(event));
      return undefined;
    }
    const outcomes = await Promise.allSettled(messages.map(async (message) => startLoads(readMessage(message))));
    const batchItemFailures = messages.flatMap(({ messageId, body }, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== "rejected") return [];
      logger.error("The message was not handled", { messageId, body, error: outcome.reason });
      return [{ itemIdentifier: messageId }];
    });
    return { batchItemFailures };
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}

async function startLoads(objects: readonly LandedObject[]): Promise<void> {
  const stateMachineArn = requireEnv("STATE_MACHINE_ARN");
  const contracts = objects.length === 0 ? {} : readContracts(requireEnv("CONTRACTS"));
  const outcomes = await Promise.allSettled(
    objects.map(async (landed) => {
      const { executions, late } = await consequencesOf(store, contracts, landed, new Date());
      const object = `s3://${landed.bucket}/${landed.key}`;
      for (const key of late) await store.writeJson(requireEnv("PROCESSED_BUCKET"), key, { object });
      const starts = await Promise.allSettled(executions.map((each) => startLoad(stateMachineArn, landed, each)));
      const failed = starts.find((start) => start.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      if (executions.length === 0)
        logger.info("The object starts no load by itself", { object, late: late.length > 0 });
    }),
  );
  const errors = outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    const { bucket, key } = objects[index] ?? {};
    logger.error("The load was not started", { object: `s3://${bucket}/${key}`, error: outcome.reason });
    return [outcome.reason];
  });
  if (errors.length > 0) {
    throw new LoadsNotStarted(errors, `${errors.length} of ${objects.length} loads were not started: ${errors[0]}`);
  }
}

async function startLoad(stateMachineArn: string, landed: LandedObject, execution: Execution): Promise<void> {
  const log = { object: `s3://${landed.bucket}/${landed.key}`, execution: execution.name };
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
