import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Fn, IgnoreMode } from "aws-cdk-lib";
import { CfnJob } from "aws-cdk-lib/aws-glue";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import type { SourceFile } from "../../contract/source-file.js";
import { packageFolder } from "../../package-folder.js";
import { arn, type BucketNames, type SourceNames } from "../names.js";
import type { KeyAccess } from "./protection-key.js";
import { workRole } from "./role.js";

export interface GlueJobProps {
  readonly names: SourceNames;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  /** Runs at once. */
  readonly concurrency: number;
  readonly settings: SourceFile["glue"];
  /** The key of `protect: hash`, where a dataset of the source hashes. */
  readonly key: KeyAccess | undefined;
}

/** partition_to_parquet of one source: the job's script, its package as a zip, and pinned Python modules. */
export class GlueJob extends Construct {
  constructor(scope: Construct, id: string, props: GlueJobProps) {
    super(scope, id);
    const { names, landing, processed, settings, key } = props;
    const folder = join(packageFolder, "glue-jobs");
    const script = new Asset(this, "Script", { path: join(folder, "partition_to_parquet", "job.py") });
    const modules = new Asset(this, "Modules", {
      path: folder,
      ignoreMode: IgnoreMode.GIT,
      exclude: ["/*", "!/partition_to_parquet", "__pycache__", "*.pyc"],
    });
    const role = workRole(this, "Role", {
      roleName: names.of("glue-job-role"),
      service: "glue.amazonaws.com",
      description: "Reads landed files, writes the files of its own runs.",
      permissions: [
        // Exactly the versions that batch.json notes.
        { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [landing.keys("*")] },
        { actions: ["s3:GetObject"], resources: [processed.keys("runs/*"), objectOf(script), objectOf(modules)] },
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
      executionProperty: { maxConcurrentRuns: props.concurrency },
      defaultArguments: {
        "--job-language": "python",
        "--job-bookmark-option": "job-bookmark-disable",
        "--extra-py-files": modules.s3ObjectUrl,
        "--additional-python-modules": pinnedModules(join(folder, "requirements.txt")),
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

const objectOf = (asset: Asset) => Fn.join("", [arnPrefix, asset.s3BucketName, "/", asset.s3ObjectKey]);
const arnPrefix = Fn.sub(`arn:\${AWS::Partition}:s3:::`);

/** `pyarrow==26.0.1,…` from a requirements file with exact pins. */
function pinnedModules(file: string): string {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .join(",");
}
