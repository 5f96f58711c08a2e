import type { Contract } from "../../../contract/contract.js";
import { partitionFolder, pathOf } from "../../../contract/deliveries.js";
import { composedKey, type ManifestVersion, revisionOf } from "../../../contract/layout.js";
import { whatStood } from "../../deliveries/listed.js";
import { partitionOfFile } from "../../deliveries/partition.js";
import { isNullVersion, type ObjectStore, type StoredObject } from "../../shared/object-store.js";
import type { Buckets } from "../manifest-place.js";
import { type Listed, readComposed, writeComposed } from "./composed.js";
import { fileOf } from "./named-files.js";

export interface QuietPartition {
  readonly bucket: string;
  /** Of the newest object of the partition. */
  readonly key: string;
  readonly found: StoredObject;
  readonly partition: string;
  readonly batchId: string;
}

/** Under which prefix the files of a partition lie, and maybe others. */
export const prefixOfFiles = (contract: Contract, partition: string) =>
  contract.path === null ? partitionFolder(contract, partition) : pathOf(contract).prefixOf(partition);

/**
 * The files of a partition as they stood when its newest came. A revision is named by that time and, where files turned up
 * later with an earlier time (a long upload has the time at which it began), by how many sets of that time there were before.
 */
export async function composeQuiet(
  store: Pick<ObjectStore, "versionsUnder" | "read" | "writeJson">,
  buckets: Buckets,
  contract: Contract,
  { bucket, key, found, partition, batchId }: QuietPartition,
): Promise<Listed & { readonly version: ManifestVersion; readonly revision: string; readonly composed: string }> {
  const { lastModified, etag } = found;
  const { objects } = await whatStood(store, bucket, prefixOfFiles(contract, partition), lastModified);
  const files = objects
    .filter((object) => partitionOfFile(contract, object) === partition)
    .map((object) => fileOf(bucket, object));
  for (let ordinal = 0; ; ordinal++) {
    const revision = revisionOf({ lastModified, etag: key, versionId: null, ordinal });
    const composed = composedKey(contract.dataset, partition, batchId, revision);
    const listed =
      (await readComposed(store, buckets.processed, composed)) ??
      (await writeComposed(store, buckets.processed, composed, { files, recordCount: null }));
    if (!isSame(listed.files, files)) continue;
    const versionId = isNullVersion(found.versionId) ? null : found.versionId;
    return { ...listed, version: { lastModified, etag, versionId, ordinal }, revision, composed };
  }
}

type Files = Listed["files"];

const isSame = (one: Files, other: Files) =>
  one.length === other.length && one.every((file, index) => nameOf(file) === nameOf(other[index]));

const nameOf = (file: Files[number] | undefined) => `${file?.key}\n${file?.version_id ?? file?.etag}`;
