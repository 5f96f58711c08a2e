import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Contract } from "../../contract/contract.js";
import { projectResource } from "../../contract/layout.js";
import type { Bundle } from "../bundle.js";
import { type BucketNames, functionArn, machineArn, type SourceNames } from "../names.js";
import { contractsFile } from "./contracts-file.js";
import { invoke, Machine, runMachines } from "./machine.js";
import { Clock, plannedTime } from "./schedule.js";
import { WorkFunction } from "./work-function.js";

export interface SchedulesProps {
  readonly names: SourceNames;
  readonly bundle: Bundle;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly contracts: readonly Contract[];
}

/** Loads driven by time: a schedule a dataset, the function that names its runs, and scheduled-load. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { names, bundle, processed, contracts } = props;
    const machineName = names.of("scheduled-load");
    new WorkFunction(this, "start-scheduled-load", {
      names,
      bundle,
      handler: "start-scheduled-load",
      functionName: names.of("start-scheduled-load"),
      description: "Starts scheduled-load under a name made of the planned time, unless the schedule is paused.",
      environment: { STATE_MACHINE_ARN: machineArn(names, machineName), PROCESSED_BUCKET: processed.name },
      permissions: [
        { actions: ["states:StartExecution"], resources: [machineArn(names, machineName)] },
        { actions: ["s3:ListBucket"], resources: [processed.arn] },
      ],
      timeoutSeconds: 60,
      memoryMegabytes: 256,
      keepsFailedEvents: true,
    });
    this.#listDuePartitions(props);
    this.#scheduledLoad(names, machineName);
    const clock = new Clock(this, "Clock", {
      names,
      functionName: names.of("start-scheduled-load"),
      description: "Schedules: start the scheduled loads.",
    });
    for (const { dataset, schedule } of contracts) {
      if (schedule === null) continue;
      clock.add(dataset, {
        name: dataset,
        description: `The planned loads of ${dataset}.`,
        expression: `cron(${schedule.cron})`,
        timezone: schedule.timezone,
        input: { dataset, scheduledTime: plannedTime },
        maximumAge: Duration.hours(6),
      });
    }
  }

  #listDuePartitions({ names, bundle, landing, processed, contracts }: SchedulesProps): void {
    new WorkFunction(this, "list-due-partitions", {
      names,
      bundle,
      handler: "list-due-partitions",
      functionName: names.of("list-due-partitions"),
      description:
        "Lists the partitions that a scheduled run may load, and composes manifests where producers write none.",
      environment: { LANDING_BUCKET: landing.name, PROCESSED_BUCKET: processed.name, CONTRACTS: "contracts.json" },
      permissions: [
        { actions: ["s3:ListBucket"], resources: [landing.arn, processed.arn] },
        { actions: ["s3:GetObject"], resources: [landing.keys("*"), processed.keys("manifests/*")] },
        { actions: ["s3:PutObject"], resources: [processed.keys("manifests/*")] },
        ...landing.decrypting,
        ...processed.decrypting,
        ...processed.encrypting,
      ],
      timeoutSeconds: 900,
      memoryMegabytes: 512,
      bundled: { files: contractsFile(contracts), sql: true },
    });
  }

  #scheduledLoad(names: SourceNames, machineName: string): void {
    const list = names.of("list-due-partitions");
    const children = [names.of("load-partition"), projectResource(names.project, "run-statements")];
    new Machine(this, "ScheduledLoad", {
      names,
      machine: "scheduled-load",
      machineName,
      description: "Loads the partitions of a dataset that are due at a planned time.",
      substitutions: {
        listDuePartitions: functionArn(names, list),
        loadPartition: machineArn(names, names.of("load-partition")),
        runStatements: machineArn(names, projectResource(names.project, "run-statements")),
      },
      permissions: [invoke(names, [list]), ...runMachines(names, children)],
    });
  }
}
