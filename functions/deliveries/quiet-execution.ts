import type { Contract } from "../../contract/contract.js";
import { batchOf } from "../../contract/deliveries.js";
import { executionName, manifestDigest } from "../../contract/layout.js";
import { isNullVersion, type ListedObject, type StoredObject } from "../shared/object-store.js";

/** What names a set of files as it lies there now. */
export const markOf = (objects: readonly ListedObject[]): string =>
  manifestDigest(objects.map(({ key, etag, lastModified }) => `${key}\n${etag}\n${lastModified.getTime()}`).toSorted());

/** The newest of a set of files, of one second the last by its key. */
export const newestOf = (objects: readonly ListedObject[]): ListedObject | undefined =>
  objects.toSorted((a, b) => b.lastModified.getTime() - a.lastModified.getTime() || (a.key < b.key ? 1 : -1))[0];

/** The load of a partition that fell quiet: one, whoever finds these files there. */
export function quietExecution(
  contract: Pick<Contract, "dataset" | "partition" | "timezone" | "path" | "arrival">,
  partition: string,
  objects: readonly ListedObject[],
  newest: { readonly bucket: string; readonly key: string } & Pick<StoredObject, "versionId">,
) {
  const { bucket, key, versionId } = newest;
  const { dataset } = contract;
  const named = isNullVersion(versionId) ? {} : { versionId: versionId ?? "" };
  return {
    name: executionName(dataset, partition, "", markOf(objects)),
    input: { dataset, manifest: { bucket, key, ...named }, partition, batch: batchOf(contract, partition, key) },
  };
}
