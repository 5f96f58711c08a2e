import { batchOf, dataOf, deliveryOf, pathOf } from "../../contract/deliveries.js";
import { objectsUnder } from "../deliveries/listed.js";
import { partitionOf, partitionOfFile } from "../deliveries/partition.js";
import { prefixesOf } from "../deliveries/prefixes.js";
import { newestOf, quietExecution } from "../deliveries/quiet-execution.js";
import { inParallel } from "../shared/in-parallel.js";
import { isNullVersion, type ListedObject } from "../shared/object-store.js";
import { type Buckets, candidateOf, type FolderSearch, type Searched, type Store } from "./candidate.js";
import { type Found, type Search, settled } from "./settled.js";

const atOnce = 16;

/**
 * Looks for the deliveries of some partitions by the contract's path and arrival; given and answered oldest first.
 * @throws ManifestContested
 */
export async function searchDelivered(search: Search, partitions: readonly string[]): Promise<readonly FolderSearch[]> {
  const { store, buckets, contract, now } = search;
  const found = new Map<string, Found>(partitions.map((partition) => [partition, { signs: [], files: [] }]));
  await inParallel(prefixesOf(contract, partitions), atOnce, async (prefix) => {
    for await (const object of objectsUnder(store, buckets.landing, prefix, {
      now,
      isPresent: pathOf(contract).hasPartition,
    })) {
      const { sign, file } = await placesOf(store, buckets.landing, contract, object);
      if (sign !== undefined) found.get(sign)?.signs.push(object);
      if (file !== undefined) found.get(file)?.files.push(object);
    }
  });
  return inParallel([...found], atOnce, ([partition, each]) => candidatesOf(search, partition, each));
}

/** Of which partition a key is a sign, or a file. */
async function placesOf(
  store: Store,
  bucket: string,
  contract: Searched,
  object: ListedObject & { readonly firstLanded: Date },
): Promise<{ readonly sign?: string | undefined; readonly file?: string | undefined }> {
  const delivery = deliveryOf(contract, object.key);
  const isFile = dataOf(contract, object.key) !== undefined;
  const file = isFile ? partitionOfFile(contract, object) : undefined;
  if (delivery?.startsLoad !== true) return { file };
  return { file, sign: await partitionOf(store, contract, delivery, { bucket, key: object.key }) };
}

async function candidatesOf(search: Search, partition: string, found: Found): Promise<FolderSearch> {
  const { store, buckets, contract, now } = search;
  if (contract.arrival.kind === "quiet") return quietCandidate(store, buckets, contract, partition, found.files, now);
  return settled(search, partition, found, async () => {
    const candidates = await inParallel(newestOfBatches(contract, partition, found.signs), atOnce, async ({ key }) => {
      const version = await store.head(buckets.landing, key);
      if (version === undefined) return [];
      const batch = batchOf(contract, partition, key);
      return [candidateOf(contract.dataset, partition, buckets.landing, key, version, batch)];
    });
    return candidates.flat();
  });
}

/** Several markers of a folder are revisions of one batch: the newest counts. */
function newestOfBatches(
  contract: Searched,
  partition: string,
  signs: readonly ListedObject[],
): readonly ListedObject[] {
  const byBatch = new Map<string, ListedObject>();
  for (const sign of signs) {
    const batch = batchOf(contract, partition, sign.key);
    const known = byBatch.get(batch);
    if (known === undefined || newestOf([known, sign]) === sign) byBatch.set(batch, sign);
  }
  return [...byBatch.values()];
}

async function quietCandidate(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  partition: string,
  files: readonly ListedObject[],
  now: Date,
): Promise<FolderSearch> {
  const newest = newestOf(files);
  if (newest === undefined || contract.arrival.kind !== "quiet") return { partition, isStill: true, candidates: [] };
  const isStill = newest.lastModified.getTime() + contract.arrival.quiet_seconds * 1000 <= now.getTime();
  const found = isStill ? await store.head(buckets.landing, newest.key) : undefined;
  if (found === undefined) return { partition, isStill, candidates: [] };
  const { name, input } = quietExecution(contract, partition, files, {
    bucket: buckets.landing,
    key: newest.key,
    versionId: found.versionId,
  });
  const version = isNullVersion(found.versionId) ? found.etag : (found.versionId ?? found.etag);
  return { partition, isStill, candidates: [{ partition, batchId: input.batch, version, execution: name, input }] };
}
