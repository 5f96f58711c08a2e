import { batchOf, dataOf, deliveryOf, pathOf } from "../../contract/deliveries.js";
import { executionName } from "../../contract/layout.js";
import { partitionEnd } from "../../contract/partition.js";
import { whatStood } from "../deliveries/listed.js";
import { partitionOf, partitionOfFile } from "../deliveries/partition.js";
import { prefixesOf } from "../deliveries/prefixes.js";
import { newestOf, quietExecution } from "../deliveries/quiet-execution.js";
import { inParallel } from "../shared/in-parallel.js";
import { isNullVersion, type ListedObject } from "../shared/object-store.js";
import {
  type Buckets,
  type Candidate,
  candidateOf,
  type FolderSearch,
  type Searched,
  type SearchRules,
  type Store,
} from "./candidate.js";
import { composeManifest } from "./compose.js";

/** What lies there of one partition. */
interface Found {
  /** Manifests, markers, or files that are a batch each. */
  readonly signs: ListedObject[];
  readonly files: ListedObject[];
}

const atOnce = 16;

/**
 * Looks for the deliveries of some partitions by the contract's path and arrival; given and answered oldest first.
 * @throws ManifestContested
 */
export async function searchDelivered(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  rules: SearchRules,
  partitions: readonly string[],
  now: Date,
): Promise<readonly FolderSearch[]> {
  const found = new Map<string, Found>(partitions.map((partition) => [partition, { signs: [], files: [] }]));
  await inParallel(prefixesOf(contract, partitions), atOnce, async (prefix) => {
    for await (const object of objectsUnder(store, buckets.landing, contract, prefix, now)) {
      const { sign, file } = await placesOf(store, buckets.landing, contract, object);
      if (sign !== undefined) found.get(sign)?.signs.push(object);
      if (file !== undefined) found.get(file)?.files.push(object);
    }
  });
  return inParallel([...found], atOnce, ([partition, each]) =>
    candidatesOf(store, buckets, contract, rules, partition, each, now),
  );
}

async function* objectsUnder(store: Store, bucket: string, contract: Searched, prefix: string, now: Date) {
  if (pathOf(contract).hasPartition) {
    for await (const object of store.objects(bucket, prefix)) yield { ...object, firstLanded: object.lastModified };
  } else {
    yield* (await whatStood(store, bucket, prefix, now)).objects;
  }
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

async function candidatesOf(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  rules: SearchRules,
  partition: string,
  { signs, files }: Found,
  now: Date,
): Promise<FolderSearch> {
  const { dataset, arrival } = contract;
  if (arrival.kind === "quiet") return quietCandidate(store, buckets, contract, partition, files, now);
  const isComposed = arrival.kind === "manifest" && rules.manifests === "composed" && signs.length === 0;
  const watched = isComposed ? files : signs;
  if (watched.length === 0) return { partition, isStill: true, candidates: [] };
  const newest = Math.max(...watched.map(({ lastModified }) => lastModified.getTime()));
  const isOver = !isComposed || partitionEnd(partition, contract.timezone) <= now.getTime();
  if (!isOver || newest + rules.settle_seconds * 1000 > now.getTime())
    return { partition, isStill: false, candidates: [] };
  if (isComposed) {
    const { key, versionId, etag } = await composeManifest(store, buckets, { dataset, partition }, files);
    return {
      partition,
      isStill: true,
      candidates: [candidateOf(dataset, partition, buckets.processed, key, { versionId, etag })],
    };
  }
  const candidates = await inParallel(newestOfBatches(contract, partition, signs), atOnce, ({ key }) =>
    candidateOfSign(store, buckets, contract, partition, key),
  );
  return { partition, isStill: true, candidates: candidates.flat() };
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

async function candidateOfSign(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  partition: string,
  key: string,
): Promise<readonly Candidate[]> {
  const found = await store.head(buckets.landing, key);
  if (found === undefined) return [];
  const { dataset } = contract;
  const named = isNullVersion(found.versionId) ? null : found.versionId;
  const version = named ?? found.etag;
  const batch = batchOf(contract, partition, key);
  const manifest = { bucket: buckets.landing, key, ...(named === null ? {} : { versionId: named }) };
  return [
    {
      partition,
      batchId: batch,
      version,
      execution: executionName(dataset, partition, key, version),
      // In the order of start-load, so that both starts have the same input (A1.4).
      input: { dataset, manifest, partition, batch },
    },
  ];
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
