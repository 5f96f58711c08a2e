import type { ListedObject, ObjectStore, StoredVersion } from "../shared/object-store.js";
import { secondOf } from "../shared/second.js";

/** An object as it stood at a moment. */
export interface Standing {
  readonly key: string;
  /** Bytes. */
  readonly contentLength: number;
  readonly etag: string;
  readonly versionId: string | null;
  readonly lastModified: Date;
  /** When the key landed for the first time, as far as the bucket knows. */
  readonly firstLanded: Date;
}

export interface Stood {
  /** In the order of the keys. */
  readonly objects: readonly Standing[];
  /** Keys that are there now and that the bucket knows only from later. */
  readonly later: ReadonlyMap<string, Date>;
}

/**
 * What stood under a prefix at a moment, by one list of the versions: of each key the newest version that is not later
 * (the same second counts as before). Without versions it is the present object, where it is not later.
 */
export async function whatStood(
  store: Pick<ObjectStore, "versionsUnder">,
  bucket: string,
  prefix: string,
  moment: Date,
): Promise<Stood> {
  const objects: Standing[] = [];
  const later = new Map<string, Date>();
  let present: Group | undefined;
  const finish = () => {
    if (present === undefined) return;
    const { key, standing, isGone, firstLanded, cameLater } = present;
    if (standing !== undefined && firstLanded !== undefined) objects.push({ key, ...standing, firstLanded });
    else if (!isGone && cameLater !== undefined) later.set(key, cameLater);
  };
  for await (const { key, version } of store.versionsUnder(bucket, prefix)) {
    if (present?.key !== key) {
      finish();
      present = { key, isGone: false };
    }
    take(present, version, moment);
  }
  finish();
  return { objects, later };
}

/**
 * The objects under a prefix as they are now. When each landed first is asked of the versions, and only where their keys do not
 * say their partition.
 * @param isPresent whether they do: then a plain list is enough
 */
export async function* objectsUnder(
  store: Pick<ObjectStore, "objects" | "versionsUnder">,
  bucket: string,
  prefix: string,
  { now, isPresent }: { readonly now: Date; readonly isPresent: boolean },
): AsyncGenerator<ListedObject & { readonly firstLanded: Date }> {
  if (isPresent) {
    for await (const object of store.objects(bucket, prefix)) yield { ...object, firstLanded: object.lastModified };
  } else {
    yield* (await whatStood(store, bucket, prefix, now)).objects;
  }
}

interface Group {
  readonly key: string;
  standing?: Omit<Standing, "key" | "firstLanded">;
  /** It was removed before the moment. */
  isGone: boolean;
  firstLanded?: Date;
  cameLater?: Date;
}

/** One version, newest first. */
function take(group: Group, version: StoredVersion, moment: Date): void {
  if (!version.isDeleted) group.firstLanded = version.lastModified;
  if (secondOf(version.lastModified) > secondOf(moment)) {
    if (!version.isDeleted) group.cameLater ??= version.lastModified;
    return;
  }
  if (group.standing !== undefined || group.isGone) return;
  if (version.isDeleted) {
    group.isGone = true;
    return;
  }
  const { contentLength, etag, versionId, lastModified } = version;
  group.standing = { contentLength, etag, versionId: versionId === "null" ? null : versionId, lastModified };
}

/** When a key landed for the first time, as far as the bucket knows: one list of its versions. @returns undefined when it has none */
export async function firstLanding(
  store: Pick<ObjectStore, "versions">,
  bucket: string,
  key: string,
): Promise<Date | undefined> {
  let first: Date | undefined;
  for await (const version of store.versions(bucket, key)) if (!version.isDeleted) first = version.lastModified;
  return first;
}
