import { landingFolder, readLandedKey } from "./batch-key.js";
import type { Contract } from "./contract.js";
import { batchId, manifestSuffix } from "./layout.js";
import { defaultPath, Path } from "./paths/path.js";

/**
 * What a key of the landing bucket is to a dataset: the one place that says it. Everybody else asks here: start-load, the
 * clock-driven loads, the commands, the bucket's notifications.
 */

export type Delivering = Pick<Contract, "dataset" | "partition" | "timezone" | "path" | "arrival">;

const paths = new Map<string, Path>();

/** The shape of a dataset's keys. */
export function pathOf({ dataset, partition, path }: Pick<Contract, "dataset" | "partition" | "path">): Path {
  const shape = path ?? defaultPath(dataset, partition);
  const known = paths.get(`${partition} ${shape}`);
  if (known !== undefined) return known;
  const made = new Path(shape, partition);
  paths.set(`${partition} ${shape}`, made);
  return made;
}

/** The shape of a marker's name, where a marker says that a delivery is complete. */
export const markerOf = ({ partition, arrival }: Pick<Contract, "partition" | "arrival">): Path | undefined =>
  arrival.kind === "marker" ? pathOf({ dataset: "", partition, path: arrival.marker }) : undefined;

/** The folder of a key, ends in a slash; empty at the bucket's top. */
export const folderOf = (key: string) => key.slice(0, key.lastIndexOf("/") + 1);
export const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);

/** What makes a partition known. */
export type PartitionSource =
  | { readonly known: string }
  /** The key's own first landing. */
  | { readonly by: "landing" }
  /** The files that belong to it. */
  | { readonly by: "files" };

/** A key that starts a load, or is a part of what will be. */
export interface Delivery {
  readonly role: "manifest" | "marker" | "file";
  readonly partition: PartitionSource;
  /** False for a file that waits for its partition to be complete. */
  readonly startsLoad: boolean;
}

/** What a key is to a dataset. @returns undefined when it is nothing to it, or one of the files that a manifest or marker will tell of */
export function deliveryOf(contract: Delivering, key: string): Delivery | undefined {
  switch (contract.arrival.kind) {
    case "manifest":
      return byManifest(contract, key);
    case "marker":
      return byMarker(contract, key);
    default: {
      const data = dataOf(contract, key);
      if (data === undefined) return undefined;
      const partition: PartitionSource = data.partition === null ? { by: "landing" } : { known: data.partition };
      return { role: "file", partition, startsLoad: contract.arrival.kind === "each_file" };
    }
  }
}

/** What the path says of a data file; undefined for a key that does not fit it, or that is a marker or manifest. */
export function dataOf(contract: Delivering, key: string) {
  if (isSign(contract, key)) return undefined;
  return pathOf(contract).fit(key);
}

/** Whether a key is a manifest or a marker by its name: that is never data. */
export function isSign(contract: Pick<Contract, "partition" | "arrival">, key: string): boolean {
  if (contract.arrival.kind === "manifest") return key.endsWith(manifestSuffix);
  return markerOf(contract)?.fit(nameOf(key)) !== undefined;
}

function byManifest(contract: Delivering, key: string): Delivery | undefined {
  if (!key.endsWith(manifestSuffix)) return undefined;
  if (contract.path === null) {
    const landed = readLandedKey(key, contract.partition);
    if (landed?.dataset !== contract.dataset) return undefined;
    return { role: "manifest", partition: { known: landed.partition }, startsLoad: true };
  }
  const folder = folderOf(key);
  if (!pathOf(contract).canBegin(folder)) return undefined;
  return { role: "manifest", partition: partitionOfSign(contract, folder, undefined), startsLoad: true };
}

function byMarker(contract: Delivering, key: string): Delivery | undefined {
  const named = markerOf(contract)?.fit(nameOf(key));
  const folder = folderOf(key);
  if (named === undefined || !pathOf(contract).canBegin(folder) || !folder.startsWith(topFolder(contract))) {
    return undefined;
  }
  return {
    role: "marker",
    partition: partitionOfSign(contract, folder, named.partition ?? undefined),
    startsLoad: true,
  };
}

/** A delivery whose path does not say its partition belongs to the time when it landed, as a whole. */
function partitionOfSign(contract: Delivering, folder: string, named: string | undefined): PartitionSource {
  const path = pathOf(contract);
  const known = named ?? path.partitionOfFolder(folder);
  if (known !== undefined) return { known };
  return { by: path.hasPartition ? "files" : "landing" };
}

/** The folder in which all keys of a dataset lie, ends in a slash; empty where that is the bucket. */
export const topFolder = (contract: Pick<Contract, "dataset" | "partition" | "path">) =>
  folderOf(pathOf(contract).prefix);

/** The folder below which the files of a partition lie. */
export const partitionFolder = (contract: Pick<Contract, "dataset" | "partition" | "path">, partition: string) =>
  contract.path === null ? landingFolder(contract.dataset, partition) : folderOf(pathOf(contract).prefixOf(partition));

/**
 * The batch that a key begins or belongs to (design: words).
 * @param key of the manifest, the marker or the file.
 */
export function batchOf(contract: Delivering, partition: string, key: string): string {
  const { dataset, arrival } = contract;
  if (arrival.kind === "quiet") return batchId(dataset, partition);
  const isFolder = arrival.kind === "marker" && arrival.control?.file == null;
  return batchId(dataset, partition, isFolder ? folderOf(key) : key);
}
