import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { topicArn } from "../names.js";
import { contractsFile } from "./contracts-file.js";
import { puttingEvents } from "./events.js";
import { Clock, plannedTime } from "./schedule.js";
import type { SchedulesProps } from "./schedules.js";
import { WorkFunction } from "./work-function.js";

/** Every quarter of an hour a look for partitions whose manifest has not come in time. */
export class OverdueWatch extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { names, bundle, landing, processed, contracts } = props;
    const functionName = names.of("watch-overdue");
    new WorkFunction(this, "watch-overdue", {
      names,
      bundle,
      handler: "watch-overdue",
      functionName,
      description: "Says once which partitions are overdue, and once that they have come.",
      environment: {
        LANDING_BUCKET: landing.name,
        PROCESSED_BUCKET: processed.name,
        CONTRACTS: "contracts.json",
        TOPIC_ARN: topicArn(names),
        PROJECT: names.project,
        SOURCE: names.source,
      },
      permissions: [
        { actions: ["s3:ListBucket"], resources: [landing.arn, processed.arn] },
        {
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: [processed.keys("overdue/*"), processed.keys("overdue-since/*")],
        },
        { actions: ["s3:DeleteObject"], resources: [processed.keys("overdue/*")] },
        { actions: ["sns:Publish"], resources: [topicArn(names)] },
        puttingEvents(names),
        ...processed.decrypting,
        ...processed.encrypting,
      ],
      timeoutSeconds: 300,
      memoryMegabytes: 256,
      bundled: { files: contractsFile(contracts) },
      keepsFailedEvents: true,
    });
    new Clock(this, "Clock", {
      names,
      functionName,
      description: "Schedule: look for overdue partitions.",
    }).add("EveryQuarter", {
      name: "every-quarter",
      description: "Looks for partitions that are overdue.",
      expression: "cron(0/15 * * * ? *)",
      timezone: "UTC",
      input: { scheduledTime: plannedTime },
      // The next look finds what this one would have found.
      maximumAge: Duration.minutes(15),
    });
  }
}
