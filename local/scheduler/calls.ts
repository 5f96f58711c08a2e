import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { type Account, AwsError } from "../call/call.js";
import { type Delivery, DeliveryQueue, type Outcome } from "../persistence/delivery-queue.js";
import type { Schedule } from "./schedules.js";

const Item = z.object({ schedule: z.string(), planned: z.number() });
type Item = z.infer<typeof Item>;

const LEAST_WAIT_MS = 1000;
const MOST_WAIT_MS = 300_000;
const DONE: Outcome = { outcome: "done" };

/** The calls of the schedules: on disk until the target has taken them, or the dead-letter queue. */
export function createCalls(account: Account, schedules: readonly Schedule[]): DeliveryQueue<Item> {
  return new DeliveryQueue<Item>({
    path: join(account.stateFolder, "scheduler", "calls.jsonl"),
    clock: account.clock,
    parse: Item.parse,
    deliver: async (delivery) => {
      const schedule = schedules.find(({ arn }) => arn === delivery.item.schedule);
      return schedule === undefined ? DONE : deliver(account, schedule, delivery);
    },
  });
}

/** One call, again and again until it is taken, has been tried often enough, or is too old (G4). */
async function deliver(account: Account, schedule: Schedule, delivery: Delivery<Item>): Promise<Outcome> {
  const { target } = schedule;
  const text = inputOf(schedule, delivery);
  const giveUpWith = (error: unknown, condition: string) => giveUp(account, schedule, text, delivery, error, condition);
  try {
    const input = { FunctionName: target.Arn, InvocationType: "Event", Payload: Buffer.from(text) };
    const principal = account.rolePrincipal(target.RoleArn, assumer(schedule));
    await account.call({ service: "lambda", operation: "Invoke", input, principal });
    return DONE;
  } catch (error) {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy;
    if (isHopeless(error)) return giveUpWith(error, "NonRetryableError");
    if (delivery.attempts >= MaximumRetryAttempts) return giveUpWith(error, "MaximumRetryAttempts");
    const ageMs = account.clock.now() - delivery.item.planned;
    const waitMs = Math.min(MOST_WAIT_MS, LEAST_WAIT_MS * 2 ** Math.min(delivery.attempts, 10));
    if (ageMs + waitMs > MaximumEventAgeInSeconds * 1000) return giveUpWith(error, "MaximumEventAgeInSeconds");
    return { outcome: "later", waitMs, countsAsAttempt: true };
  }
}

/** The role is assumed for the schedule's group (G13). */
const assumer = ({ arn }: Schedule) => ({
  service: "scheduler" as const,
  sourceArn: arn.replace(/:schedule\/([^/]+)\/.*$/, ":schedule-group/$1"),
});

const isHopeless = (error: unknown) =>
  error instanceof AwsError && error.fault === "client" && !/Throttl|TooManyRequests/.test(error.name);

/** The input with its context attributes filled in (G10). */
function inputOf({ arn, target }: Schedule, { item, attempts, id }: Delivery<Item>): string {
  const attributes: Readonly<Record<string, string>> = {
    "schedule-arn": arn,
    "scheduled-time": plannedText(item.planned),
    "execution-id": `${id}-${randomUUID().slice(0, 8)}`,
    "attempt-number": String(attempts + 1),
  };
  return target.Input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (found, name: string) => attributes[name] ?? found);
}

const plannedText = (planned: number) => new Date(planned).toISOString().replace(/\.\d{3}Z$/, "Z");

async function giveUp(
  account: Account,
  schedule: Schedule,
  text: string,
  { attempts }: Delivery<Item>,
  error: unknown,
  condition: string,
): Promise<Outcome> {
  const { arn, target } = schedule;
  account.report?.(`scheduler: ${arn} could not reach ${target.Arn}: ${condition}: ${String(error)}`);
  if (target.DeadLetterConfig === undefined) return DONE;
  const queue = target.DeadLetterConfig.Arn.split(":")[5] ?? "";
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const input = {
    QueueUrl: `${account.endpoint}/${account.accountId}/${queue}`,
    MessageBody: text,
    MessageAttributes: {
      ERROR_CODE: attribute(error instanceof Error ? error.name : "Unknown"),
      ERROR_MESSAGE: attribute((error instanceof Error ? error.message : String(error)).slice(0, 1024)),
      EXHAUSTED_RETRY_CONDITION: attribute(condition),
      RETRY_ATTEMPTS: attribute(String(attempts)),
      SCHEDULE_ARN: attribute(arn),
      TARGET_ARN: attribute(target.Arn),
    },
  };
  try {
    const principal = account.rolePrincipal(target.RoleArn, assumer(schedule));
    await account.call({ service: "sqs", operation: "SendMessage", input, principal });
  } catch (failure) {
    // As on AWS the call is lost when the role may not send it (G6); here a person can read so.
    account.report?.(`scheduler: ${arn}: the dead-letter queue did not take the call: ${String(failure)}`);
  }
  return DONE;
}
