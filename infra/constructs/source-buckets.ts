import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { CfnPermission, type IFunction } from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, type LifecycleRule } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { manifestSuffix } from "../../contract/layout.js";
import type { BucketNames } from "../names.js";

const abandonedUploads: LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(7) };

/** Private, encrypted, TLS only, versioned; stays when the stack goes. */
function privateBucket(scope: Construct, id: string, names: BucketNames, lifecycleRules: readonly LifecycleRule[]) {
  return new Bucket(scope, id, {
    bucketName: names.name,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    lifecycleRules: [...lifecycleRules],
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/**
 * Where producers deliver. Only the PUT of a manifest calls start-load. The notification is set on the bucket itself:
 * the CDK's own way adds a custom resource with a function (and one more role) to every stack.
 */
export class LandingBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, names: BucketNames, startLoad: IFunction) {
    super(scope, id);
    this.bucket = privateBucket(this, "Bucket", names, [
      { ...abandonedUploads, noncurrentVersionExpiration: Duration.days(90) },
    ]);
    const permission = new CfnPermission(this, "MayStartLoads", {
      action: "lambda:InvokeFunction",
      functionName: startLoad.functionArn,
      principal: "s3.amazonaws.com",
      sourceAccount: this.bucket.stack.account,
      // The name as a text: a reference to the bucket would close a circle.
      sourceArn: names.arn,
    });
    const resource = this.bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new TypeError("the bucket has no CloudFormation resource");
    resource.notificationConfiguration = {
      lambdaConfigurations: [
        {
          // Puts, copies and multipart uploads alike (F1.5).
          event: "s3:ObjectCreated:*",
          function: startLoad.functionArn,
          filter: { s3Key: { rules: [{ name: "suffix", value: manifestSuffix }] } },
        },
      ],
    };
    resource.addResourceDependency(permission);
  }
}

/** Where Sluice writes: `data/`, `rejected/`, `manifests/`, `refused/` stay; what runs leave behind goes after a while. */
export class ProcessedBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, names: BucketNames) {
    super(scope, id);
    this.bucket = privateBucket(this, "Bucket", names, [
      { ...abandonedUploads, noncurrentVersionExpiration: Duration.days(30) },
      // A redrive is possible for 14 days (A3.1), and people look at a run for longer.
      { prefix: "runs/", expiration: Duration.days(90) },
      { prefix: "spark-events/", expiration: Duration.days(30) },
      { prefix: "temporary/", expiration: Duration.days(7) },
    ]);
  }
}
