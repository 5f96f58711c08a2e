import type { ManifestFile } from "../../contract/manifest.js";
import { isNullVersion, type ObjectStore, type StoredObject } from "../shared/object-store.js";
import { secondOf } from "../shared/second.js";

/** What a file was when its manifest was written. */
export type FileAsOf =
  | { readonly was: "there"; readonly object: StoredObject }
  /** There was none, or its version is no longer kept. */
  | { readonly was: "absent"; readonly cameLater: Date | null }
  /** It was written or removed later, and the bucket keeps no version of what it was before. */
  | { readonly was: "lost"; readonly changed: Date };

type Sought = Pick<ManifestFile, "bucket" | "key" | "contentLength">;

/**
 * A file as it was when its manifest was written: a batch is what its producer had delivered then, whenever it is loaded,
 * also while the next delivery is being written over it.
 * One call where the file is older than the manifest; only else its versions are listed.
 * Versions of the manifest's own second may be older or younger than it; the one with the promised length is taken.
 */
export async function fileAsOf(
  store: Pick<ObjectStore, "head" | "versions">,
  file: Sought,
  moment: Date,
): Promise<FileAsOf> {
  const present = await store.head(file.bucket, file.key);
  if (present !== undefined) {
    const age = secondsBefore(present, moment);
    if (age > 0 || (age === 0 && isAsPromised(file, present))) return { was: "there", object: present };
  }
  return (await amongVersions(store, file, moment)) ?? { was: "absent", cameLater: present?.lastModified ?? null };
}

async function amongVersions(
  store: Pick<ObjectStore, "versions">,
  file: Sought,
  moment: Date,
): Promise<FileAsOf | undefined> {
  let newest: StoredObject | undefined;
  for await (const version of store.versions(file.bucket, file.key)) {
    const age = secondsBefore(version, moment);
    if (age < 0) {
      // A null version takes the place of the null version before it, if there was one: nobody can tell.
      if (isNullVersion(version.versionId)) return { was: "lost", changed: version.lastModified };
      continue;
    }
    if (version.isDeleted) break;
    newest ??= version;
    if (isAsPromised(file, version)) return { was: "there", object: version };
    // Surely older than the manifest: no still older one can be meant.
    if (age > 0) break;
  }
  return newest && { was: "there", object: newest };
}

const secondsBefore = ({ lastModified }: Pick<StoredObject, "lastModified">, moment: Date) =>
  secondOf(moment) - secondOf(lastModified);

const isAsPromised = (file: Sought, { contentLength }: StoredObject) =>
  file.contentLength === null || file.contentLength === contentLength;
