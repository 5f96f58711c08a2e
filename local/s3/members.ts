import { AwsError, type Shape } from "../call/call.js";
import { isShape, requiredText } from "../call/input.js";

/** Object properties that are kept and given back as they came. */
export const KEPT_HEADERS: readonly string[] = [
  "ContentType",
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "StorageClass",
  "ServerSideEncryption",
  "SSEKMSKeyId",
];

/** Members that change nothing here: the account has one owner, bills nobody and encrypts nothing. */
const HARMLESS: readonly string[] = [
  "RequestPayer",
  "ExpectedBucketOwner",
  "ExpectedSourceBucketOwner",
  "BucketKeyEnabled",
  "ChecksumAlgorithm",
  "ContentLength",
  "ContentMD5",
];

/** Refuses members that S3 knows and the local account does not, by name, and a bucket of somebody else.
 * @throws AwsError NotImplemented, AccessDenied */
export function checkMembers(input: Shape, known: readonly string[], accountId: string): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === null || known.includes(member) || HARMLESS.includes(member)) continue;
    throw new AwsError(
      "NotImplemented",
      `not supported in the local account: s3 ${member}; see the README of local-account`,
      { statusCode: 501 },
    );
  }
  for (const member of ["ExpectedBucketOwner", "ExpectedSourceBucketOwner"]) {
    const owner = input[member];
    if (owner !== undefined && owner !== accountId)
      throw new AwsError("AccessDenied", "Access Denied", { statusCode: 403 });
  }
}

export function keptHeaders(input: Shape): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = input[name];
    if (typeof value === "string") headers[name] = value;
  }
  return headers;
}

/** User metadata: names are kept in lower case, as S3 does. */
export function userMetadata(input: Shape): Record<string, string> {
  const given = input.Metadata;
  if (!isShape(given)) return {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a leading slash. */
export function copySource(input: Shape): {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
} {
  const raw = requiredText(input, "CopySource").replace(/^\//, "");
  const [path = "", query = ""] = raw.split("?versionId=");
  const slash = path.indexOf("/");
  if (slash < 1)
    throw new AwsError("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  try {
    const key = decodeURIComponent(path.slice(slash + 1));
    return { bucket: path.slice(0, slash), key, versionId: query === "" ? undefined : query };
  } catch {
    throw new AwsError("InvalidArgument", "Copy Source must be URL-encoded");
  }
}

/** The part of an object that a Range header asks for; undefined when the header is none that S3 heeds.
 * @throws AwsError InvalidRange when it lies beyond the end. */
export function byteRange(
  range: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= size || (first === "" && Number(last) === 0)) {
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", {
      statusCode: 416,
      members: { ActualObjectSize: size },
    });
  }
  return end <= start ? undefined : { start, end };
}
