import type { ManifestVersion } from "../../contract/layout.js";
import type { ObjectStore, StoredObject } from "../shared/object-store.js";
import { secondOf } from "./second.js";

export interface PlacedVersion {
  readonly version: ManifestVersion;
  /** False when a newer version of the manifest is there: then its files may have been replaced too. */
  readonly isLatest: boolean;
}

/**
 * Places a version of a manifest in the order of its versions. S3's times have whole seconds, so versions of one second
 * are ordered by S3's version list, which is newest first.
 */
export async function manifestVersion(
  store: Pick<ObjectStore, "versions">,
  bucket: string,
  key: string,
  found: StoredObject,
): Promise<PlacedVersion> {
  const { lastModified, etag, versionId } = found;
  const version = { lastModified, etag, versionId };
  if (versionId === null) return { version: { ...version, ordinal: 0 }, isLatest: true };
  let isLatest = false;
  let isFirst = true;
  let isBehind = false;
  let ordinal = 0;
  for await (const other of store.versions(bucket, key)) {
    if (secondOf(other.lastModified) < secondOf(lastModified)) break;
    if (isBehind && secondOf(other.lastModified) === secondOf(lastModified)) ordinal++;
    if (other.versionId === versionId) {
      isBehind = true;
      isLatest = isFirst;
    }
    isFirst = false;
  }
  return { version: { ...version, ordinal }, isLatest };
}
