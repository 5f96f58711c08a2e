import { type Contract, isRefresh } from "../../contract/contract.js";
import {
  batchId,
  executionName,
  landingFolder,
  manifestSuffix,
  partitionEnd,
  wholeManifestNames,
} from "../../contract/layout.js";
import { inParallel } from "../shared/in-parallel.js";
import { isNullVersion, type ListedObject, type ObjectStore } from "../shared/object-store.js";
import { composeManifest } from "./compose.js";

export interface Buckets {
  readonly landing: string;
  readonly processed: string;
}

/** A manifest that a scheduled run would load, unless the ledger has it. */
export interface Candidate {
  readonly partition: string;
  readonly batchId: string;
  /** The manifest's VersionId, or its ETag: the ledger's manifest_version. */
  readonly version: string;
  /**
   * The name of the execution: that which the manifest's own event starts, so the two are one load. Without versions the
   * event's is another (its sequencer stands in no list): then they are two executions, and the ledger lets one load.
   */
  readonly execution: string;
  /** Of load-partition. */
  readonly input: {
    readonly dataset: string;
    readonly manifest: { readonly bucket: string; readonly key: string; readonly versionId?: string };
  };
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Partitions that have files, but not yet for the settle time. */
  readonly unsettled: readonly string[];
}

/** How a search treats what it finds; a contract's schedule is one. */
export interface SearchRules {
  readonly settle_seconds: number;
  readonly manifests: "producer" | "composed";
}

type Searched = Pick<Contract, "dataset" | "partition" | "timezone" | "path" | "arrival" | "load">;
type Store = Pick<ObjectStore, "objects" | "head" | "read" | "writeJson">;

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
  const folders = await inParallel(partitions, foldersAtOnce, (partition) =>
    searchFolder(store, buckets, contract, rules, partition, now),
  );
  const unsettled = folders.flatMap((folder) => (folder.isStill ? [] : [folder.partition]));
  if (!isRefresh(contract.load)) return { candidates: folders.flatMap(({ candidates }) => candidates), unsettled };
  // A refresh is the whole table: only the newest file set counts, and none while a newer one is on its way.
  const newest = folders.findLast((folder) => !folder.isStill || folder.candidates.length > 0);
  return { candidates: newest?.candidates.slice(-1) ?? [], unsettled };
}

interface FolderSearch {
  readonly partition: string;
  readonly isStill: boolean;
  readonly candidates: readonly Candidate[];
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

function candidateOf(
  dataset: string,
  partition: string,
  bucket: string,
  key: string,
  { versionId, etag }: { readonly versionId: string | null; readonly etag: string },
): Candidate {
  // Every write without versions is the null version: its ETag tells them apart.
  const named = isNullVersion(versionId) ? null : versionId;
  const version = named ?? etag;
  return {
    partition,
    batchId: batchId(dataset, partition, key),
    version,
    execution: executionName(dataset, partition, key, version),
    // In the order of start-load, so that both starts have the same input (A1.4).
    input: { dataset, manifest: { bucket, key, ...(named === null ? {} : { versionId: named }) } },
  };
}
