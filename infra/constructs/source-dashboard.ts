import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, MathExpression, PeriodOverride } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { projectResource } from "../../contract/layout.js";
import { machineArn, type SourceNames } from "../names.js";
import { machineMetric, ownMetric, waitingMessages } from "./alarm.js";

export interface SourceDashboardProps {
  readonly names: SourceNames;
  readonly contracts: readonly Contract[];
}

/** One page of a source: its loads, its records, how long things took, and what waits. */
export class SourceDashboard extends Construct {
  constructor(scope: Construct, id: string, { names, contracts }: SourceDashboardProps) {
    super(scope, id);
    const load = machineArn(names, names.of("load-partition"));
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 12, height: 6, period: Duration.minutes(5) });
    const ended = (name: string) =>
      ownMetric({
        name,
        functionName: projectResource(names.project, "send-alert"),
        dimensions: { StateMachine: names.of("load-partition") },
      });
    const records = (name: string) =>
      contracts.map(({ dataset }) =>
        ownMetric({ name, functionName: names.of("check-report"), dimensions: { Dataset: dataset } }).with({
          label: dataset,
        }),
      );
    const passRates = contracts.flatMap(({ dataset, batch_checks }) =>
      batch_checks.map((check) =>
        ownMetric({
          name: "BatchCheckPassed",
          functionName: names.of("count-batch-checks"),
          dimensions: { Dataset: dataset, Check: check.name },
          statistic: "Average",
        }).with({ label: `${dataset} ${check.name}` }),
      ),
    );
    const report = (name: string) => ownMetric({ name, functionName: names.of("check-report"), statistic: "Maximum" });
    const minutes = (id: string, metric: IMetric, label: string, divisor: number) =>
      new MathExpression({ expression: `${id} / ${divisor}`, usingMetrics: { [id]: metric }, label });
    new Dashboard(this, "Dashboard", {
      dashboardName: names.of("loads"),
      defaultInterval: Duration.days(2),
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        [
          graph("Loads", [machineMetric("ExecutionsStarted", load), machineMetric("ExecutionsSucceeded", load)]),
          graph("Loads that ended badly", ["LoadsFailed", "LoadsRefused", "LoadsTimedOut", "LoadsStopped"].map(ended)),
        ],
        [
          graph("Records written", records("RecordsWritten")),
          graph("Records rejected", records("RecordsRejected"), [report("RejectedPercent")]),
        ],
        [
          graph("Minutes of the slowest", [
            minutes("load", machineMetric("ExecutionTime", load, "Maximum"), "load", 60_000),
            minutes("run", report("ConversionSeconds"), "Glue run", 60),
          ]),
          graph("What waits, and should not", [
            waitingMessages(names.of("start-load-failed-events")),
            ...(contracts.some(({ expect }) => expect !== null)
              ? [
                  ownMetric({
                    name: "PartitionsOverdue",
                    functionName: names.of("watch-overdue"),
                    statistic: "Maximum",
                    period: Duration.minutes(15),
                  }),
                ]
              : []),
          ]),
        ],
        ...(passRates.length === 0 ? [] : [[graph("Checks of a batch: passed, %", passRates)]]),
      ],
    });
  }
}
