import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type LifecycleRule,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { SourceFile } from "../../contract/source-file.js";
import type { BucketNames } from "../names.js";
import { guardLanding, guardProcessed, type Reach } from "./bucket-policy.js";
import type { BucketNotification } from "./start-trigger.js";

type Retention = SourceFile["retention"];

export interface BucketProps {
  readonly names: BucketNames;
  readonly retention: Retention;
  readonly reach: Reach;
  /** Without one S3 encrypts by itself. */
  readonly key: IKey | undefined;
  /** Where the log of who did what goes. */
  readonly accessLogs: string | undefined;
  /** True only when both switches say so: then `destroy` may take the bucket. */
  readonly mayBeDeleted: boolean;
}

const abandonedUploads: LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(7) };

/** Private, encrypted, TLS only, versioned; stays when the stack goes. */
export function privateBucket(
  scope: Construct,
  id: string,
  { names, key, accessLogs, mayBeDeleted }: Omit<BucketProps, "retention" | "reach">,
  lifecycleRules: readonly LifecycleRule[],
): Bucket {
  const bucket = new Bucket(scope, id, {
    bucketName: names.name,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    ...(key === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    lifecycleRules: [...lifecycleRules],
    removalPolicy: mayBeDeleted ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  if (accessLogs !== undefined) {
    resourceOf(bucket).loggingConfiguration = {
      destinationBucketName: accessLogs,
      logFilePrefix: `${scope.node.id.toLowerCase()}/`,
    };
  }
  return bucket;
}

interface LandingProps extends BucketProps {
  /** Of what S3 tells whom. */
  readonly notification: BucketNotification;
}

/**
 * Where producers deliver. Only the PUT of what may start a load calls start-load. The notification is set on the bucket itself:
 * the CDK's own way adds a custom resource with a function (and one more role) to every stack.
 */
export class LandingBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: LandingProps) {
    super(scope, id);
    const { names, retention, notification } = props;
    this.bucket = privateBucket(this, "Bucket", props, [
      { ...abandonedUploads, noncurrentVersionExpiration: Duration.days(retention.oldVersions) },
      ...expiring(undefined, retention.landing),
    ]);
    guardLanding(this.bucket, names, props.reach);
    const resource = resourceOf(this.bucket);
    resource.notificationConfiguration = notification.configuration;
    if (notification.needs !== undefined) resource.addResourceDependency(notification.needs);
  }
}

/** Where Sluice writes: `data/`, `rejected/`, `manifests/`, `refused/` stay; what runs leave behind goes after a while. */
export class ProcessedBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const { retention } = props;
    this.bucket = privateBucket(this, "Bucket", props, [
      { ...abandonedUploads, noncurrentVersionExpiration: Duration.days(retention.oldVersions) },
      // A redrive is possible for 14 days (A3.1), and people look at a run for longer.
      ...expiring("runs/", retention.runs),
      { prefix: "spark-events/", expiration: Duration.days(30) },
      { prefix: "temporary/", expiration: Duration.days(7) },
      ...expiring("data/", retention.processed),
      ...expiring("rejected/", retention.processed),
    ]);
    guardProcessed(this.bucket, props.names, props.reach);
  }
}

/** Where S3 writes down who did what in the source's buckets. It takes no key of one's own there. */
export class LogBucket extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: Omit<BucketProps, "reach" | "key" | "accessLogs">,
    of: BucketNames[],
  ) {
    super(scope, id);
    const bucket = privateBucket(this, "Bucket", { ...props, key: undefined, accessLogs: undefined }, [
      { ...abandonedUploads, noncurrentVersionExpiration: Duration.days(1) },
      ...expiring(undefined, props.retention.accessLogs),
    ]);
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "S3WritesItsLogs",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("logging.s3.amazonaws.com")],
        actions: ["s3:PutObject"],
        resources: [props.names.keys("*")],
        conditions: {
          ArnLike: { "aws:SourceArn": of.map((names) => names.arn) },
          StringEquals: { "aws:SourceAccount": bucket.stack.account },
        },
      }),
    );
  }
}

const expiring = (prefix: string | undefined, afterDays: number | undefined): readonly LifecycleRule[] =>
  afterDays === undefined
    ? []
    : [{ ...(prefix === undefined ? {} : { prefix }), expiration: Duration.days(afterDays) }];

function resourceOf(bucket: Bucket): CfnBucket {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new TypeError("the bucket has no CloudFormation resource");
  return resource;
}
