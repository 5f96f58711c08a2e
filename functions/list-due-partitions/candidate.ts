import type { Contract } from "../../contract/contract.js";
import { batchId, executionName } from "../../contract/layout.js";
import { isNullVersion, type ObjectStore } from "../shared/object-store.js";

/** What a search for loads finds. */

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
    /** Of deliveries whose keys alone do not say them. */
    readonly partition?: string;
    readonly batch?: string;
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

export type Searched = Pick<Contract, "dataset" | "partition" | "timezone" | "path" | "arrival" | "load">;
export type Store = Pick<ObjectStore, "objects" | "versions" | "versionsUnder" | "head" | "read" | "writeJson">;

export interface FolderSearch {
  readonly partition: string;
  readonly isStill: boolean;
  readonly candidates: readonly Candidate[];
}

/** @param batch the batch, where the key alone says neither it nor its partition: a delivery by `path` or `arrival` */
export function candidateOf(
  dataset: string,
  partition: string,
  bucket: string,
  key: string,
  { versionId, etag }: { readonly versionId: string | null; readonly etag: string },
  batch?: string,
): Candidate {
  // Every write without versions is the null version: its ETag tells them apart.
  const named = isNullVersion(versionId) ? null : versionId;
  const version = named ?? etag;
  return {
    partition,
    batchId: batch ?? batchId(dataset, partition, key),
    version,
    execution: executionName(dataset, partition, key, version),
    // In the order of start-load, so that both starts have the same input (A1.4).
    input: {
      dataset,
      manifest: { bucket, key, ...(named === null ? {} : { versionId: named }) },
      ...(batch === undefined ? {} : { partition, batch }),
    },
  };
}
