import type { Contract } from "../../contract/contract.js";
import { dataOf, topFolder } from "../../contract/deliveries.js";
import { composedFolder } from "../../contract/layout.js";
import { createObjectStore, type ObjectStore } from "../../functions/shared/object-store.js";
import { readComposed } from "../../functions/validate-manifest/compose/composed.js";
import type { Session } from "../account/session.js";
import { columns, terminalWidth } from "../output/terminal.js";

/** A file that fits a dataset's path and belongs to no batch, or not as it is now. */
export interface UnclaimedFile {
  readonly dataset: string;
  readonly key: string;
  readonly partition: string | null;
  /** Bytes. */
  readonly size: number;
  readonly landed: string;
}

/**
 * The files of datasets with markers that came, or came anew, after what completes them: they wait for the next marker.
 * By what each batch's newest composed manifest lists, not by times: a long upload has the time at which it began.
 */
export async function unclaimedFiles(
  { clients, deployment }: Pick<Session, "clients" | "deployment">,
  contracts: readonly Contract[],
): Promise<readonly UnclaimedFile[]> {
  const store = createObjectStore(clients.s3);
  const found: UnclaimedFile[] = [];
  for (const contract of contracts) {
    if (contract.arrival.kind !== "marker") continue;
    const claimed = await claimedFiles(store, deployment.bucket(contract.source, "processed"), contract.dataset);
    for await (const object of store.objects(deployment.bucket(contract.source, "landing"), topFolder(contract))) {
      const { key, etag, contentLength, lastModified } = object;
      const data = dataOf(contract, key);
      if (data === undefined || claimed.has(`${key}\n${etag}`)) continue;
      const landed = lastModified.toISOString();
      found.push({ dataset: contract.dataset, key, partition: data.partition, size: contentLength, landed });
    }
  }
  return found;
}

async function claimedFiles(store: ObjectStore, bucket: string, dataset: string): Promise<ReadonlySet<string>> {
  const keys = await store.list(bucket, composedFolder(dataset));
  const newest = new Map(keys.toSorted().map((key) => [key.slice(0, key.lastIndexOf("/")), key]));
  const claimed = new Set<string>();
  for (const key of newest.values()) {
    const composed = await readComposed(store, bucket, key);
    for (const file of composed?.files ?? []) claimed.add(`${file.key}\n${file.etag}`);
  }
  return claimed;
}

export const unclaimedTable = (files: readonly UnclaimedFile[]): string =>
  files.length === 0
    ? "No file waits for a marker."
    : columns(
        ["dataset", "partition", "landed", "bytes", "key"],
        files.map(({ dataset, partition, landed, size, key }) => [dataset, partition, landed, size, key]),
        { width: terminalWidth(), cut: ["key"] },
      );
