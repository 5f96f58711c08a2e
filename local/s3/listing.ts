import { AwsError, type Operation, type Shape } from "../call/call.js";
import { optionalNumber, optionalText } from "../call/input.js";
import { type BucketIndex, placeOf, type Version } from "./bucket-index.js";
import type { Buckets } from "./buckets.js";
import { compareKeys, encodeKey } from "./keys.js";
import { checkMembers } from "./members.js";

const MOST_KEYS = 1000;

/** ListObjectsV2, ListObjects and ListObjectVersions. */
export function listings(buckets: Buckets): Readonly<Record<string, Operation>> {
  return {
    ListObjectsV2: async (input) => listObjectsV2(buckets, input),
    ListObjects: async (input) => listObjects(buckets, input),
    ListObjectVersions: async (input) => listVersions(buckets, input),
  };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  /** The last thing on the page, when there is more. */
  readonly last: { readonly name: string; readonly versionId: string | undefined } | undefined;
}

interface Query {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly limit: number;
}

/** One page: rolls keys up at the delimiter; a rolled-up prefix counts as one. */
function page<Item>(
  rows: Iterable<{ readonly key: string; readonly item: Item; readonly versionId?: string }>,
  query: Query,
  isAfter: (name: string, versionId: string | undefined) => boolean,
): Page<Item> {
  const items: Item[] = [];
  const prefixes: string[] = [];
  let last: Page<Item>["last"];
  for (const { key, item, versionId } of rows) {
    const cut = query.delimiter === undefined ? -1 : key.indexOf(query.delimiter, query.prefix.length);
    const name = cut < 0 ? key : key.slice(0, cut + (query.delimiter?.length ?? 0));
    const isPrefix = cut >= 0;
    if (!isAfter(name, isPrefix ? undefined : versionId)) continue;
    if (isPrefix && prefixes.at(-1) === name) continue;
    if (items.length + prefixes.length >= query.limit) return { items, prefixes, last };
    if (isPrefix) prefixes.push(name);
    else items.push(item);
    last = { name, versionId: isPrefix ? undefined : versionId };
  }
  return { items, prefixes, last: undefined };
}

function queryOf(input: Shape): Query {
  const limit = optionalNumber(input, "MaxKeys") ?? MOST_KEYS;
  if (limit < 0) throw new AwsError("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  const delimiter = optionalText(input, "Delimiter");
  return {
    prefix: optionalText(input, "Prefix") ?? "",
    delimiter: delimiter === "" ? undefined : delimiter,
    limit: Math.min(limit, MOST_KEYS),
  };
}

/** `encoding-type=url`: keys that XML could not hold. */
function encoder(input: Shape): (text: string) => string {
  return input.EncodingType === "url" ? encodeKey : (text) => text;
}

function summary(version: Version, encode: (text: string) => string): Shape {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.lastModified),
    ETag: `"${version.etag}"`,
    ...(version.checksum === null
      ? {}
      : { ChecksumAlgorithm: [version.checksum.member.replace("Checksum", "")], ChecksumType: version.checksum.type }),
    Size: version.size,
    StorageClass: version.headers.StorageClass ?? "STANDARD",
  };
}

/** The keys that begin with the prefix: they lie together. */
function* keysFrom(index: BucketIndex, input: Shape): Generator<string> {
  const keys = index.keys();
  const prefix = optionalText(input, "Prefix") ?? "";
  for (let place = placeOf(keys, prefix); place < keys.length; place += 1) {
    const key = keys[place] ?? "";
    if (!key.startsWith(prefix)) return;
    yield key;
  }
}

function* currentRows(buckets: Buckets, input: Shape) {
  const { index } = buckets.get(input);
  for (const key of keysFrom(index, input)) {
    const version = index.current(key);
    if (version !== undefined) yield { key, item: version };
  }
}

function echo(input: Shape, query: Query, encode: (text: string) => string): Shape {
  return {
    Name: input.Bucket,
    Prefix: encode(query.prefix),
    MaxKeys: query.limit,
    ...(query.delimiter === undefined ? {} : { Delimiter: encode(query.delimiter) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  };
}

function listObjectsV2(buckets: Buckets, input: Shape): Shape {
  checkMembers(
    input,
    [
      "Bucket",
      "Delimiter",
      "EncodingType",
      "MaxKeys",
      "Prefix",
      "ContinuationToken",
      "FetchOwner",
      "StartAfter",
      "OptionalObjectAttributes",
    ],
    buckets.accountId,
  );
  const query = queryOf(input);
  const encode = encoder(input);
  const token = optionalText(input, "ContinuationToken");
  const startAfter = optionalText(input, "StartAfter");
  const after = token === undefined ? (startAfter ?? "") : Buffer.from(token, "base64url").toString("utf8");
  const isAfter = (name: string) => after === "" || compareKeys(name, after) > 0;
  const found = page(currentRows(buckets, input), query, isAfter);
  return {
    ...echo(input, query, encode),
    KeyCount: found.items.length + found.prefixes.length,
    IsTruncated: found.last !== undefined,
    Contents: found.items.map((version) => summary(version, encode)),
    CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...(startAfter === undefined ? {} : { StartAfter: encode(startAfter) }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(found.last === undefined ? {} : { NextContinuationToken: Buffer.from(found.last.name).toString("base64url") }),
  };
}

function listObjects(buckets: Buckets, input: Shape): Shape {
  checkMembers(
    input,
    ["Bucket", "Delimiter", "EncodingType", "MaxKeys", "Prefix", "Marker", "OptionalObjectAttributes"],
    buckets.accountId,
  );
  const query = queryOf(input);
  const encode = encoder(input);
  const marker = optionalText(input, "Marker") ?? "";
  const found = page(currentRows(buckets, input), query, (name) => marker === "" || compareKeys(name, marker) > 0);
  const isTruncated = found.last !== undefined;
  return {
    ...echo(input, query, encode),
    Marker: encode(marker),
    IsTruncated: isTruncated,
    Contents: found.items.map((version) => summary(version, encode)),
    CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...(isTruncated && query.delimiter !== undefined ? { NextMarker: encode(found.last?.name ?? "") } : {}),
  };
}

function* versionRows(buckets: Buckets, input: Shape) {
  const { index } = buckets.get(input);
  for (const key of keysFrom(index, input)) {
    const versions = index.versionsOf(key);
    for (const [place, item] of versions.entries())
      yield { key, item: { version: item, isLatest: place === 0 }, versionId: item.id };
  }
}

function listVersions(buckets: Buckets, input: Shape): Shape {
  checkMembers(
    input,
    [
      "Bucket",
      "Delimiter",
      "EncodingType",
      "MaxKeys",
      "Prefix",
      "KeyMarker",
      "VersionIdMarker",
      "OptionalObjectAttributes",
    ],
    buckets.accountId,
  );
  const query = queryOf(input);
  const encode = encoder(input);
  const keyMarker = optionalText(input, "KeyMarker") ?? "";
  const idMarker = optionalText(input, "VersionIdMarker");
  const { index } = buckets.get(input);
  const markerPlace = index.versionsOf(keyMarker).findIndex((version) => version.id === idMarker);
  const isAfter = (name: string, versionId: string | undefined): boolean => {
    if (keyMarker === "") return true;
    const order = compareKeys(name, keyMarker);
    if (order !== 0 || idMarker === undefined || versionId === undefined) return order > 0;
    return index.versionsOf(name).findIndex((version) => version.id === versionId) > markerPlace;
  };
  const found = page(versionRows(buckets, input), query, isAfter);
  const common = (version: Version, isLatest: boolean) => ({
    Key: encode(version.key),
    VersionId: version.id,
    IsLatest: isLatest,
    LastModified: new Date(version.lastModified),
    Owner: { ID: buckets.accountId },
  });
  const objects = found.items.filter(({ version }) => version.file !== null);
  const markers = found.items.filter(({ version }) => version.file === null);
  return {
    ...echo(input, query, encode),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: idMarker ?? "",
    IsTruncated: found.last !== undefined,
    Versions: objects.map(({ version, isLatest }) => ({ ...summary(version, encode), ...common(version, isLatest) })),
    DeleteMarkers: markers.map(({ version, isLatest }) => common(version, isLatest)),
    CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...(found.last === undefined
      ? {}
      : { NextKeyMarker: encode(found.last.name), NextVersionIdMarker: found.last.versionId ?? "" }),
  };
}
