import type { ManifestFile } from "../../contract/manifest.js";
import type { ObjectStore, StoredObject } from "../shared/object-store.js";
import { secondOf } from "./second.js";

/**
 * A file as it was when its manifest was written: an earlier revision that is loaded again reads its own files, also
 * after a later revision has replaced them under the same names.
 * Versions of the manifest's own second may be older or younger than it; the one with the promised length is taken.
 * @returns undefined when there was none, or it is no longer kept.
 */
export async function fileAsOf(
  store: Pick<ObjectStore, "versions">,
  file: Pick<ManifestFile, "bucket" | "key" | "contentLength">,
  moment: Date,
): Promise<StoredObject | undefined> {
  let newest: StoredObject | undefined;
  for await (const version of store.versions(file.bucket, file.key)) {
    if (secondOf(version.lastModified) > secondOf(moment)) continue;
    newest ??= version;
    if (file.contentLength === null || version.contentLength === file.contentLength) return version;
    // Surely older than the manifest: no still older one can be meant.
    if (secondOf(version.lastModified) < secondOf(moment)) break;
  }
  return newest;
}
