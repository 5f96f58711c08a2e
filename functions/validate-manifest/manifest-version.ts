import type { ManifestVersion } from "../../contract/layout.js";
import type { ObjectStore, StoredObject } from "../shared/object-store.js";

/**
 * Places a version of a manifest in the order of its versions. S3's times have whole seconds, so versions of one second
 * are ordered by S3's version list, which is newest first.
 */
export async function manifestVersion(
  store: Pick<ObjectStore, "versions">,
  bucket: string,
  key: string,
  found: StoredObject,
): Promise<ManifestVersion> {
  const { lastModified, etag, versionId } = found;
  const version = { lastModified, etag, versionId };
  if (versionId === null) return { ...version, ordinal: 0 };
  let isBehind = false;
  let ordinal = 0;
  for await (const other of store.versions(bucket, key)) {
    if (secondOf(other.lastModified) < secondOf(lastModified)) break;
    if (isBehind && secondOf(other.lastModified) === secondOf(lastModified)) ordinal++;
    if (other.versionId === versionId) isBehind = true;
  }
  return { ...version, ordinal };
}

const secondOf = (time: Date) => Math.floor(time.getTime() / 1000);
