import type { ManifestVersion } from "../../contract/layout.js";
import { isNullVersion, type ObjectStore, type StoredObject } from "../shared/object-store.js";
import { secondOf } from "../shared/second.js";

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
  // The ETag tells writes apart where every one of them is the null version.
  if (isNullVersion(versionId)) return { lastModified, etag, versionId: null, ordinal: 0 };
  let isBehind = false;
  let ordinal = 0;
  for await (const other of store.versions(bucket, key)) {
    if (secondOf(other.lastModified) < secondOf(lastModified)) break;
    if (other.isDeleted) continue;
    if (isBehind && secondOf(other.lastModified) === secondOf(lastModified)) ordinal++;
    if (other.versionId === versionId) isBehind = true;
  }
  return { lastModified, etag, versionId, ordinal };
}
