import type { Contract } from "../../contract/contract.js";
import { batchOf, deliveryOf } from "../../contract/deliveries.js";
import { executionName, lateKey, manifestSuffix, readLandedKey } from "../../contract/layout.js";
import { partitionOf } from "../deliveries/partition.js";
import { partitionsInWindow } from "../deliveries/window.js";
import type { ObjectStore } from "../shared/object-store.js";
import type { LandedObject } from "./s3-event.js";

export interface Execution {
  readonly name: string;
  /** JSON text; the same object gives the same bytes, so that a repeated start is the same start (A1.4, A1.7). */
  readonly input: string;
}

/** What becomes of an object that landed. */
export interface Consequences {
  readonly executions: readonly Execution[];
  /** Keys of the processed bucket that say: a file came for a partition at which nobody looks by itself. */
  readonly late: readonly string[];
}

type Store = Pick<ObjectStore, "versions" | "objects" | "read">;

/**
 * The executions that an object starts: one for each dataset that its key begins a load of. It never refuses: a manifest
 * that is in no dataset's partition folder gets an execution too, in which validate-manifest says what is wrong, so that
 * nobody waits for a load that never began.
 */
export async function consequencesOf(
  store: Store,
  contracts: Readonly<Record<string, Contract>>,
  landed: LandedObject,
  now: Date,
): Promise<Consequences> {
  const { bucket, key, versionId } = landed;
  const executions: Execution[] = [];
  const late: string[] = [];
  for (const contract of Object.values(contracts)) {
    const delivery = deliveryOf(contract, key);
    if (delivery === undefined) continue;
    if (!delivery.startsLoad) {
      late.push(...lateFile(contract, delivery.partition, landed, now));
      continue;
    }
    const partition = await partitionOf(store, contract, delivery, { bucket, key, versionId });
    executions.push(executionOf(contract, landed, partition));
  }
  if (executions.length > 0 || !mayBeMisplaced(contracts, key)) return { executions, late };
  return { executions: [misplaced(landed)], late };
}

function executionOf(contract: Contract, landed: LandedObject, partition: string | undefined): Execution {
  const { dataset, path, arrival } = contract;
  const found =
    path === null && arrival.kind === "manifest"
      ? {}
      : partition === undefined
        ? {}
        : { partition, batch: batchOf(contract, partition, landed.key) };
  return {
    name: executionName(dataset, partition ?? "", landed.key, landed.version),
    input: inputOf(dataset, landed, found),
  };
}

const inputOf = (dataset: string, { bucket, key, versionId }: LandedObject, more: object = {}) =>
  JSON.stringify({ dataset, manifest: { bucket, key, ...(versionId === null ? {} : { versionId }) }, ...more });

/** A manifest that no dataset has: somebody may wait for it, where datasets have the folders of their names. */
function mayBeMisplaced(contracts: Readonly<Record<string, Contract>>, key: string): boolean {
  if (!key.endsWith(manifestSuffix)) return false;
  const isPlain = ({ path, arrival }: Contract) => path === null && arrival.kind === "manifest";
  const named = contracts[key.split("/", 1)[0] ?? ""];
  return named === undefined ? Object.values(contracts).every(isPlain) : isPlain(named);
}

function misplaced(landed: LandedObject): Execution {
  const { key } = landed;
  const read = readLandedKey(key, "hour") ?? readLandedKey(key, "day");
  const dataset = read?.dataset ?? key.split("/", 1)[0] ?? "";
  return { name: executionName(dataset, read?.partition ?? "", key, landed.version), input: inputOf(dataset, landed) };
}

function lateFile(
  contract: Contract,
  partition: { readonly known: string } | { readonly by: string },
  { key, version }: LandedObject,
  now: Date,
): readonly string[] {
  const { arrival, dataset } = contract;
  // One that belongs to the time when it lands is never late.
  if (arrival.kind !== "quiet" || !("known" in partition)) return [];
  const isSeen = partitionsInWindow(contract, arrival.window_seconds, now).includes(partition.known);
  return isSeen ? [] : [lateKey(dataset, partition.known, key, version)];
}
