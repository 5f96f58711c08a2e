import {
  CopyObjectCommand,
  type DeleteMarkerEntry,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

/** What S3 says about one version of an object. */
export interface StoredObject {
  /** Bytes. */
  readonly contentLength: number;
  /** As S3 writes it, with its quotation marks. */
  readonly etag: string;
  /** Null in a bucket that was never versioned; "null" of an object from a time without versions. */
  readonly versionId: string | null;
  readonly lastModified: Date;
}

/** A version of an object, or the mark of its removal. */
export type StoredVersion =
  | (StoredObject & { readonly isDeleted: false })
  | (Pick<StoredObject, "versionId" | "lastModified"> & { readonly isDeleted: true });

/** Whether it is what S3 keeps without versions: the next write of that kind takes its place. */
export const isNullVersion = (versionId: string | null) => versionId === null || versionId === "null";

/** What a list says about an object. */
export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly contentLength: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** The condition of a write: the object must be this version of itself, or must not exist. */
export type WriteCondition = { readonly ifMatch: string } | { readonly ifNoneMatch: "*" };

/** The few calls of S3 that the functions make, so that their logic is free of the SDK. */
export interface ObjectStore {
  /** @returns undefined when there is no such object or version. */
  head(bucket: string, key: string, versionId?: string | null): Promise<StoredObject | undefined>;
  /** @returns undefined when there is no such object or version. */
  read(
    bucket: string,
    key: string,
    versionId?: string | null,
  ): Promise<(StoredObject & { readonly content: Uint8Array }) | undefined>;
  /** So many bytes of an object from a place on, or as many as there are. @returns undefined when there is no such version. */
  readPart(
    bucket: string,
    key: string,
    versionId: string | null,
    part: { readonly from: number; readonly bytes: number },
  ): Promise<Uint8Array | undefined>;
  /** @returns false when the condition did not hold, or another conditional write was faster. */
  writeJson(bucket: string, key: string, value: unknown, condition?: WriteCondition): Promise<boolean>;
  /** Every key under the prefix. */
  list(bucket: string, prefix: string): Promise<string[]>;
  /** Every object under the prefix, in the order of the keys. */
  objects(bucket: string, prefix: string): AsyncIterable<ListedObject>;
  /** The versions of exactly this key and its removals, newest first. */
  versions(bucket: string, key: string): AsyncIterable<StoredVersion>;
  /** The versions and removals of every key under the prefix: key by key, of each the newest first. */
  versionsUnder(bucket: string, prefix: string): AsyncIterable<VersionUnder>;
  /** The objects right in a folder (which ends in a slash), not those below. */
  inFolder(bucket: string, folder: string): AsyncIterable<ListedObject>;
  /** Copies on the server's side, within a bucket. */
  copy(bucket: string, from: string, to: string): Promise<void>;
  /** Removes the keys; one that is not there is fine. @throws ObjectsNotRemoved */
  remove(bucket: string, keys: readonly string[]): Promise<void>;
}

export interface VersionUnder {
  readonly key: string;
  readonly version: StoredVersion;
}

/** S3 kept objects that it was asked to remove. */
export class ObjectsNotRemoved extends Error {
  override readonly name = "ObjectsNotRemoved";
}

const keysPerDelete = 1000;

export function createObjectStore(s3: S3Client): ObjectStore {
  return {
    head: (Bucket, Key, versionId) =>
      orAbsent(async () => {
        const VersionId = versionId ?? undefined;
        return stored(await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId })));
      }, versionId != null),

    read: (Bucket, Key, versionId) =>
      orAbsent(async () => {
        const VersionId = versionId ?? undefined;
        const answer = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return { ...stored(answer), content: (await answer.Body?.transformToByteArray()) ?? new Uint8Array() };
      }),

    readPart: (Bucket, Key, versionId, { from, bytes }) =>
      orAbsent(async () => {
        const Range = `bytes=${from}-${from + bytes - 1}`;
        const answer = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId: versionId ?? undefined, Range }));
        return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      }),

    async writeJson(Bucket, Key, value, condition) {
      const Body = `${JSON.stringify(value, null, 2)}\n`;
      const when =
        condition === undefined
          ? {}
          : "ifMatch" in condition
            ? { IfMatch: condition.ifMatch }
            : { IfNoneMatch: condition.ifNoneMatch };
      try {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/json", ...when }));
        return true;
      } catch (error) {
        // 412: the condition does not hold. 409: another conditional write is under way. 404: IfMatch, but it is gone.
        if (condition !== undefined && hasStatus(error, 412, 409, 404)) return false;
        throw error;
      }
    },

    async list(Bucket, Prefix) {
      const keys: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return keys;
    },

    objects: (bucket, prefix) => objectsOf(s3, bucket, prefix),

    inFolder: (bucket, folder) => objectsOf(s3, bucket, folder, "/"),

    versions: (bucket, key) => versionsOf(s3, bucket, key),

    versionsUnder: (bucket, prefix) => versionsUnder(s3, bucket, prefix),

    async copy(Bucket, from, Key) {
      const CopySource = `${Bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
      await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
    },

    async remove(Bucket, keys) {
      for (let at = 0; at < keys.length; at += keysPerDelete) {
        const Objects = keys.slice(at, at + keysPerDelete).map((Key) => ({ Key }));
        const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        const [first] = answer.Errors ?? [];
        if (first) throw new ObjectsNotRemoved(`s3://${Bucket}/${first.Key}: ${first.Code} ${first.Message}`);
      }
    },
  };
}

async function* objectsOf(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  Delimiter?: string,
): AsyncIterable<ListedObject> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken, Delimiter }));
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      if (Key === undefined) continue;
      const { contentLength, etag, lastModified } = stored({ ContentLength: Size, ETag, LastModified });
      yield { key: Key, contentLength, etag, lastModified };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

async function* versionsOf(s3: S3Client, Bucket: string, key: string): AsyncIterable<StoredVersion> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: key, KeyMarker, VersionIdMarker }));
    yield* inOrder(page, key);
    // The prefix also matches longer keys; those sort behind this one.
    if ([...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].some(({ Key }) => Key !== key)) return;
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  } while (KeyMarker !== undefined);
}

async function* versionsUnder(s3: S3Client, Bucket: string, Prefix: string): AsyncIterable<VersionUnder> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, KeyMarker, VersionIdMarker }));
    const keys = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(({ Key }) => Key ?? []);
    const byKey = groupByKey(page);
    for (const key of [...new Set(keys)].toSorted(byUtf8)) {
      for (const version of inOrder(byKey.get(key) ?? {}, key)) yield { key, version };
    }
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  } while (KeyMarker !== undefined);
}

/** S3's order of keys: by their bytes in UTF-8. */
const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

type VersionsPage = Pick<ListObjectVersionsCommandOutput, "Versions" | "DeleteMarkers">;

function groupByKey({ Versions = [], DeleteMarkers = [] }: VersionsPage): ReadonlyMap<string, VersionsPage> {
  const groups = new Map<string, { Versions: ObjectVersion[]; DeleteMarkers: DeleteMarkerEntry[] }>();
  const groupOf = (key = "") => {
    const known = groups.get(key) ?? { Versions: [], DeleteMarkers: [] };
    groups.set(key, known);
    return known;
  };
  for (const version of Versions) groupOf(version.Key).Versions.push(version);
  for (const marker of DeleteMarkers) groupOf(marker.Key).DeleteMarkers.push(marker);
  return groups;
}

/**
 * S3 lists versions and delete markers in one order, newest first; the SDK hands them over as two lists. Of one second,
 * the one that S3 calls the latest is the newer, else the version: writers remove what they write anew.
 */
function inOrder(page: VersionsPage, key: string): readonly StoredVersion[] {
  const ofKey = <Entry extends ObjectVersion | DeleteMarkerEntry>(entries: readonly Entry[] | undefined) =>
    (entries ?? []).filter(({ Key }) => Key === key);
  const markers = ofKey(page.DeleteMarkers).map(({ VersionId, LastModified, IsLatest }) => {
    if (LastModified === undefined) throw new TypeError("S3 answered without the time of a delete marker");
    const marker = { isDeleted: true, versionId: VersionId ?? null, lastModified: LastModified } as const;
    return { marker, isLatest: IsLatest === true };
  });
  const found: StoredVersion[] = [];
  for (const version of ofKey(page.Versions)) {
    const object = { ...stored({ ...version, ContentLength: version.Size }), isDeleted: false } as const;
    for (let first = markers[0]; first !== undefined; first = markers[0]) {
      const later = first.marker.lastModified.getTime() - object.lastModified.getTime();
      if (later < 0 || (later === 0 && !first.isLatest)) break;
      found.push(first.marker);
      markers.shift();
    }
    found.push(object);
  }
  return [...found, ...markers.map(({ marker }) => marker)];
}

function stored(answer: {
  readonly ContentLength?: number | undefined;
  readonly ETag?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
}): StoredObject {
  const { ContentLength, ETag, VersionId, LastModified } = answer;
  if (ContentLength === undefined || ETag === undefined || LastModified === undefined) {
    throw new TypeError("S3 answered without the object's length, ETag or time");
  }
  return { contentLength: ContentLength, etag: ETag, versionId: VersionId ?? null, lastModified: LastModified };
}

async function orAbsent<Result>(call: () => Promise<Result>, isVersionOfHead = false): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    // The answer to a HEAD has no body, and so no name of its error.
    if (hasStatus(error, 404) || (isVersionOfHead && hasStatus(error, 400))) return undefined;
    // S3 answers a VersionId that it could not have given with 400.
    if (error instanceof S3ServiceException && error.name === "InvalidArgument") return undefined;
    throw error;
  }
}

/** NoSuchBucket is 404 too, but no absent object: it must not pass for one. */
function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  if (!(error instanceof S3ServiceException) || error.name === "NoSuchBucket") return false;
  return statuses.includes(error.$metadata.httpStatusCode ?? 0);
}
