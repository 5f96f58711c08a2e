import { z } from "zod";
import type { Account, ResolvedResource } from "../call/call.js";
import { checkPattern } from "./pattern.js";
import { TargetInput } from "./target-input.js";

const Target = z.looseObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  ...TargetInput.shape,
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.coerce.number().default(185),
      MaximumEventAgeInSeconds: z.coerce.number().default(86_400),
    })
    .prefault({}),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
});

const Properties = z.object({
  Name: z.string().optional(),
  Description: z.string().optional(),
  State: z.string().default("ENABLED"),
  EventBusName: z.string().default("default"),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.array(Target).default([]),
});

export type RuleTarget = z.infer<typeof Target>;

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly isEnabled: boolean;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly RuleTarget[];
}

const TARGET_SERVICES = ["lambda", "states", "sns", "sqs"];
const KNOWN_TARGET_MEMBERS = Object.keys(Target.shape);

/** The rules of the templates. @throws Error by name for what EventBridge knows and the local account does not. */
export function rulesOf(account: Account): readonly Rule[] {
  return account.resourcesOf("AWS::Events::Rule").map((resource) => ruleOf(resource));
}

function ruleOf(resource: ResolvedResource): Rule {
  const place = `${resource.stack}.${resource.logicalId}`;
  const parsed = Properties.safeParse(resource.properties);
  if (!parsed.success) throw new Error(`${place}: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  if (data.ScheduleExpression !== undefined)
    throw new Error(
      `${place}: ScheduleExpression of a rule is not supported in the local account; use AWS::Scheduler::Schedule`,
    );
  if (data.EventBusName !== "default")
    throw new Error(`${place}: the bus ${data.EventBusName} is not supported in the local account; only default is`);
  if (data.EventPattern === undefined) throw new Error(`${place}: EventPattern is missing`);
  checkPattern(data.EventPattern, `${place}.EventPattern`);
  for (const target of data.Targets) checkTarget(target, `${place}.Targets.${target.Id}`);
  return {
    name: resource.ref,
    arn: resource.attributes.Arn ?? "",
    description: data.Description,
    isEnabled: data.State !== "DISABLED",
    pattern: data.EventPattern,
    targets: data.Targets,
  };
}

function checkTarget(target: RuleTarget, place: string): void {
  const service = target.Arn.split(":")[2] ?? "";
  if (!TARGET_SERVICES.includes(service))
    throw new Error(`${place}: a target in ${service} is not supported in the local account`);
  const unknown = Object.keys(target).find((member) => !KNOWN_TARGET_MEMBERS.includes(member));
  if (unknown !== undefined) throw new Error(`${place}: ${unknown} is not supported in the local account`);
}
