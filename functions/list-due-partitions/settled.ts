import { partitionEnd } from "../../contract/partition.js";
import type { ListedObject } from "../shared/object-store.js";
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
export interface Found {
  /** Manifests, markers, or files that are a batch each. */
  readonly signs: ListedObject[];
  readonly files: ListedObject[];
}

export interface Search {
  readonly store: Store;
  readonly buckets: Buckets;
  readonly contract: Searched;
  readonly rules: SearchRules;
  readonly now: Date;
}

/**
 * The candidates of a partition once nothing of it has changed for the settle time. Where the rules say so and no manifest is the
 * producer's own, one is composed of the files when the partition is over.
 * @param ofSigns what the producer's signs are candidates of
 * @throws ManifestContested
 */
export async function settled(
  { store, buckets, contract, rules, now }: Search,
  partition: string,
  { signs, files }: Found,
  ofSigns: () => Promise<readonly Candidate[]>,
): Promise<FolderSearch> {
  const { dataset } = contract;
  // A manifest of the producer's own counts more than one that would list the same files once again.
  const isComposed = contract.arrival.kind === "manifest" && rules.manifests === "composed" && signs.length === 0;
  const watched = isComposed ? files : signs;
  if (watched.length === 0) return { partition, isStill: true, candidates: [] };
  const stillSince = Math.max(...watched.map(({ lastModified }) => lastModified.getTime()));
  const isOver = !isComposed || partitionEnd(partition, contract.timezone) <= now.getTime();
  if (!isOver || stillSince + rules.settle_seconds * 1000 > now.getTime()) {
    return { partition, isStill: false, candidates: [] };
  }
  if (!isComposed) return { partition, isStill: true, candidates: await ofSigns() };
  const composed = await composeManifest(store, buckets, { dataset, partition }, files);
  const candidate = candidateOf(dataset, partition, buckets.processed, composed.key, composed);
  return { partition, isStill: true, candidates: [candidate] };
}
