import { isRefresh } from "../../contract/contract.js";
import { landingFolder, manifestSuffix, partitionEnd, wholeManifestNames } from "../../contract/layout.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ListedObject } from "../shared/object-store.js";
import {
  type Buckets,
  type Candidate,
  type Candidates,
  candidateOf,
  type FolderSearch,
  type Searched,
  type SearchRules,
  type Store,
} from "./candidate.js";
import { composeManifest } from "./compose.js";
import { searchDelivered } from "./delivered.js";

const foldersAtOnce = 16;

/**
 * Looks into the landing folders of some partitions, given oldest first.
 * @param now decides whether a folder is still.
 * @throws ManifestContested
 */
export async function findCandidates(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  rules: SearchRules,
  partitions: readonly string[],
  now: Date,
): Promise<Candidates> {
  const folders =
    contract.path === null && contract.arrival.kind === "manifest"
      ? await inParallel(partitions, foldersAtOnce, (partition) =>
          searchFolder(store, buckets, contract, rules, partition, now),
        )
      : await searchDelivered(store, buckets, contract, rules, partitions, now);
  const unsettled = folders.flatMap((folder) => (folder.isStill ? [] : [folder.partition]));
  if (!isRefresh(contract.load)) return { candidates: folders.flatMap(({ candidates }) => candidates), unsettled };
  // A refresh is the whole table: only the newest file set counts, and none while a newer one is on its way.
  const newest = folders.findLast((folder) => !folder.isStill || folder.candidates.length > 0);
  return { candidates: newest?.candidates.slice(-1) ?? [], unsettled };
}

async function searchFolder(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  rules: SearchRules,
  partition: string,
  now: Date,
): Promise<FolderSearch> {
  const { dataset } = contract;
  const manifests: ListedObject[] = [];
  const files: ListedObject[] = [];
  for await (const object of store.objects(buckets.landing, landingFolder(dataset, partition))) {
    if (object.key.endsWith(manifestSuffix)) manifests.push(object);
    // What the console makes as a folder is no file (F1.7).
    else if (!object.key.endsWith("/")) files.push(object);
  }
  // A manifest of the producer's own counts more than one that would list the same files once again.
  const isComposed = rules.manifests === "composed" && manifests.length === 0;
  const watched = isComposed ? files : manifests;
  if (watched.length === 0) return { partition, isStill: true, candidates: [] };
  const stillSince = Math.max(...watched.map(({ lastModified }) => lastModified.getTime()));
  const isOver = !isComposed || partitionEnd(partition, contract.timezone) <= now.getTime();
  if (!isOver || stillSince + rules.settle_seconds * 1000 > now.getTime()) {
    return { partition, isStill: false, candidates: [] };
  }
  if (isComposed) {
    const composed = await composeManifest(store, buckets, { dataset, partition }, files);
    const { key, versionId, etag } = composed;
    const candidate = candidateOf(dataset, partition, buckets.processed, key, { versionId, etag });
    return { partition, isStill: true, candidates: [candidate] };
  }
  return { partition, isStill: true, candidates: await ofProducer(store, buckets, contract, partition, manifests) };
}

async function ofProducer(
  store: Store,
  buckets: Buckets,
  contract: Searched,
  partition: string,
  manifests: readonly ListedObject[],
): Promise<readonly Candidate[]> {
  const folder = landingFolder(contract.dataset, partition);
  const wanted = isRefresh(contract.load)
    ? manifests.filter(({ key }) => wholeManifestNames.some((name) => key === `${folder}${name}`))
    : manifests;
  const found = await inParallel(wanted, foldersAtOnce, async ({ key }) => {
    const version = await store.head(buckets.landing, key);
    return version === undefined ? [] : [candidateOf(contract.dataset, partition, buckets.landing, key, version)];
  });
  return found.flat();
}
