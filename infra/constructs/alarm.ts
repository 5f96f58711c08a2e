import { Duration } from "aws-cdk-lib";
import {
  Alarm as CloudWatchAlarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { ProjectFile } from "../../contract/schema.js";
import { type Names, topicArn } from "../names.js";

export interface AlarmProps {
  readonly names: Names;
  readonly alerts: ProjectFile["alerts"];
  /** The full name, `demo-usgs-loads-failed`. */
  readonly alarmName: string;
  readonly description: string;
  /** The heading of the section in docs/runbook.md that says what to do; a test compares them. */
  readonly runbook: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** How many periods in a row. */
  readonly periods?: number;
  readonly comparison?: ComparisonOperator;
}

/** An alarm that tells a topic, the project's where it declares no other, and names its section of the runbook. No data is no trouble. */
export class Alarm extends Construct {
  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const alarm = new CloudWatchAlarm(this, "Alarm", {
      alarmName: props.alarmName,
      alarmDescription: `${props.description} Runbook: "${props.runbook}".`,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: props.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const { alarmTopic, recoveries } = props.alerts;
    const tellTheTopic: IAlarmAction = { bind: () => ({ alarmActionArn: alarmTopic ?? topicArn(props.names) }) };
    alarm.addAlarmAction(tellTheTopic);
    if (recoveries) alarm.addOkAction(tellTheTopic);
  }
}

export interface OwnMetric {
  readonly name: string;
  /** The function that says it: its name is a dimension. */
  readonly functionName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: "Sum" | "Maximum" | "Average";
  readonly period?: Duration;
}

/** A metric that one of the functions writes into its log. */
export const ownMetric = ({ name, functionName, dimensions, statistic = "Sum", period }: OwnMetric) =>
  new Metric({
    namespace: "Sluice",
    metricName: name,
    dimensionsMap: { service: functionName, ...dimensions },
    statistic,
    period: period ?? Duration.minutes(5),
  });

/** A metric of a state machine (A10.6). */
export const machineMetric = (name: string, machine: string, statistic: "Sum" | "Maximum" = "Sum") =>
  new Metric({
    namespace: "AWS/States",
    metricName: name,
    dimensionsMap: { StateMachineArn: machine },
    statistic,
    period: Duration.minutes(5),
  });

/** A metric that Lambda keeps of a function. */
export const functionMetric = (name: "Errors" | "Throttles", functionName: string) =>
  new Metric({
    namespace: "AWS/Lambda",
    metricName: name,
    dimensionsMap: { FunctionName: functionName },
    statistic: "Sum",
    period: Duration.minutes(5),
  });

/** How many messages wait in a queue that should be empty. */
export const waitingMessages = (queueName: string) =>
  new Metric({
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensionsMap: { QueueName: queueName },
    statistic: "Maximum",
    period: Duration.minutes(5),
  });
