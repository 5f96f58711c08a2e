import { Duration } from "aws-cdk-lib";
import { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import type { ProjectFile } from "../../contract/schema.js";
import { machineArn, type Names } from "../names.js";
import type { WarehouseTarget } from "../warehouse-target.js";
import { Alarm, machineMetric, waitingMessages } from "./alarm.js";

export interface WarehouseAlarmsProps {
  readonly names: Names;
  readonly target: WarehouseTarget;
  readonly alerts: ProjectFile["alerts"];
}

/** What somebody must hear of that the sources share. */
export class WarehouseAlarms extends Construct {
  constructor(scope: Construct, id: string, { names, target, alerts }: WarehouseAlarmsProps) {
    super(scope, id);
    const add = (what: string, own: Omit<ConstructorParameters<typeof Alarm>[2], "names" | "alarmName" | "alerts">) =>
      new Alarm(this, what, { names, alerts, alarmName: projectResource(names.project, what), ...own });
    add("statements-timed-out", {
      description: "SQL, or a snapshot, took longer than its limit.",
      runbook: "A child of load-partition timed out",
      metric: new MathExpression({
        expression: "FILL(statements, 0) + FILL(snapshots, 0)",
        usingMetrics: {
          statements: machineMetric(
            "ExecutionsTimedOut",
            machineArn(names, projectResource(names.project, "run-statements")),
          ),
          snapshots: machineMetric(
            "ExecutionsTimedOut",
            machineArn(names, projectResource(names.project, "take-snapshot")),
          ),
        },
        label: "Executions that timed out",
        period: Duration.minutes(5),
      }),
      threshold: 1,
    });
    add("send-alert-failed-events", {
      description: "People were not told of a load that ended badly: the message is in a queue.",
      runbook: "Messages in a queue whose name ends in failed-events",
      metric: waitingMessages(projectResource(names.project, "send-alert-failed-events")),
      threshold: 1,
    });
    // Serverless has no queues to wait for: it grows.
    if (target.kind !== "cluster") return;
    add("statements-queued", {
      description: "Statements wait minutes for their queue in the warehouse.",
      runbook: "Statements wait in the warehouse's queues",
      // A query, since the metric's other dimensions are those of the queues that there are.
      metric: new MathExpression({
        expression: `SELECT MAX(WLMQueueWaitTime) FROM "AWS/Redshift" WHERE ClusterIdentifier = '${target.clusterIdentifier}'`,
        usingMetrics: {},
        label: "Milliseconds in the queue",
        period: Duration.minutes(5),
      }),
      threshold: alerts.queuedMinutes * 60_000,
      periods: 3,
    });
  }
}
