import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { projectResource } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import type { SourceFile } from "../../contract/source-file.js";
import { machineArn, type SourceNames } from "../names.js";
import { Alarm, type AlarmProps, functionMetric, machineMetric, ownMetric, waitingMessages } from "./alarm.js";
import { hasBatchChecks } from "./batch-check-metrics.js";
import type { CompiledNotice } from "./notices.js";

export interface SourceAlarmsProps {
  readonly names: SourceNames;
  readonly settings: SourceFile["alarms"];
  readonly alerts: ProjectFile["alerts"];
  readonly contracts: readonly Contract[];
  /** Whether the source has a Lambda that converts. */
  readonly hasLambda: boolean;
  readonly notices: readonly CompiledNotice[];
}

type Own = Omit<AlarmProps, "names" | "alarmName" | "alerts">;

/** What somebody must hear of a source. Messages about single loads come from send-alert; these count. */
export class SourceAlarms extends Construct {
  readonly #names: SourceNames;
  readonly #alerts: ProjectFile["alerts"];

  constructor(
    scope: Construct,
    id: string,
    { names, settings, alerts, contracts, hasLambda, notices }: SourceAlarmsProps,
  ) {
    super(scope, id);
    this.#names = names;
    this.#alerts = alerts;
    this.#loads();
    this.#data(settings);
    if (hasLambda) this.#lambda();
    const isScheduled = contracts.some(({ schedule }) => schedule !== null);
    const isWatched = contracts.some(({ expect }) => expect !== null);
    if (isScheduled) this.#schedules();
    if (isWatched) this.#overdue();
    const isChecked = contracts.some(hasBatchChecks);
    if (isChecked) this.#batchChecks();
    this.#deadLetters("start-load", { isScheduled, isWatched, isChecked }, notices);
  }

  #add(id: string, own: Own): void {
    new Alarm(this, id, { names: this.#names, alerts: this.#alerts, alarmName: this.#names.of(id), ...own });
  }

  #loads(): void {
    const names = this.#names;
    const ended = (name: string) =>
      ownMetric({
        name,
        functionName: projectResource(names.project, "send-alert"),
        dimensions: { StateMachine: names.of("load-partition") },
      });
    this.#add("loads-failed", {
      description: "A load failed: the infrastructure was in the way.",
      runbook: "The execution failed at a task",
      metric: ended("LoadsFailed"),
      threshold: 1,
    });
    this.#add("loads-refused", {
      description: "A load was refused: the data or the request is wrong. The alert of the load names the refusal.",
      runbook: "Refusals: the producer acts",
      metric: ended("LoadsRefused"),
      threshold: 1,
    });
    const machines = ["load-partition", "convert-partition", "update-catalogue"];
    this.#add("loads-timed-out", {
      description: "A load, or a part of it, took longer than its limit.",
      runbook: "A child of load-partition timed out",
      metric: new MathExpression({
        expression: machines.map((_, index) => `FILL(m${index}, 0)`).join(" + "),
        usingMetrics: Object.fromEntries(
          machines.map((machine, index) => [
            `m${index}`,
            machineMetric("ExecutionsTimedOut", machineArn(names, names.of(machine))),
          ]),
        ),
        label: "Executions that timed out",
        period: Duration.minutes(5),
      }),
      threshold: 1,
    });
  }

  #data({ rejectedPercent, glueMinutes }: SourceFile["alarms"]): void {
    const functionName = this.#names.of("check-report");
    this.#add("records-rejected", {
      description: `More than ${rejectedPercent} % of a batch's records were rejected.`,
      runbook: "Many records were rejected",
      metric: ownMetric({ name: "RejectedPercent", functionName, statistic: "Maximum" }),
      threshold: rejectedPercent,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    this.#add("glue-slow", {
      description: `A Glue run took more than ${glueMinutes} minutes.`,
      runbook: "A Glue run took long",
      metric: ownMetric({ name: "ConversionSeconds", functionName, statistic: "Maximum" }),
      threshold: glueMinutes * 60,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }

  #lambda(): void {
    const functionName = this.#names.of("convert-batch");
    this.#add("convert-batch-errors", {
      description:
        "The Lambda that converts failed, or ran out of time or memory. Under 'engine: auto' Glue took the batch.",
      runbook: "convert-batch failed",
      metric: functionMetric("Errors", functionName),
      threshold: 1,
    });
    this.#add("convert-batch-throttles", {
      description: "The Lambda that converts was throttled: more batches came at once than it may run.",
      runbook: "convert-batch is throttled",
      metric: functionMetric("Throttles", functionName),
      threshold: 1,
    });
  }

  #schedules(): void {
    this.#add("scheduled-loads-incomplete", {
      description: "A scheduled run did not load all that was due.",
      runbook: "ScheduledLoadIncomplete",
      metric: machineMetric("ExecutionsFailed", machineArn(this.#names, this.#names.of("scheduled-load"))),
      threshold: 1,
    });
  }

  #overdue(): void {
    this.#add("partitions-overdue", {
      description: "A partition's manifest has not come in time.",
      runbook: "Overdue",
      metric: ownMetric({
        name: "PartitionsOverdue",
        functionName: this.#names.of("watch-overdue"),
        statistic: "Maximum",
        period: Duration.minutes(15),
      }),
      threshold: 1,
    });
  }

  /** One that refuses is a load that was refused; one that warns nobody would see. */
  #batchChecks(): void {
    this.#add("batch-checks-warned", {
      description: "A check of a batch did not pass, and the batch was loaded all the same, as the contract says.",
      runbook: "A check of a batch warns",
      metric: ownMetric({ name: "BatchChecksWarned", functionName: this.#names.of("count-batch-checks") }),
      threshold: 1,
    });
  }

  #deadLetters(
    startLoad: string,
    { isScheduled, isWatched, isChecked }: Readonly<Record<"isScheduled" | "isWatched" | "isChecked", boolean>>,
    notices: readonly CompiledNotice[],
  ): void {
    const queue = (handler: string, kind: "events" | "schedules") => {
      this.#add(`${handler}-failed-${kind}`, {
        description: `${handler} could not be called, or failed whenever it was: what it should have done is in a queue.`,
        runbook: deadLetterSections[kind === "events" && isOfItsOwn(handler) ? handler : kind],
        metric: waitingMessages(this.#names.of(`${handler}-failed-${kind}`)),
        threshold: 1,
      });
    };
    queue(startLoad, "events");
    if (isChecked) queue("count-batch-checks", "events");
    queue("send-events", "events");
    if (notices.length > 0) queue("send-notices", "events");
    if (notices.some(({ quiet }) => quiet !== null)) queue("send-notices", "schedules");
    for (const handler of [...(isScheduled ? ["start-scheduled-load"] : []), ...(isWatched ? ["watch-overdue"] : [])]) {
      queue(handler, "events");
      queue(handler, "schedules");
    }
  }
}

const deadLetterSections = {
  "send-notices": "Notices that were not sent",
  "start-load": "Messages in the dead-letter queue of start-load",
  events: "Messages in a queue whose name ends in failed-events",
  schedules: "Messages in a queue whose name ends in failed-schedules",
} as const;

const isOfItsOwn = (handler: string): handler is "send-notices" | "start-load" =>
  handler === "send-notices" || handler === "start-load";
