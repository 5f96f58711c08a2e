import type { Contract } from "./contract.js";
import { batchOf, type Delivering, dataOf, deliveryOf, pathOf } from "./deliveries.js";

/** What a key is to a project, for `sluice check --keys`. */
export interface ExplainedKey {
  readonly key: string;
  readonly dataset: string | null;
  /** `manifest`, `marker`, `file`; null where no dataset has it. */
  readonly role: string | null;
  /** Null where it shows only when the file lands, or by other files. */
  readonly partition: string | null;
  readonly batch_id: string | null;
  readonly why: string;
}

type Known = Pick<Contract, "source"> & Delivering;

/** One answer for each dataset that has to do with the key; one that says why, where none has. */
export function explainKey(contracts: readonly Known[], key: string): readonly ExplainedKey[] {
  const found = contracts.flatMap((contract) => explainFor(contract, key) ?? []);
  return found.length > 0
    ? found
    : [{ key, dataset: null, role: null, partition: null, batch_id: null, why: whyNot(contracts, key) }];
}

function explainFor(contract: Known, key: string): ExplainedKey | undefined {
  const { dataset, arrival } = contract;
  const delivery = deliveryOf(contract, key);
  if (delivery !== undefined) {
    const partition = "known" in delivery.partition ? delivery.partition.known : null;
    return {
      key,
      dataset,
      role: delivery.role,
      partition,
      batch_id: partition === null ? null : batchOf(contract, partition, key),
      why:
        whyPartition(delivery.partition) +
        (delivery.startsLoad ? "; starts a load" : "; waits until no more files arrive"),
    };
  }
  const data = dataOf(contract, key);
  if (data === undefined) return undefined;
  const sign = arrival.kind === "marker" ? "its marker" : "its manifest";
  return {
    key,
    dataset,
    role: "file",
    partition: data.partition,
    batch_id: null,
    why: `${whyPartition(data.partition === null ? { by: "landing" } : { known: data.partition })}; waits for ${sign}`,
  };
}

function whyPartition(partition: { readonly known: string } | { readonly by: "landing" | "files" }): string {
  if ("known" in partition) return "the key says its partition";
  return partition.by === "landing"
    ? "its partition is the time when it first landed"
    : "its partition is that of its files";
}

/** By the path that goes furthest along with the key. */
function whyNot(contracts: readonly Known[], key: string): string {
  if (key.endsWith("/")) return "it ends in a slash: a folder created in the S3 console, never data";
  const furthest = contracts
    .map((contract) => ({ contract, path: pathOf(contract), reach: reachOf(contract, key) }))
    .toSorted((a, b) => b.reach - a.reach)[0];
  if (furthest === undefined || furthest.reach === 0) return "no dataset's path begins like this";
  const { contract, path, reach } = furthest;
  if (reach < key.length) {
    return `${contract.dataset} expects ${path.shape}, which it leaves at '${key.slice(reach)}'`;
  }
  return `${contract.dataset} expects ${path.shape}, which goes on behind it`;
}

/** How many of the key's characters some key of the dataset could begin with. */
function reachOf(contract: Known, key: string): number {
  const path = pathOf(contract);
  let [from, to] = [0, key.length];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (path.canBegin(key.slice(0, middle))) from = middle;
    else to = middle - 1;
  }
  return from;
}
