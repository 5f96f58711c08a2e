import { isRefresh } from "../../contract/contract.js";
import { landingFolder, manifestSuffix, wholeManifestNames } from "../../contract/layout.js";
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
import { searchDelivered } from "./delivered.js";
import { type Found, type Search, settled } from "./settled.js";

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
  const search: Search = { store, buckets, contract, rules, now };
  const folders =
    contract.path === null && contract.arrival.kind === "manifest"
      ? await inParallel(partitions, foldersAtOnce, (partition) => searchFolder(search, partition))
      : await searchDelivered(search, partitions);
  const unsettled = folders.flatMap((folder) => (folder.isStill ? [] : [folder.partition]));
  if (!isRefresh(contract.load)) return { candidates: folders.flatMap(({ candidates }) => candidates), unsettled };
  // A refresh is the whole table: only the newest file set counts, and none while a newer one is on its way.
  const newest = folders.findLast((folder) => !folder.isStill || folder.candidates.length > 0);
  return { candidates: newest?.candidates.slice(-1) ?? [], unsettled };
}

async function searchFolder(search: Search, partition: string): Promise<FolderSearch> {
  const { store, buckets, contract } = search;
  const found: Found = { signs: [], files: [] };
  for await (const object of store.objects(buckets.landing, landingFolder(contract.dataset, partition))) {
    if (object.key.endsWith(manifestSuffix)) found.signs.push(object);
    // What the console makes as a folder is no file (F1.7).
    else if (!object.key.endsWith("/")) found.files.push(object);
  }
  return settled(search, partition, found, () => ofProducer(store, buckets, contract, partition, found.signs));
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
