import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { pathOf } from "../../contract/deliveries.js";
import { machineArn } from "../names.js";
import { contractsFile } from "./contracts-file.js";
import { Clock } from "./schedule.js";
import type { SchedulesProps } from "./schedules.js";
import { WorkFunction } from "./work-function.js";

/**
 * Looks, as often as each contract says, for partitions to which no more files come. A schedule and not a timer a file:
 * nothing is lost with a timer that was not set, and a look that fails is made up for by the next.
 */
export class QuietPartitions extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { names, bundle, landing, processed, contracts } = props;
    const quiet = contracts.filter(({ arrival }) => arrival.kind === "quiet");
    const functionName = names.of("find-quiet-partitions");
    const listing = quiet.every((contract) => pathOf(contract).hasPartition)
      ? ["s3:ListBucket"]
      : ["s3:ListBucket", "s3:ListBucketVersions"];
    new WorkFunction(this, "find-quiet-partitions", {
      names,
      bundle,
      handler: "find-quiet-partitions",
      functionName,
      description: "Starts the load of every partition to which no more files come.",
      environment: {
        LANDING_BUCKET: landing.name,
        PROCESSED_BUCKET: processed.name,
        CONTRACTS: "contracts.json",
        STATE_MACHINE_ARN: machineArn(names, names.of("load-partition")),
      },
      permissions: [
        { actions: listing, resources: [landing.arn] },
        { actions: ["s3:ListBucket"], resources: [processed.arn] },
        { actions: ["s3:GetObject"], resources: [landing.keys("*"), processed.keys("manifests/*")] },
        { actions: ["s3:DeleteObject"], resources: [processed.keys("late/*")] },
        { actions: ["states:StartExecution"], resources: [machineArn(names, names.of("load-partition"))] },
        ...landing.decrypting,
        ...processed.decrypting,
      ],
      timeoutSeconds: 300,
      memoryMegabytes: 512,
      bundled: { files: contractsFile(contracts) },
      keepsFailedEvents: true,
    });
    const clock = new Clock(this, "Clock", {
      names,
      functionName,
      description: "Schedules: look for partitions to which no more files come.",
    });
    for (const { dataset, arrival } of quiet) {
      if (arrival.kind !== "quiet") continue;
      clock.add(dataset, {
        name: dataset,
        description: `Looks for complete partitions of ${dataset}.`,
        expression: `rate(${arrival.every_seconds / 60} minute${arrival.every_seconds === 60 ? "" : "s"})`,
        timezone: "UTC",
        input: { dataset },
        // The next look finds what this one would have found.
        maximumAge: Duration.seconds(Math.min(86_400, Math.max(60, arrival.every_seconds))),
      });
    }
  }
}
