import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Account, AwsError, type ResolvedResource, type Shape } from "../call/call.js";
import { optionalShapes, templateBoolean } from "../call/input.js";
import type { SqsService } from "../sqs/service.js";
import type { Pool } from "./pool.js";

const Properties = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.coerce.number().min(1).max(10).default(10),
  Enabled: templateBoolean.default(true),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.coerce.number().min(2).max(1000) }).optional(),
  Tags: z.unknown().optional(),
});
type Mapping = z.infer<typeof Properties>;

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() });

/** How many batches of one queue are under way at once where the mapping does not say. */
const CONCURRENCY = 5;

/**
 * Lambda takes messages out of SQS queues, calls the function with them, and deletes what it handled; what it did not handle is
 * visible again after the queue's visibility timeout
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export class EventSourceMappings {
  readonly #account: Account;
  readonly #sqs: SqsService;
  readonly #mappings: readonly { readonly mapping: Mapping; readonly pool: Pool }[];
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** Those whose queue the role may not read. */
  readonly #refused = new Set<Mapping>();
  #busy = 0;

  /** @throws Error by name for what Lambda refuses, or what the local account does not have */
  constructor(account: Account, sqs: SqsService, pools: ReadonlyMap<string, Pool>) {
    this.#account = account;
    this.#sqs = sqs;
    this.#mappings = account.resourcesOf("AWS::Lambda::EventSourceMapping").map((resource) => {
      const mapping = read(resource);
      const pool = pools.get(mapping.FunctionName.split(":").at(-1) ?? "");
      const place = `${resource.stack}.${resource.logicalId}`;
      if (pool === undefined) throw new Error(`${place}: there is no function ${mapping.FunctionName}`);
      const visible = sqs.visibilitySeconds(mapping.EventSourceArn);
      if (visible === undefined) throw new Error(`${place}: there is no queue ${mapping.EventSourceArn}`);
      const { timeoutSeconds } = pool.definition;
      if (visible < timeoutSeconds)
        throw new Error(
          `${place}: Queue visibility timeout: ${visible} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
        );
      return { mapping, pool };
    });
  }

  start(): void {
    for (const { mapping, pool } of this.#mappings) {
      if (!mapping.Enabled) continue;
      const workers = mapping.ScalingConfig?.MaximumConcurrency ?? CONCURRENCY;
      for (let worker = 0; worker < workers; worker++) this.#track(this.#work(mapping, pool));
    }
  }

  /** Whether a message waits to be taken, or is being handled. */
  isBusy(): boolean {
    const waits = ({ mapping }: { readonly mapping: Mapping }) =>
      mapping.Enabled && !this.#refused.has(mapping) && this.#sqs.hasVisible(mapping.EventSourceArn);
    return this.#busy > 0 || this.#mappings.some(waits);
  }

  async settled(): Promise<void> {
    while (this.isBusy() && !this.#stopping.signal.aborted) await new Promise((done) => setTimeout(done, 5));
  }

  /** Takes no more messages. */
  end(): void {
    this.#stopping.abort(new Error("the local account is closing"));
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#running]);
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#account.report?.(error);
    });
    this.#running.add(tracked);
    void tracked.finally(() => this.#running.delete(tracked));
  }

  async #work(mapping: Mapping, pool: Pool): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.#sqs.visible(mapping.EventSourceArn, signal);
      if (signal.aborted) return;
      this.#busy += 1;
      const release = this.#account.clock.hold?.();
      try {
        await this.#take(mapping, pool);
        this.#refused.delete(mapping);
      } catch (error) {
        if (!signal.aborted)
          this.#account.report?.(`lambda: ${mapping.EventSourceArn} cannot be read: ${String(error)}`);
        this.#refused.add(mapping);
      } finally {
        this.#busy -= 1;
        release?.();
      }
      if (this.#refused.has(mapping)) await this.#account.clock.sleep(30_000, signal);
    }
  }

  async #take(mapping: Mapping, pool: Pool): Promise<void> {
    const [, , , , accountId, name] = mapping.EventSourceArn.split(":");
    const QueueUrl = `${this.#account.endpoint}/${accountId}/${name}`;
    const principal = this.#account.rolePrincipal(pool.definition.roleArn, { service: "lambda" });
    const call = (operation: string, input: Shape) =>
      this.#account.call({ service: "sqs", operation, input: { QueueUrl, ...input }, principal });
    // Lambda asks how long the queue is to know how much to read.
    await call("GetQueueAttributes", { AttributeNames: ["All"] });
    const answer = await call("ReceiveMessage", { MaxNumberOfMessages: mapping.BatchSize });
    const messages = optionalShapes(answer, "Messages");
    if (messages.length === 0) return;
    const failed = await this.#invoke(mapping, pool, messages);
    for (const { MessageId, ReceiptHandle } of messages) {
      if (!failed.has(String(MessageId))) await call("DeleteMessage", { ReceiptHandle });
    }
  }

  /** The ids of the messages that were not handled. */
  async #invoke(mapping: Mapping, pool: Pool, messages: readonly Shape[]): Promise<ReadonlySet<string>> {
    const all = new Set(messages.map(({ MessageId }) => String(MessageId)));
    const Records = messages.map((message) => recordOf(mapping, this.#account.region, message));
    try {
      const { ending } = await pool.invoke(JSON.stringify({ Records }), randomUUID());
      if (!ending.ok) return all;
      return mapping.FunctionResponseTypes.length === 0 ? new Set() : failuresOf(ending.payload, all);
    } catch (error) {
      // Throttled, or closing.
      if (error instanceof AwsError) return all;
      throw error;
    }
  }
}

function read(resource: ResolvedResource): Mapping {
  const place = `${resource.stack}.${resource.logicalId}`;
  const parsed = Properties.safeParse(resource.properties);
  if (!parsed.success)
    throw new Error(`${place}: not supported in the local account: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.EventSourceArn.split(":")[2] !== "sqs")
    throw new Error(`${place}: an event source other than SQS is not supported in the local account`);
  return parsed.data;
}

/** Nothing said is success; an answer of another shape, or with an id that is not of the batch, is a failure of the whole. */
function failuresOf(payload: string, all: ReadonlySet<string>): ReadonlySet<string> {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === undefined) return new Set();
  const parsed = Failures.safeParse(answer);
  if (!parsed.success) return all;
  const ids = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return ids.every((id) => all.has(id)) ? new Set(ids) : all;
}

function recordOf({ EventSourceArn }: Mapping, awsRegion: string, message: Shape): Shape {
  const { MessageId, ReceiptHandle, MD5OfBody, Body, Attributes, MessageAttributes } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: MessageAttributes ?? {},
    md5OfBody: MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: EventSourceArn,
    awsRegion,
  };
}
