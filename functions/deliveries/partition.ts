import type { Contract } from "../../contract/contract.js";
import { type Delivering, type Delivery, dataOf, folderOf, pathOf } from "../../contract/deliveries.js";
import { isPartition, partitionAt } from "../../contract/partition.js";
import type { ObjectStore } from "../shared/object-store.js";
import { firstLanding } from "./listed.js";

type Store = Pick<ObjectStore, "versions" | "objects" | "read">;

export interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | null | undefined;
}

/**
 * The partition of a delivery. Nothing is asked of S3 where the key says it; else one list of the key's versions, or of a
 * marker's folder as far as its first file, or a look into the manifest.
 * @param said what start-load found out, when it was the key's first landing that said it: the bucket may have forgotten since.
 * @returns undefined where nothing says it
 */
export async function partitionOf(
  store: Store,
  contract: Delivering,
  { partition, role }: Delivery,
  place: Place,
  said?: string | null,
): Promise<string | undefined> {
  if ("known" in partition) return partition.known;
  if (partition.by === "landing") {
    if (said != null && isPartition(said, contract.partition)) return said;
    const landed = await firstLanding(store, place.bucket, place.key);
    return landed && partitionAt(landed, contract.partition, contract.timezone);
  }
  return role === "manifest" ? ofManifest(store, contract, place) : ofFolder(store, contract, place);
}

async function ofFolder(store: Store, contract: Delivering, { bucket, key }: Place): Promise<string | undefined> {
  for await (const object of store.objects(bucket, folderOf(key))) {
    const partition = dataOf(contract, object.key)?.partition;
    if (partition != null) return partition;
  }
  return undefined;
}

/** By the files that the manifest lists; a broken one is refused elsewhere. */
async function ofManifest(store: Store, contract: Delivering, { bucket, key, versionId }: Place) {
  const found = await store.read(bucket, key, versionId);
  const text = new TextDecoder().decode(found?.content);
  for (const [, url = ""] of text.matchAll(/"s3:\/\/[^/"]+\/([^"]+)"/g)) {
    const partition = pathOf(contract).fit(url)?.partition;
    if (partition != null) return partition;
  }
  return undefined;
}

/** The partitions of the files of a delivery that stand on their own. */
export const partitionOfFile = (
  contract: Pick<Contract, "dataset" | "partition" | "timezone" | "path" | "arrival">,
  { key, firstLanded }: { readonly key: string; readonly firstLanded: Date },
): string | undefined => {
  const data = dataOf(contract, key);
  return data && (data.partition ?? partitionAt(firstLanded, contract.partition, contract.timezone));
};
