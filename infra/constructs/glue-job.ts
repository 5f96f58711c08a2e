import { join } from "node:path";
import {
  AssetHashType,
  AssetStaging,
  type FileAssetLocation,
  FileAssetPackaging,
  Fn,
  IgnoreMode,
  Stack,
} from "aws-cdk-lib";
import { CfnJob } from "aws-cdk-lib/aws-glue";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import type { NetworkFile } from "../../contract/deployment-file.js";
import type { SourceFile } from "../../contract/source-file.js";
import { packageFolder } from "../../package-folder.js";
import type { Bundle } from "../bundle.js";
import { arn, type BucketNames, type SourceNames } from "../names.js";
import { glueNetwork } from "./glue-network.js";
import type { KeyAccess } from "./protection-key.js";
import { workRole } from "./role.js";

export interface GlueJobProps {
  readonly names: SourceNames;
  readonly bundle: Bundle;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  /** Runs at once. */
  readonly concurrency: number;
  readonly settings: SourceFile["glue"];
  readonly network: NetworkFile | undefined;
  /** The key of `protect: hash`, where a dataset of the source hashes. */
  readonly key: KeyAccess | undefined;
}

/** partition_to_parquet of one source: the job's script, its package as a zip, and a zip of the wheels that it imports. */
export class GlueJob extends Construct {
  constructor(scope: Construct, id: string, props: GlueJobProps) {
    super(scope, id);
    const { names, bundle, landing, processed, settings, key } = props;
    const folder = join(packageFolder, "glue-jobs");
    const script = new Asset(this, "Script", { path: join(folder, "partition_to_parquet", "job.py") });
    const modules = new Asset(this, "Modules", {
      path: folder,
      ignoreMode: IgnoreMode.GIT,
      exclude: ["/*", "!/partition_to_parquet", "__pycache__", "*.pyc"],
    });
    const wheels = zipOfWheels(this, bundle);
    const network = glueNetwork(this, names, props.network);
    const role = workRole(this, "Role", {
      roleName: names.of("glue-job-role"),
      service: "glue.amazonaws.com",
      description: "Reads landed files, writes the files of its own runs.",
      permissions: [
        // Exactly the versions that batch.json notes.
        { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [landing.keys("*")] },
        {
          actions: ["s3:GetObject"],
          resources: [processed.keys("runs/*"), ...[script, modules].map(objectOf), wheels.objectArn],
        },
        {
          // Spark's committer lists and renames inside the run's folder.
          actions: ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
          resources: [processed.keys("runs/*"), processed.keys("temporary/*"), processed.keys("spark-events/*")],
        },
        { actions: ["s3:ListBucket"], resources: [processed.arn, landing.arn] },
        ...landing.decrypting,
        ...processed.decrypting,
        ...processed.encrypting,
        ...(key?.permissions ?? []),
        ...(network?.permissions ?? []),
        {
          actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [
            arn(names, "logs", "log-group:/aws-glue/jobs/*"),
            arn(names, "logs", "log-group:/aws-glue/jobs/*:log-stream:*"),
          ],
        },
        {
          actions: ["cloudwatch:PutMetricData"],
          resources: ["*"],
          conditions: { StringEquals: { "cloudwatch:namespace": "Glue" } },
        },
      ],
    });
    new CfnJob(this, "Job", {
      name: names.of("partition-to-parquet"),
      description: "Turns the files of one batch into Parquet, rejected rows and a report.",
      role: role.roleArn,
      glueVersion: "6.0",
      command: { name: "glueetl", pythonVersion: "3", scriptLocation: script.s3ObjectUrl },
      workerType: settings.workerType,
      numberOfWorkers: settings.workers,
      timeout: settings.timeoutMinutes,
      ...(settings.executionClass === "flex" ? { executionClass: "FLEX" } : {}),
      ...(settings.securityConfiguration === undefined
        ? {}
        : { securityConfiguration: settings.securityConfiguration }),
      // Step Functions decides what is run again; a retry of Glue's own would be a second run behind its back (E1.6).
      maxRetries: 0,
      ...(network === undefined ? {} : { connections: { connections: [network.connection] } }),
      executionProperty: { maxConcurrentRuns: props.concurrency },
      defaultArguments: {
        "--job-language": "python",
        "--job-bookmark-option": "job-bookmark-disable",
        "--extra-py-files": modules.s3ObjectUrl,
        "--additional-python-modules": wheels.uri,
        // Glue's pip then finds what it installs in the zip, and nowhere else.
        "--python-modules-installer-option": "--no-index",
        // What Glue's own proxy would carry goes through the subnet's endpoints (E5.5).
        ...(network === undefined ? {} : { "--disable-proxy-v2": "true" }),
        "--enable-auto-scaling": String(settings.autoScaling),
        "--enable-metrics": "true",
        "--enable-observability-metrics": "true",
        "--enable-continuous-cloudwatch-log": "true",
        "--enable-spark-ui": "true",
        "--spark-event-logs-path": processed.uri("spark-events/"),
        "--TempDir": processed.uri("temporary/"),
        // Which secret, not what is in it: arguments are logged (E1.11).
        ...(key === undefined ? {} : { "--protection_secret": key.secret }),
      },
    });
  }
}

const objectArn = (bucket: string, key: string) => Fn.join("", [arnPrefix, bucket, "/", key]);
const objectOf = (asset: Asset) => objectArn(asset.s3BucketName, asset.s3ObjectKey);
const arnPrefix = Fn.sub(`arn:\${AWS::Partition}:s3:::`);

/** Glue knows a zip of wheels by the end of its name, `.gluewheels.zip`, which an `Asset` cannot have. */
function zipOfWheels(scope: Construct, bundle: Bundle): { readonly uri: string; readonly objectArn: string } {
  const { folder, digest } = bundle.glueWheels();
  const stack = Stack.of(scope);
  const staging = new AssetStaging(scope, "Wheels", {
    sourcePath: folder,
    assetHash: digest,
    assetHashType: AssetHashType.CUSTOM,
  });
  const { bucketName, objectKey, s3ObjectUrl }: FileAssetLocation = stack.synthesizer.addFileAsset({
    packaging: FileAssetPackaging.ZIP_DIRECTORY,
    sourceHash: `${staging.assetHash}.gluewheels`,
    fileName: staging.relativeStagedPath(stack),
    displayName: "Wheels of the Glue job",
  });
  return { uri: s3ObjectUrl, objectArn: objectArn(bucketName, objectKey) };
}
