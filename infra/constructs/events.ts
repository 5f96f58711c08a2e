import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { eventSource } from "../../contract/events.js";
import { arn, machineArn, type Names } from "../names.js";
import { contractsFile } from "./contracts-file.js";
import type { Permission } from "./role.js";
import type { SchedulesProps } from "./schedules.js";
import { WorkFunction } from "./work-function.js";

/** Putting the project's own events on the default bus, and no other. */
export const puttingEvents = (names: Names): Permission => ({
  actions: ["events:PutEvents"],
  resources: [arn(names, "events", "event-bus/default")],
  conditions: { StringEquals: { "events:source": eventSource(names.project) } },
});

export type EventsProps = Pick<SchedulesProps, "names" | "bundle" | "contracts">;

/** Sluice's own events of a source: what became of each load, told after the fact by something that cannot fail one. */
export class Events extends Construct {
  constructor(scope: Construct, id: string, { names, bundle, contracts }: EventsProps) {
    super(scope, id);
    const { function: sendEvents } = new WorkFunction(this, "send-events", {
      names,
      bundle,
      handler: "send-events",
      functionName: names.of("send-events"),
      description: "Puts an event on the bus for each load that ended.",
      environment: { PROJECT: names.project, SOURCE: names.source, CONTRACTS: "contracts.json" },
      permissions: [puttingEvents(names)],
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      bundled: { files: contractsFile(contracts) },
      keepsFailedEvents: true,
    });
    new Rule(this, "LoadEnded", {
      ruleName: names.of("load-ended"),
      description: "A load ended, whichever way.",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
          stateMachineArn: [machineArn(names, names.of("load-partition"))],
        },
      },
      targets: [new LambdaFunction(sendEvents)],
    });
  }
}
