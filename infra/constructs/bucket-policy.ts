import { AnyPrincipal, ArnPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { accountRoleArn, type BucketNames, rootArn } from "../names.js";

/** Everything that reads, writes or removes an object or a version of it. */
const onObjects = ["s3:*Object", "s3:*ObjectVersion", "s3:*ObjectTagging", "s3:*ObjectVersionTagging"];
const reading = ["s3:GetObject", "s3:GetObjectVersion"];
const listing = ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"];

/** Root and break-glass, administrators who sign in through Identity Center, the roles that deploy, and who is declared. */
export const bucketKeepers = (
  project: string,
  deployers: readonly string[],
  administrators: readonly string[],
): readonly string[] => [
  rootArn,
  accountRoleArn(`${project}-break-glass`),
  accountRoleArn("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_AdministratorAccess_*"),
  ...deployers,
  ...administrators,
];

interface Deny {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly on: { readonly resources: string[] } | { readonly notResources: string[] };
  readonly but: readonly string[];
}

/**
 * Nobody but these, whatever their own policies say. aws:PrincipalArn is the role's ARN for its sessions too (H2.4). A
 * service that acts in its own name is let through: nothing allows one, but for the logs that S3 delivers.
 */
const deny = ({ sid, actions, on, but }: Deny) =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    ...on,
    conditions: {
      ArnNotLike: { "aws:PrincipalArn": [...but] },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
    },
  });

const allow = (sid: string, arns: readonly string[], actions: readonly string[], resources: readonly string[]) =>
  arns.length === 0
    ? []
    : [
        new PolicyStatement({
          sid,
          principals: arns.map((arn) => new ArnPrincipal(arn)),
          actions: [...actions],
          resources: [...resources],
        }),
      ];

export interface Reach {
  /** ARNs of the source's own roles, and of those that keep the account. */
  readonly own: readonly string[];
  /** ARNs of those that deliver, or of those that read. */
  readonly others: readonly string[];
}

/** Producers put objects, and neither read nor remove; the source's roles do what their own policies say. */
export function guardLanding(bucket: Bucket, names: BucketNames, { own, others }: Reach): void {
  const objects = [names.keys("*")];
  const putting = ["s3:PutObject", "s3:AbortMultipartUpload"];
  const statements = [
    deny({ sid: "OnlyTheSourceReads", actions: [...reading, "s3:Delete*"], on: { resources: objects }, but: own }),
    deny({
      sid: "OnlyProducersDeliver",
      actions: [...onObjects, "s3:AbortMultipartUpload"],
      on: { resources: objects },
      but: [...own, ...others],
    }),
    deny({ sid: "OnlyTheSourceLists", actions: listing, on: { resources: [names.arn] }, but: own }),
    ...allow("ProducersDeliver", others, putting, objects),
  ];
  for (const statement of statements) bucket.addToResourcePolicy(statement);
}

/** Readers read what is published, `data/` and `rejected/`; what runs leave and the rest are the source's own. */
export function guardProcessed(bucket: Bucket, names: BucketNames, { own, others }: Reach): void {
  const published = [names.keys("data/*"), names.keys("rejected/*")];
  const statements = [
    deny({
      sid: "OnlyTheSourceReadsTheRest",
      actions: onObjects,
      on: { notResources: published },
      but: own,
    }),
    deny({
      sid: "OnlyTheSourceWrites",
      actions: ["s3:Put*", "s3:Delete*", "s3:RestoreObject"],
      on: { resources: published },
      but: own,
    }),
    deny({
      sid: "OnlyReadersRead",
      actions: reading,
      on: { resources: published },
      but: [...own, ...others],
    }),
    deny({ sid: "OnlyReadersList", actions: listing, on: { resources: [names.arn] }, but: [...own, ...others] }),
    ...allow("ReadersRead", others, ["s3:GetObject"], published),
    ...allow("ReadersList", others, ["s3:ListBucket"], [names.arn]).map((statement) => {
      statement.addCondition("StringLike", { "s3:prefix": ["data/*", "rejected/*"] });
      return statement;
    }),
  ];
  for (const statement of statements) bucket.addToResourcePolicy(statement);
}

/** Answers are for those that may ask. */
export function guardResults(bucket: Bucket, names: BucketNames, askers: readonly string[]): void {
  bucket.addToResourcePolicy(
    deny({ sid: "OnlyAskersRead", actions: onObjects, on: { resources: [names.keys("*")] }, but: askers }),
  );
}
