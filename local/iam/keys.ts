import type { Call, ResolvedResource, Shape } from "../call/call.js";
import { isShape } from "../call/input.js";
import type { RequiredPermission } from "./evaluate.js";

/** A KMS key that a bucket encrypts with. Nothing is encrypted here, but who may use the key is asked. */
export interface BucketKey {
  readonly arn: string;
  readonly aliases: readonly string[];
}

/** The keys of the templates' buckets, by the bucket's name. */
export function gatherKeys(resources: readonly ResolvedResource[]): ReadonlyMap<string, BucketKey> {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const arns = new Map(ofType("AWS::KMS::Key").map(({ ref, attributes }) => [ref, attributes.Arn ?? ref]));
  const arnOf = (id: unknown) => arns.get(String(id)) ?? String(id);
  const aliases = ofType("AWS::KMS::Alias").map(({ properties }) => ({
    name: String(properties.AliasName),
    key: arnOf(properties.TargetKeyId),
  }));
  return new Map(
    ofType("AWS::S3::Bucket").flatMap(({ ref, properties }) => {
      const id = keyOf(properties.BucketEncryption);
      if (id === undefined) return [];
      const arn = arnOf(id);
      return [[ref, { arn, aliases: aliases.filter(({ key }) => key === arn).map(({ name }) => name) }] as const];
    }),
  );
}

function keyOf(encryption: unknown): unknown {
  const rules = isShape(encryption) ? encryption.ServerSideEncryptionConfiguration : undefined;
  for (const rule of Array.isArray(rules) ? rules : []) {
    const byDefault = isShape(rule) ? rule.ServerSideEncryptionByDefault : undefined;
    if (isShape(byDefault) && byDefault.SSEAlgorithm === "aws:kms") return byDefault.KMSMasterKeyID;
  }
  return undefined;
}

export interface KeyPermission extends RequiredPermission {
  readonly key: BucketKey;
}

const needs: Readonly<Record<string, readonly string[]>> = {
  GetObject: ["kms:Decrypt"],
  PutObject: ["kms:GenerateDataKey"],
  CopyObject: ["kms:GenerateDataKey"],
  CreateMultipartUpload: ["kms:GenerateDataKey"],
  // The parts are decrypted when they are put together.
  UploadPart: ["kms:Decrypt"],
  CompleteMultipartUpload: ["kms:Decrypt"],
};

/**
 * What S3 asks KMS for its caller
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, permissions).
 */
export function keyPermissions(
  { service, operation, input }: Call,
  keys: ReadonlyMap<string, BucketKey>,
): readonly KeyPermission[] {
  if (service !== "s3" || keys.size === 0) return [];
  const own = permissionsOn(keys.get(String(input.Bucket)), needs[operation] ?? []);
  return operation === "CopyObject" ? [...permissionsOn(keys.get(sourceBucket(input)), ["kms:Decrypt"]), ...own] : own;
}

const permissionsOn = (key: BucketKey | undefined, actions: readonly string[]): readonly KeyPermission[] =>
  key === undefined ? [] : actions.map((action) => ({ action, resource: key.arn, key }));

const sourceBucket = ({ CopySource }: Shape) => String(CopySource).replace(/^\//, "").split("/")[0] ?? "";
