import { AwsError, type Operation, type Shape } from "../call/call.js";
import { optionalDate, optionalNumber, optionalText, requiredText } from "../call/input.js";
import { type Bucket, noSuchKey, preconditionFailed } from "./bucket.js";
import type { Version } from "./bucket-index.js";
import type { Buckets } from "./buckets.js";
import { byteRange, checkMembers } from "./members.js";

const READ_MEMBERS = [
  "Bucket",
  "Key",
  "VersionId",
  "Range",
  "PartNumber",
  "ChecksumMode",
  "IfMatch",
  "IfNoneMatch",
  "IfModifiedSince",
  "IfUnmodifiedSince",
];
const OVERRIDES: Readonly<Record<string, string>> = {
  ResponseContentType: "ContentType",
  ResponseCacheControl: "CacheControl",
  ResponseContentDisposition: "ContentDisposition",
  ResponseContentEncoding: "ContentEncoding",
  ResponseContentLanguage: "ContentLanguage",
};

/** GetObject, HeadObject and GetObjectAttributes' little brother: what is known of a version, with or without bytes. */
export function objectReads(buckets: Buckets): Readonly<Record<string, Operation>> {
  return {
    GetObject: async (input) => {
      const { bucket, version, output, start, end } = read(buckets, input);
      return { ...output, Body: bucket.body(version, start, end) };
    },
    HeadObject: async (input) => read(buckets, input).output,
  };
}

/** Finds the version that a read is about and checks the read's conditions.
 * @throws AwsError NoSuchKey, NoSuchVersion, MethodNotAllowed, PreconditionFailed, NotModified */
export function readVersion(buckets: Buckets, input: Shape): { readonly bucket: Bucket; readonly version: Version } {
  const bucket = buckets.get(input);
  const key = requiredText(input, "Key");
  const versionId = optionalText(input, "VersionId");
  const version = versionId === undefined ? bucket.index.versionsOf(key)[0] : bucket.index.find(key, versionId);
  if (version === undefined) {
    if (versionId === undefined) throw noSuchKey(key);
    throw new AwsError("NoSuchVersion", "The specified version does not exist.", {
      statusCode: 404,
      members: { Key: key, VersionId: versionId },
    });
  }
  if (version.file === null) {
    const members = { DeleteMarker: true, VersionId: version.id };
    if (versionId === undefined) throw noSuchKey(key, members);
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
      statusCode: 405,
      members,
    });
  }
  checkReadConditions(version, input);
  return { bucket, version };
}

function checkReadConditions(version: Version, input: Shape): void {
  const matches = (tag: string) => tag === "*" || tag.replaceAll('"', "") === version.etag;
  const ifMatch = optionalText(input, "IfMatch");
  const ifNoneMatch = optionalText(input, "IfNoneMatch");
  const unmodified = optionalDate(input, "IfUnmodifiedSince");
  const modified = optionalDate(input, "IfModifiedSince");
  if (ifMatch !== undefined && !matches(ifMatch)) throw preconditionFailed("If-Match");
  if (ifMatch === undefined && unmodified !== undefined && version.lastModified > unmodified.getTime()) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  const isUnchanged =
    ifNoneMatch !== undefined
      ? matches(ifNoneMatch)
      : modified !== undefined && version.lastModified <= modified.getTime();
  if (isUnchanged) throw new AwsError("NotModified", "Not Modified", { statusCode: 304 });
}

function read(buckets: Buckets, input: Shape) {
  checkMembers(input, [...READ_MEMBERS, ...Object.keys(OVERRIDES)], buckets.accountId);
  const { bucket, version } = readVersion(buckets, input);
  const part = partRange(version, optionalNumber(input, "PartNumber"));
  const range = part ?? byteRange(optionalText(input, "Range"), version.size);
  const start = range?.start ?? 0;
  const end = range?.end ?? version.size;
  const { StorageClass, ...headers } = version.headers;
  const overrides = Object.entries(OVERRIDES).flatMap(([from, to]) =>
    typeof input[from] === "string" ? [[to, input[from]]] : [],
  );
  const showsChecksum = input.ChecksumMode === "ENABLED" && version.checksum !== null && range === undefined;
  const output: Shape = {
    AcceptRanges: "bytes",
    LastModified: new Date(version.lastModified),
    ContentLength: end - start,
    ETag: `"${version.etag}"`,
    ServerSideEncryption: "AES256",
    ContentType: "binary/octet-stream",
    ...headers,
    ...Object.fromEntries(overrides),
    Metadata: version.metadata,
    ...(version.id === "null" ? {} : { VersionId: version.id }),
    ...(StorageClass === undefined || StorageClass === "STANDARD" ? {} : { StorageClass }),
    ...(range === undefined ? {} : { ContentRange: `bytes ${start}-${end - 1}/${version.size}` }),
    ...(part !== undefined && version.partSizes !== null ? { PartsCount: version.partSizes.length } : {}),
    ...(showsChecksum && version.checksum !== null
      ? { [version.checksum.member]: version.checksum.value, ChecksumType: version.checksum.type }
      : {}),
  };
  return { bucket, version, output, start, end };
}

function partRange(
  version: Version,
  partNumber: number | undefined,
): { readonly start: number; readonly end: number } | undefined {
  if (partNumber === undefined) return undefined;
  const sizes = version.partSizes ?? [version.size];
  const size = sizes[partNumber - 1];
  if (size === undefined)
    throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", { statusCode: 416 });
  const start = sizes.slice(0, partNumber - 1).reduce((sum, each) => sum + each, 0);
  return size === 0 ? undefined : { start, end: start + size };
}
