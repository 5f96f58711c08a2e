import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import {
  type Account,
  AwsError,
  type EmittedEvent,
  type Principal,
  type ServiceBody,
  type Shape,
} from "../call/call.js";
import { optionalDate, optionalShapes, optionalText, optionalTexts, requiredText } from "../call/input.js";
import { type Delivery, DeliveryQueue, type Outcome } from "../persistence/delivery-queue.js";
import { busPolicy } from "./bus-policy.js";
import { matchesPattern } from "./pattern.js";
import { type Rule, type RuleTarget, rulesOf } from "./rules.js";
import { targetText } from "./target-input.js";

const BusEvent = z.object({
  version: z.literal("0"),
  id: z.string(),
  "detail-type": z.string(),
  source: z.string(),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});
type BusEvent = z.infer<typeof BusEvent>;

const Item = z.object({ event: BusEvent, rule: z.string(), target: z.string() });
type Item = z.infer<typeof Item>;

export interface EventsService extends ServiceBody {
  /** Puts an event on the default bus: on disk, for every target whose rule wants it, when this returns its id. */
  emit(event: EmittedEvent): string;
  /** Waits until every event that is due has been handed to its targets. */
  settled(): Promise<void>;
  isBusy(): boolean;
}

const LEAST_WAIT_MS = 1000;
const MOST_WAIT_MS = 300_000;
const DONE: Outcome = { outcome: "done" };

/** EventBridge: the default bus with the rules of the templates. */
export function createEventsService(account: Account): EventsService {
  const rules = rulesOf(account);
  const mayPut = busPolicy(account);
  const queue = new DeliveryQueue<Item>({
    path: join(account.stateFolder, "events", "deliveries.jsonl"),
    clock: account.clock,
    parse: Item.parse,
    deliver: (delivery) => deliver(account, rules, delivery),
  });
  const emit = (event: EmittedEvent): string => {
    const onBus: BusEvent = {
      version: "0",
      id: randomUUID(),
      "detail-type": event.detailType,
      source: event.source,
      account: event.account ?? account.accountId,
      time: new Date(event.time ?? account.clock.now()).toISOString().replace(/\.\d{3}Z$/, "Z"),
      region: account.region,
      resources: [...(event.resources ?? [])],
      detail: event.detail,
    };
    if (event.account !== undefined && event.account !== account.accountId && !mayPut(event.account, onBus)) {
      account.report?.(`events: the policy of the default bus lets no ${onBus.source} of ${event.account} in`);
      return onBus.id;
    }
    queue.pushAll(
      rules
        .filter((rule) => rule.isEnabled && matchesPattern(rule.pattern, onBus))
        .flatMap((rule) => rule.targets.map((target) => ({ event: onBus, rule: rule.name, target: target.Id }))),
    );
    return onBus.id;
  };
  return {
    service: "events",
    emit,
    settled: () => queue.settled(),
    isBusy: () => queue.isBusy(),
    operations: {
      PutEvents: async (input) => putEvents(emit, input),
      ListRules: async (input) => ({
        Rules: rules.filter((rule) => rule.name.startsWith(optionalText(input, "NamePrefix") ?? "")).map(describe),
      }),
      DescribeRule: async (input) => describe(find(rules, requiredText(input, "Name"))),
    },
    async start() {
      queue.start();
    },
    stop: () => queue.stop(),
  };
}

function find(rules: readonly Rule[], name: string): Rule {
  const rule = rules.find((each) => each.name === name);
  if (rule === undefined)
    throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

function describe(rule: Rule): Shape {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: JSON.stringify(rule.pattern),
    State: rule.isEnabled ? "ENABLED" : "DISABLED",
    EventBusName: "default",
    ...(rule.description === undefined ? {} : { Description: rule.description }),
  };
}

const MOST_ENTRIES = 10;

function putEvents(emit: (event: EmittedEvent) => string, input: Shape): Shape {
  const entries = optionalShapes(input, "Entries");
  if (entries.length === 0 || entries.length > MOST_ENTRIES)
    throw new AwsError("ValidationException", `Entries must have 1 to ${MOST_ENTRIES} members`);
  const results = entries.map((entry) => {
    const problem = entryProblem(entry);
    if (problem !== undefined) return problem;
    return {
      EventId: emit({
        source: requiredText(entry, "Source"),
        detailType: requiredText(entry, "DetailType"),
        detail: z.record(z.string(), z.unknown()).parse(JSON.parse(requiredText(entry, "Detail"))),
        resources: optionalTexts(entry, "Resources"),
        ...timeOf(entry),
      }),
    };
  });
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
}

function timeOf(entry: Shape): { readonly time?: number } {
  const time = optionalDate(entry, "Time");
  return time === undefined ? {} : { time: time.getTime() };
}

/** What is wrong with an entry, in EventBridge's codes; the other entries are taken all the same. */
function entryProblem(entry: Shape): Shape | undefined {
  const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
  const { Source, DetailType, Detail, EventBusName = "default" } = entry;
  if (typeof Source !== "string" || Source === "")
    return refuse("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.");
  if (Source.startsWith("aws.")) return refuse("NotAuthorizedForSourceException", "Not authorized for the source.");
  if (typeof DetailType !== "string" || DetailType === "")
    return refuse("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  if (EventBusName !== "default")
    return refuse("InvalidArgument", `the bus ${String(EventBusName)} is not supported in the local account`);
  try {
    const parsed: unknown = JSON.parse(typeof Detail === "string" ? Detail : "");
    if (z.record(z.string(), z.unknown()).safeParse(parsed).success) return undefined;
  } catch {
    // Answered below like any other Detail that is no JSON object.
  }
  return refuse("MalformedDetail", "Detail is malformed.");
}

/** One event to one target, again and again until it is taken or too old, then to the target's dead-letter queue. */
async function deliver(account: Account, rules: readonly Rule[], delivery: Delivery<Item>): Promise<Outcome> {
  const rule = rules.find((each) => each.name === delivery.item.rule);
  const target = rule?.targets.find((each) => each.Id === delivery.item.target);
  if (rule === undefined || target === undefined) return DONE;
  const facts = { ruleName: rule.name, ruleArn: rule.arn, ingestionTime: delivery.item.event.time };
  const text = targetText(target, delivery.item.event, facts);
  try {
    await send(account, rule, target, text, delivery.id);
    return DONE;
  } catch (error) {
    const ageMs = account.clock.now() - delivery.at;
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy;
    const isHopeless =
      error instanceof AwsError && error.fault === "client" && !/Throttl|TooManyRequests/.test(error.name);
    if (!isHopeless && delivery.attempts < MaximumRetryAttempts && ageMs < MaximumEventAgeInSeconds * 1000) {
      const waitMs = Math.min(MOST_WAIT_MS, LEAST_WAIT_MS * 2 ** Math.min(delivery.attempts, 10));
      return { outcome: "later", waitMs, countsAsAttempt: true };
    }
    return giveUp(account, rule, target, text, error);
  }
}

async function giveUp(
  account: Account,
  rule: Rule,
  target: RuleTarget,
  text: string,
  error: unknown,
): Promise<Outcome> {
  account.report?.(`events: the rule ${rule.name} could not reach ${target.Arn}: ${String(error)}`);
  if (target.DeadLetterConfig === undefined) return DONE;
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const input = {
    QueueUrl: queueUrl(account, target.DeadLetterConfig.Arn),
    MessageBody: text,
    MessageAttributes: {
      ERROR_CODE: attribute(error instanceof Error ? error.name : "Unknown"),
      ERROR_MESSAGE: attribute((error instanceof Error ? error.message : String(error)).slice(0, 1024)),
      TARGET_ARN: attribute(target.Arn),
    },
  };
  try {
    await account.call({ service: "sqs", operation: "SendMessage", input, principal: bridge(account, rule) });
    return DONE;
  } catch {
    return { outcome: "later", waitMs: MOST_WAIT_MS, countsAsAttempt: false };
  }
}

async function send(account: Account, rule: Rule, target: RuleTarget, text: string, deliveryId: string): Promise<void> {
  const [, , service, , , ...rest] = target.Arn.split(":");
  const principal =
    target.RoleArn === undefined
      ? bridge(account, rule)
      : account.rolePrincipal(target.RoleArn, { service: "events", sourceArn: rule.arn });
  switch (service) {
    case "lambda": {
      const input = { FunctionName: target.Arn, InvocationType: "Event", Payload: Buffer.from(text) };
      await account.call({ service, operation: "Invoke", input, principal });
      return;
    }
    case "sns":
      await account.call({ service, operation: "Publish", input: { TopicArn: target.Arn, Message: text }, principal });
      return;
    case "sqs":
      await account.call({
        service,
        operation: "SendMessage",
        input: { QueueUrl: queueUrl(account, target.Arn), MessageBody: text },
        principal,
      });
      return;
    case "states": {
      // The name is EventBridge's own (F2.4); that of a repeated delivery is the same here.
      const input = { stateMachineArn: target.Arn, name: deliveryId, input: text };
      await account.call({ service, operation: "StartExecution", input, principal });
      return;
    }
    default:
      throw new Error(`no way to deliver to ${service}:${rest.join(":")}`);
  }
}

function queueUrl(account: Account, arn: string): string {
  return `${account.endpoint}/${account.accountId}/${arn.split(":")[5] ?? ""}`;
}

function bridge(account: Account, rule: Rule): Principal {
  return { arn: "events.amazonaws.com", accountId: account.accountId, kind: "service", sourceArn: rule.arn };
}
