import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AwsError, isFileBody, type Operation, type Shape } from "../call/call.js";
import { optionalBoolean, optionalShape, optionalShapes, optionalText, requiredText } from "../call/input.js";
import type { Bucket } from "./bucket.js";
import type { Version } from "./bucket-index.js";
import type { Buckets } from "./buckets.js";
import { CHECKSUM_MEMBERS, digestFile } from "./checksums.js";
import { checkKey } from "./keys.js";
import { checkMembers, copySource, KEPT_HEADERS, keptHeaders, userMetadata } from "./members.js";
import { readVersion } from "./object-reads.js";

const WRITE_MEMBERS = [
  "Bucket",
  "Key",
  "Body",
  "Metadata",
  "IfMatch",
  "IfNoneMatch",
  ...KEPT_HEADERS,
  ...CHECKSUM_MEMBERS,
];

/** PutObject, CopyObject, DeleteObject and DeleteObjects. */
export function objectWrites(buckets: Buckets): Readonly<Record<string, Operation>> {
  return {
    PutObject: (input) => putObject(buckets, input),
    CopyObject: (input) => copyObject(buckets, input),
    DeleteObject: async (input) => deleteObject(buckets, input),
    DeleteObjects: async (input) => deleteObjects(buckets, input),
  };
}

/** The bytes of a call as a file of the bucket's own: one that HTTP has already written there, or a new one. */
export async function bodyFile(
  bucket: Bucket,
  body: unknown,
): Promise<{ readonly path: string; readonly move: boolean }> {
  if (isFileBody(body) && dirname(body.path) === bucket.uploads) return { path: body.path, move: true };
  const path = bucket.temporaryFile();
  if (isFileBody(body)) await writeFile(path, await body.bytes());
  else if (typeof body === "string" || body instanceof Uint8Array) await writeFile(path, body);
  else if (body === undefined || body === null) await writeFile(path, "");
  else throw new AwsError("InvalidRequest", "Body must be bytes, a string or a file of the local account");
  return { path, move: true };
}

async function putObject(buckets: Buckets, input: Shape): Promise<Shape> {
  checkMembers(input, WRITE_MEMBERS, buckets.accountId);
  const bucket = buckets.get(input);
  const key = requiredText(input, "Key");
  checkKey(key);
  const conditions = { ifMatch: optionalText(input, "IfMatch"), ifNoneMatch: optionalText(input, "IfNoneMatch") };
  bucket.checkConditions(key, conditions);
  const file = await bodyFile(bucket, input.Body);
  const digests = await digestFile(file.path, input);
  const object = {
    key,
    digests,
    headers: keptHeaders(input),
    metadata: userMetadata(input),
    partSizes: null,
    etag: digests.md5,
    event: "ObjectCreated:Put",
  };
  return written(await bucket.add(file, object, conditions));
}

/** What every write answers. */
export function written(version: Version): Shape {
  return {
    ETag: `"${version.etag}"`,
    ServerSideEncryption: version.headers.ServerSideEncryption ?? "AES256",
    ...(version.headers.SSEKMSKeyId === undefined ? {} : { SSEKMSKeyId: version.headers.SSEKMSKeyId }),
    ...(version.id === "null" ? {} : { VersionId: version.id }),
    ...(version.checksum === null
      ? {}
      : { [version.checksum.member]: version.checksum.value, ChecksumType: version.checksum.type }),
  };
}

const COPY_MEMBERS = [
  ...WRITE_MEMBERS,
  "CopySource",
  "CopySourceIfMatch",
  "CopySourceIfNoneMatch",
  "CopySourceIfModifiedSince",
  "CopySourceIfUnmodifiedSince",
  "MetadataDirective",
  "TaggingDirective",
];

async function copyObject(buckets: Buckets, input: Shape): Promise<Shape> {
  checkMembers(input, COPY_MEMBERS, buckets.accountId);
  const from = copySource(input);
  const { bucket: sourceBucket, version: source } = readVersion(buckets, {
    Bucket: from.bucket,
    Key: from.key,
    VersionId: from.versionId,
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  const bucket = buckets.get(input);
  const key = requiredText(input, "Key");
  checkKey(key);
  const replaces = input.MetadataDirective === "REPLACE";
  const isSame = sourceBucket === bucket && from.key === key && from.versionId === undefined;
  if (isSame && !replaces) {
    throw new AwsError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const conditions = { ifMatch: optionalText(input, "IfMatch"), ifNoneMatch: optionalText(input, "IfNoneMatch") };
  bucket.checkConditions(key, conditions);
  const body = sourceBucket.body(source);
  const digests = await digestFile(body.path, { ChecksumAlgorithm: input.ChecksumAlgorithm });
  const checksum =
    source.checksum?.type === "FULL_OBJECT" && digests.checksum === null ? source.checksum : digests.checksum;
  const object = {
    key,
    digests: { ...digests, checksum },
    headers: replaces
      ? keptHeaders(input)
      : { ...source.headers, ...keptHeaders({ ...input, ContentType: undefined }) },
    metadata: replaces ? userMetadata(input) : source.metadata,
    partSizes: null,
    etag: digests.md5,
    event: "ObjectCreated:Copy",
  };
  const version = await bucket.add({ path: body.path, move: false }, object, conditions);
  const { ETag, VersionId, ...rest } = written(version);
  return {
    CopyObjectResult: { ETag, LastModified: new Date(version.lastModified) },
    ...rest,
    VersionId,
    ...(source.id === "null" ? {} : { CopySourceVersionId: source.id }),
  };
}

function deleteObject(buckets: Buckets, input: Shape): Shape {
  checkMembers(input, ["Bucket", "Key", "VersionId", "IfMatch"], buckets.accountId);
  const bucket = buckets.get(input);
  const key = requiredText(input, "Key");
  const versionId = optionalText(input, "VersionId");
  const ifMatch = optionalText(input, "IfMatch");
  if (ifMatch !== undefined && ifMatch !== "*") bucket.checkConditions(key, { ifMatch });
  return removed(bucket.remove(key, versionId), versionId);
}

function removed(version: Version | undefined, versionId: string | undefined): Shape {
  if (version === undefined) return versionId === undefined ? {} : { VersionId: versionId };
  return {
    ...(version.file === null ? { DeleteMarker: true } : {}),
    ...(version.id === "null" && versionId === undefined ? {} : { VersionId: version.id }),
  };
}

const MOST_DELETES = 1000;

function deleteObjects(buckets: Buckets, input: Shape): Shape {
  checkMembers(input, ["Bucket", "Delete", ...CHECKSUM_MEMBERS], buckets.accountId);
  const bucket = buckets.get(input);
  const request = optionalShape(input, "Delete") ?? {};
  const objects = optionalShapes(request, "Objects");
  if (objects.length === 0 || objects.length > MOST_DELETES) {
    throw new AwsError(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  }
  const deleted = objects.map((object) => {
    const key = requiredText(object, "Key");
    const versionId = optionalText(object, "VersionId");
    const version = bucket.remove(key, versionId);
    const marker = version?.file === null ? { DeleteMarker: true, DeleteMarkerVersionId: version.id } : {};
    return { Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }), ...marker };
  });
  return optionalBoolean(request, "Quiet") === true ? {} : { Deleted: deleted };
}
