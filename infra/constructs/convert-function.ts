import { AssetHashType, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { SourceFile } from "../../contract/source-file.js";
import type { Bundle } from "../bundle.js";
import { arn, type BucketNames, type SourceNames } from "../names.js";
import type { KeyAccess } from "./protection-key.js";
import { workRole } from "./role.js";

export interface ConvertFunctionProps {
  readonly names: SourceNames;
  readonly bundle: Bundle;
  readonly landing: BucketNames;
  readonly processed: BucketNames;
  readonly settings: SourceFile["lambda"];
  /** The key of `protect: hash`, where a dataset of the source hashes. */
  readonly key: KeyAccess | undefined;
}

/** convert-batch of one source: the core in Python, for batches that one machine holds. It reaches S3, and the
 * secret of its key, so it is in no VPC. */
export class ConvertFunction extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { names, bundle, landing, processed, settings, key }: ConvertFunctionProps,
  ) {
    super(scope, id);
    const functionName = names.of("convert-batch");
    const description = "Turns the files of one batch into Parquet, rejected rows and a report.";
    const archive = bundle.lambdaArchive();
    new LambdaFunction(this, "Function", {
      functionName,
      description,
      // The digest of what it is made from: the wheels are many files, and the same ones as long as their lock is.
      code: Code.fromAsset(archive.folder, { assetHash: archive.digest, assetHashType: AssetHashType.CUSTOM }),
      handler: "partition_to_parquet.lambda_function.handler",
      runtime: Runtime.PYTHON_3_13,
      architecture: Architecture.ARM_64,
      role: workRole(this, "Role", {
        roleName: `${functionName}-role`,
        service: "lambda.amazonaws.com",
        description,
        permissions: [
          {
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: [arn(names, "logs", `log-group:/aws/lambda/${functionName}:*`)],
          },
          // Exactly the versions that batch.json notes. Without the list S3 answers 403 for one that is gone.
          { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [landing.keys("*")] },
          { actions: ["s3:ListBucket"], resources: [landing.arn] },
          { actions: ["s3:GetObject", "s3:PutObject"], resources: [processed.keys("runs/*")] },
          ...landing.decrypting,
          ...processed.decrypting,
          ...processed.encrypting,
          ...(key?.permissions ?? []),
        ],
      }),
      ...(key === undefined ? {} : { environment: { PROTECTION_SECRET: key.secret } }),
      logGroup: new LogGroup(this, "Logs", {
        logGroupName: `/aws/lambda/${functionName}`,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      tracing: Tracing.ACTIVE,
      timeout: Duration.minutes(15),
      memorySize: settings.memoryMegabytes,
      ...(settings.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: settings.reservedConcurrency }),
    });
  }
}
