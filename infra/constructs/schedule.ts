import { Duration, Stack } from "aws-cdk-lib";
import { PrincipalWithConditions, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { arn, functionArn, type Names } from "../names.js";
import { statement } from "./role.js";

/** What a schedule's input may hold in place of its planned time (G10). */
export const plannedTime = "<aws.scheduler.scheduled-time>";

export interface ClockProps {
  readonly names: Names;
  /** The function that the schedules call; its role, queue and schedules are named by it. */
  readonly functionName: string;
  readonly description: string;
}

export interface Alarm {
  /** Within the function's group; at most 64 characters (G1). */
  readonly name: string;
  readonly description: string;
  /** As EventBridge Scheduler writes it: `cron(…)` of six fields, or `rate(…)`. */
  readonly expression: string;
  readonly timezone: string;
  readonly input: Readonly<Record<string, string>>;
  /** How late a call may still be made: a later one would start a run whose time is over (G5). */
  readonly maximumAge: Duration;
}

/** Schedules that call one function: the role that EventBridge Scheduler takes for it, and where calls go that failed. */
export class Clock extends Construct {
  readonly #role: Role;
  readonly #failedCalls: IQueue;
  readonly #target: string;
  readonly #group: CfnScheduleGroup;

  constructor(scope: Construct, id: string, { names, functionName, description }: ClockProps) {
    super(scope, id);
    this.#target = functionArn(names, functionName);
    this.#group = new CfnScheduleGroup(this, "Group", { name: functionName });
    const queueName = `${functionName}-failed-schedules`;
    this.#failedCalls = new Queue(this, "FailedCalls", {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.#role = new Role(this, "Role", {
      roleName: `${functionName}-schedule-role`,
      description,
      // Other schedules, of this account or another, must not borrow the role (G13).
      assumedBy: new PrincipalWithConditions(new ServicePrincipal("scheduler.amazonaws.com"), {
        StringEquals: {
          "aws:SourceAccount": Stack.of(this).account,
          "aws:SourceArn": arn(names, "scheduler", `schedule-group/${functionName}`),
        },
      }),
    });
    this.#role.addToPolicy(statement({ actions: ["lambda:InvokeFunction"], resources: [this.#target] }));
    // The role sends the failed calls, not the service (G6).
    this.#role.addToPolicy(statement({ actions: ["sqs:SendMessage"], resources: [arn(names, "sqs", queueName)] }));
  }

  add(id: string, { name, description, expression, timezone, input, maximumAge }: Alarm): void {
    new CfnSchedule(this, id, {
      name,
      groupName: this.#group.ref,
      description,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timezone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: this.#target,
        roleArn: this.#role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumEventAgeInSeconds: maximumAge.toSeconds(), maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: this.#failedCalls.queueArn },
      },
    });
  }
}
