import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { DeploymentFile } from "../../contract/deployment-file.js";
import { projectResource } from "../../contract/layout.js";
import { arn, BucketNames, type SourceNames } from "../names.js";
import { dataAccess } from "./lake-grants.js";
import { statement } from "./role.js";

/**
 * What a role of this account needs to read a source's lake through Athena: what is published, its catalogue, the
 * workgroup, its results. The bucket's policy lets in only declared readers; Glue has no policy a database, so that
 * whoever keeps those roles attaches this one.
 */
export class LakeReader extends Construct {
  readonly policyArn: string;

  constructor(
    scope: Construct,
    id: string,
    {
      names,
      processed,
      lakeFormation,
    }: { readonly names: SourceNames; readonly processed: BucketNames } & Pick<DeploymentFile, "lakeFormation">,
  ) {
    super(scope, id);
    const results = BucketNames.ofResults(names);
    const policy = new ManagedPolicy(this, "Policy", {
      managedPolicyName: names.of("lake-reader"),
      description: `Reads what ${names.source} has published.`,
      statements: [
        { actions: ["s3:GetObject"], resources: [processed.keys("data/*"), processed.keys("rejected/*")] },
        {
          actions: ["s3:ListBucket"],
          resources: [processed.arn],
          conditions: { StringLike: { "s3:prefix": ["data/*", "rejected/*"] } },
        },
        ...processed.decrypting,
        {
          actions: [
            "glue:GetDatabase",
            "glue:GetTable",
            "glue:GetTables",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:BatchGetPartition",
          ],
          resources: ["catalog", `database/${names.glueDatabase}`, `table/${names.glueDatabase}/*`].map((resource) =>
            arn(names, "glue", resource),
          ),
        },
        {
          actions: [
            "athena:StartQueryExecution",
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:StopQueryExecution",
            "athena:GetWorkGroup",
          ],
          resources: [arn(names, "athena", `workgroup/${projectResource(names.project, "lake")}`)],
        },
        // Athena reads and writes results as its caller.
        {
          actions: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
          resources: [results.keys("results/*")],
        },
        { actions: ["s3:ListBucket", "s3:GetBucketLocation"], resources: [results.arn] },
        ...(lakeFormation === undefined ? [] : [dataAccess]),
      ].map(statement),
    });
    this.policyArn = policy.managedPolicyArn;
  }
}
