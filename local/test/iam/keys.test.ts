import { expect, test } from "@jest/globals";
import type { Call, ResolvedResource } from "../../call/call.js";
import { createAuthoriser } from "../../iam/authorise.js";
import { gatherKeys } from "../../iam/keys.js";
import { gatherPolicies } from "../../iam/policies.js";

const accountId = "000000000000";
const region = "eu-west-1";
const keyArn = `arn:aws:kms:${region}:${accountId}:key/k1`;
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const resource = (
  type: string,
  ref: string,
  properties: object,
  attributes: Readonly<Record<string, string>> = {},
): ResolvedResource => ({ stack: "small", logicalId: ref, type, properties: { ...properties }, ref, attributes });

/** A role that may do anything with objects, and this with the key. */
const role = (name: string, ...onKey: object[]) =>
  resource(
    "AWS::IAM::Role",
    name,
    {
      Policies: [
        {
          PolicyDocument: {
            Statement: [{ Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "*" }, ...onKey],
          },
        },
      ],
    },
    { Arn: roleArn(name) },
  );
const decrypt = (alias: string) => ({
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
  Condition: {
    StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
    "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias },
  },
});
const kept = `${keyArn}-kept`;
const encrypted = (name: string, KMSMasterKeyID: string) =>
  resource("AWS::S3::Bucket", name, {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID } },
      ],
    },
  });
const resources = [
  // Its policy names one role, and leaves nothing to the account.
  resource(
    "AWS::KMS::Key",
    "k2",
    {
      KeyPolicy: {
        Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*", Principal: { AWS: roleArn("named") } }],
      },
    },
    { Arn: kept },
  ),
  encrypted("kept", kept),
  role("of itself", { Effect: "Allow", Action: "kms:*", Resource: "*" }),
  role("without"),
  role("reads", decrypt("alias/shop")),
  role("elsewhere", decrypt("alias/other")),
  role("named"),
  resource(
    "AWS::KMS::Key",
    "k1",
    {
      KeyPolicy: {
        Statement: [
          { Effect: "Allow", Action: "kms:*", Resource: "*", Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
          { Effect: "Allow", Action: "kms:GenerateDataKey", Resource: "*", Principal: { AWS: roleArn("named") } },
        ],
      },
    },
    { Arn: keyArn },
  ),
  resource("AWS::KMS::Alias", "alias/shop", { AliasName: "alias/shop", TargetKeyId: keyArn }),
  resource("AWS::S3::Bucket", "locked", {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn } },
      ],
    },
  }),
  resource("AWS::S3::Bucket", "open", {}),
];
const authoriser = createAuthoriser(gatherPolicies(resources), { region, accountId }, undefined, gatherKeys(resources));

function may(name: string, operation: string, input: Call["input"]): boolean {
  try {
    authoriser.authorise({
      service: "s3",
      operation,
      input: { Key: "a", ...input },
      principal: { arn: roleArn(name), accountId, kind: "role" },
    });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return false;
    throw error;
  }
}

test.each([
  ["without", "GetObject", { Bucket: "locked" }, false],
  ["without", "GetObject", { Bucket: "open" }, true],
  ["without", "HeadObject", { Bucket: "locked" }, true],
  ["reads", "GetObject", { Bucket: "locked" }, true],
  ["reads", "PutObject", { Bucket: "locked" }, false],
  ["elsewhere", "GetObject", { Bucket: "locked" }, false],
  ["named", "PutObject", { Bucket: "locked" }, true],
  ["named", "CompleteMultipartUpload", { Bucket: "locked" }, false],
  ["named", "CopyObject", { Bucket: "locked", CopySource: "open/a" }, true],
  ["named", "CopyObject", { Bucket: "locked", CopySource: "locked/a" }, false],
  ["reads", "CopyObject", { Bucket: "open", CopySource: "locked/a" }, true],
  // Policies of roles have no effect on a key that does not delegate to IAM.
  ["of itself", "GetObject", { Bucket: "locked" }, true],
  ["of itself", "GetObject", { Bucket: "kept" }, false],
  ["named", "GetObject", { Bucket: "kept" }, true],
])("a role that is %s: %s with %j", (name, operation, input, isAllowed) => {
  expect(may(name, operation, input)).toBe(isAllowed);
});
