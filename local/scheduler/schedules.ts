import { z } from "zod";
import type { Account, ResolvedResource } from "../call/call.js";
import { readExpression } from "./expression.js";

const Target = z.strictObject({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().default("{}"),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).default(185),
      MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).default(86_400),
    })
    .prefault({}),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});

const Properties = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().default("default"),
  Description: z.string().optional(),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default("UTC"),
  StartDate: z.iso.datetime({ offset: true }).optional(),
  EndDate: z.iso.datetime({ offset: true }).optional(),
  FlexibleTimeWindow: z.looseObject({ Mode: z.string() }),
  Target,
});

export interface Schedule {
  readonly arn: string;
  readonly isEnabled: boolean;
  readonly expression: string;
  readonly timezone: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly target: z.infer<typeof Target>;
}

/** The schedules of the templates. @throws Error by name for what EventBridge Scheduler knows and the local account does not. */
export const schedulesOf = (account: Account): readonly Schedule[] =>
  account.resourcesOf("AWS::Scheduler::Schedule").map(scheduleOf);

function scheduleOf(resource: ResolvedResource): Schedule {
  const place = `${resource.stack}.${resource.logicalId}`;
  const parsed = Properties.safeParse(resource.properties);
  if (!parsed.success) throw new Error(`${place}: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  const refuse = (what: string) => new Error(`${place}: ${what} is not supported in the local account`);
  if (data.FlexibleTimeWindow.Mode !== "OFF") throw refuse(`FlexibleTimeWindow ${data.FlexibleTimeWindow.Mode}`);
  if (data.Target.Arn.split(":")[2] !== "lambda") throw refuse(`a schedule's target ${data.Target.Arn}`);
  try {
    readExpression(data.ScheduleExpression, data.ScheduleExpressionTimezone, 0);
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    arn: resource.attributes.Arn ?? "",
    isEnabled: data.State === "ENABLED",
    expression: data.ScheduleExpression,
    timezone: data.ScheduleExpressionTimezone,
    notBefore: data.StartDate === undefined ? Number.NEGATIVE_INFINITY : Date.parse(data.StartDate),
    notAfter: data.EndDate === undefined ? Number.POSITIVE_INFINITY : Date.parse(data.EndDate),
    target: data.Target,
  };
}
