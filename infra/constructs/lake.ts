import { Duration, Stack } from "aws-cdk-lib";
import { CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { Construct } from "constructs";
import { projectResource } from "../../contract/layout.js";
import { BucketNames, type Names } from "../names.js";
import { guardResults } from "./bucket-policy.js";
import { privateBucket } from "./source-buckets.js";

export interface LakeProps {
  readonly names: Names;
  readonly gigabytesPerQuery: number;
  /** ARNs of those that may ask, and of those that keep the account. */
  readonly askers: readonly string[];
}

const bytesInGigabyte = 1_000_000_000;

/** The way to ask the lake: a workgroup of Athena, whose results lie in a bucket of the project's, for a month. */
export class Lake extends Construct {
  constructor(scope: Construct, id: string, { names, gigabytesPerQuery, askers }: LakeProps) {
    super(scope, id);
    const results = BucketNames.ofResults(names);
    const bucket = privateBucket(
      this,
      "Results",
      { names: results, key: undefined, accessLogs: undefined, mayBeDeleted: false },
      [{ expiration: Duration.days(30), noncurrentVersionExpiration: Duration.days(1) }],
    );
    guardResults(bucket, results, askers);
    const workGroup = new CfnWorkGroup(this, "WorkGroup", {
      name: projectResource(names.project, "lake"),
      description: "Queries of what the sources have published.",
      recursiveDeleteOption: false,
      workGroupConfiguration: {
        // What a caller asks for otherwise does not count.
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: Math.round(gigabytesPerQuery * bytesInGigabyte),
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: results.uri("results/"),
          expectedBucketOwner: Stack.of(this).account,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    });
    workGroup.node.addDependency(bucket);
  }
}
