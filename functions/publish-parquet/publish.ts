import { inParallel } from "../shared/in-parallel.js";
import type { ObjectStore } from "../shared/object-store.js";
import { type Copy, Marker, type Publication } from "./publication.js";

export interface Published {
  readonly published: number;
  readonly removed: number;
  /** `outdated`: a newer revision is in the lake, or came while this one was being copied. */
  readonly outcome: "published" | "outdated";
}

/** Others kept writing the marker between our reading and writing it. A failure: a retry settles it. */
export class PublicationContended extends Error {
  override readonly name = "PublicationContended";
}

const copiesAtOnce = 16;
const attempts = 5;

/**
 * Puts a run's files into the lake and takes out what an earlier one left.
 *
 * The marker is the claim: it is written before the copies, under the condition that it is as we read it, and read
 * again after them. What is removed was listed before the claim, so it can only be of older claims. A run whose claim
 * was overtaken meanwhile takes its own copies out again. A run that is repeated after a crash does all of it again.
 */
export async function publish(
  store: ObjectStore,
  bucket: string,
  publication: Publication,
  isOutdated: (published: Marker | undefined) => boolean,
): Promise<Published> {
  const own = [...publication.data, ...publication.rejects];
  const present = await claim(store, bucket, publication, isOutdated);
  if (present === undefined) return outdated(store, bucket, own);
  await inParallel(own, copiesAtOnce, ({ from, to }) => store.copy(bucket, from, to));
  const now = await readMarker(store, bucket, publication.markerKey);
  if (now?.marker.run !== publication.marker.run) return outdated(store, bucket, own);
  const ours = new Set([publication.markerKey, ...own.map(({ to }) => to)]);
  const leftovers = present.filter((key) => !ours.has(key) && !publication.keeps(key));
  await store.remove(bucket, leftovers);
  return { published: own.length, removed: leftovers.length, outcome: "published" };
}

/** @returns the keys that were in the folders before the claim, or undefined when a newer revision is there. */
async function claim(
  store: ObjectStore,
  bucket: string,
  publication: Publication,
  isOutdated: (published: Marker | undefined) => boolean,
): Promise<readonly string[] | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const [found, ...listed] = await Promise.all([
      readMarker(store, bucket, publication.markerKey),
      store.list(bucket, publication.dataFolder),
      store.list(bucket, publication.rejectedFolder),
    ]);
    if (isOutdated(found?.marker)) return undefined;
    const present = listed.flat();
    const condition = found === undefined ? { ifNoneMatch: "*" as const } : { ifMatch: found.etag };
    if (await store.writeJson(bucket, publication.markerKey, publication.marker, condition)) return present;
  }
  throw new PublicationContended(`s3://${bucket}/${publication.markerKey} kept changing; try again.`);
}

/** Takes out what this run may have copied, also in an earlier try. */
async function outdated(store: ObjectStore, bucket: string, own: readonly Copy[]): Promise<Published> {
  const keys = own.map(({ to }) => to);
  await store.remove(bucket, keys);
  return { published: 0, removed: 0, outcome: "outdated" };
}

async function readMarker(store: ObjectStore, bucket: string, key: string) {
  const found = await store.read(bucket, key);
  if (found === undefined) return undefined;
  return { marker: Marker.parse(JSON.parse(new TextDecoder().decode(found.content))), etag: found.etag };
}
