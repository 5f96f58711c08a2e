import { join } from "node:path";
import { z } from "zod";
import { type Account, AwsError } from "../call/call.js";
import { type Delivery, DeliveryQueue, type Outcome } from "../persistence/delivery-queue.js";
import type { FunctionDefinition } from "./function.js";
import type { Finished, Pool } from "./pool.js";

const Item = z.object({ functionName: z.string(), payload: z.string() });
type Item = z.infer<typeof Item>;

/** A minute before the second attempt, two before the third (F3.1). */
const RETRY_WAITS_MS = [60_000, 120_000];
/** Throttled events come back after 1 s up to 5 min (F3.2), growing with the event's age. */
const LEAST_THROTTLE_WAIT_MS = 1000;
const MOST_THROTTLE_WAIT_MS = 300_000;

const DONE: Outcome = { outcome: "done" };

/** Asynchronous invocations, as Lambda keeps them for the caller: on disk, at least once, with retries, and at the end
 * the dead-letter queue and the on-failure destination (F3). */
export class AsyncInvokes {
  readonly #queue: DeliveryQueue<Item>;
  readonly #account: Account;
  readonly #pools: ReadonlyMap<string, Pool>;

  constructor(account: Account, pools: ReadonlyMap<string, Pool>) {
    this.#account = account;
    this.#pools = pools;
    this.#queue = new DeliveryQueue({
      path: join(account.stateFolder, "lambda", "events.jsonl"),
      clock: account.clock,
      parse: Item.parse,
      deliver: (delivery) => this.#deliver(delivery),
    });
  }

  push(functionName: string, payload: string, requestId: string): void {
    this.#queue.push({ functionName, payload }, requestId);
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  isBusy(): boolean {
    return this.#queue.isBusy();
  }

  start(): void {
    this.#queue.start();
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #deliver(delivery: Delivery<Item>): Promise<Outcome> {
    const pool = this.#pools.get(delivery.item.functionName);
    if (pool === undefined) return DONE;
    const ageMs = this.#account.clock.now() - delivery.at;
    const isTooOld = ageMs > pool.definition.maximumEventAgeSeconds * 1000;
    let finished: Finished;
    try {
      finished = await pool.invoke(delivery.item.payload, delivery.id);
    } catch (error) {
      const isThrottled = error instanceof AwsError && error.name === "TooManyRequestsException";
      if (isTooOld || (isThrottled && pool.definition.reservedConcurrency === 0)) {
        return this.#giveUp(pool.definition, delivery, undefined, "EventAgeExceeded");
      }
      const waitMs = Math.min(MOST_THROTTLE_WAIT_MS, Math.max(LEAST_THROTTLE_WAIT_MS, ageMs));
      return { outcome: "later", waitMs, countsAsAttempt: false };
    }
    if (finished.ending.ok) return DONE;
    if (isTooOld) return this.#giveUp(pool.definition, delivery, finished, "EventAgeExceeded");
    if (delivery.attempts >= pool.definition.retryAttempts)
      return this.#giveUp(pool.definition, delivery, finished, "RetriesExhausted");
    return { outcome: "later", waitMs: RETRY_WAITS_MS[delivery.attempts] ?? 120_000, countsAsAttempt: true };
  }

  /** The dead-letter queue gets the event alone, the destination also what became of it (F3.4). */
  async #giveUp(
    definition: FunctionDefinition,
    delivery: Delivery<Item>,
    finished: Finished | undefined,
    condition: string,
  ): Promise<Outcome> {
    const why = finished?.ending.payload.slice(0, 500) ?? "";
    this.#account.report?.(`lambda: ${definition.name} gives up the event ${delivery.id}: ${condition} ${why}`);
    try {
      if (definition.deadLetterArn !== undefined) {
        const attributes = {
          RequestID: delivery.id,
          ErrorCode: "200",
          ErrorMessage: finished?.ending.payload.slice(0, 1024) ?? condition,
        };
        await this.#send(definition, definition.deadLetterArn, delivery.item.payload, attributes);
      }
      if (definition.onFailureArn !== undefined) {
        await this.#send(
          definition,
          definition.onFailureArn,
          this.#record(definition, delivery, finished, condition),
          {},
        );
      }
      return DONE;
    } catch {
      return { outcome: "later", waitMs: MOST_THROTTLE_WAIT_MS, countsAsAttempt: false };
    }
  }

  #record(
    definition: FunctionDefinition,
    delivery: Delivery<Item>,
    finished: Finished | undefined,
    condition: string,
  ): string {
    return JSON.stringify({
      version: "1.0",
      timestamp: new Date(this.#account.clock.now()).toISOString(),
      requestContext: {
        requestId: delivery.id,
        functionArn: `${definition.arn}:$LATEST`,
        condition,
        approximateInvokeCount: delivery.attempts + 1,
      },
      requestPayload: JSON.parse(delivery.item.payload),
      ...(finished === undefined
        ? {}
        : {
            responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
            responsePayload: JSON.parse(finished.ending.payload),
          }),
    });
  }

  async #send(
    definition: FunctionDefinition,
    targetArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void> {
    const principal = this.#account.rolePrincipal(definition.roleArn, { service: "lambda" });
    const [, , service, , , name = ""] = targetArn.split(":");
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: "String", StringValue }]),
    );
    if (service === "sqs") {
      const QueueUrl = `${this.#account.endpoint}/${this.#account.accountId}/${name}`;
      await this.#account.call({
        service,
        operation: "SendMessage",
        input: { QueueUrl, MessageBody: body, MessageAttributes },
        principal,
      });
    } else if (service === "sns") {
      await this.#account.call({
        service,
        operation: "Publish",
        input: { TopicArn: targetArn, Message: body, MessageAttributes },
        principal,
      });
    } else {
      throw new Error(`${definition.name}: a destination in ${service} is not supported in the local account`);
    }
  }
}
