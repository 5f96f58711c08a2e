import type { Contract } from "../../contract/contract.js";
import { batchOf, pathOf } from "../../contract/deliveries.js";
import { composedKey, lateFolder } from "../../contract/layout.js";
import { isPartition } from "../../contract/partition.js";
import { objectsUnder } from "../deliveries/listed.js";
import { partitionOfFile } from "../deliveries/partition.js";
import { prefixesOf } from "../deliveries/prefixes.js";
import { markOf, newestOf, quietExecution } from "../deliveries/quiet-execution.js";
import { partitionsInWindow } from "../deliveries/window.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ListedObject, ObjectStore } from "../shared/object-store.js";
import type { Execution } from "../start-load/execution.js";
import { readComposed } from "../validate-manifest/compose/composed.js";

type Store = Pick<ObjectStore, "objects" | "versionsUnder" | "head" | "list" | "read" | "remove">;

export interface Surroundings {
  readonly store: Store;
  readonly buckets: { readonly landing: string; readonly processed: string };
  readonly now: Date;
  /** What earlier looks of this process found loaded: partition → its files. It spares questions, and may be empty. */
  readonly known: Map<string, string>;
  start(execution: Execution): Promise<void>;
}

export interface Look {
  readonly dataset: string;
  readonly started: readonly string[];
  /** Partitions with files that came too lately. */
  readonly waiting: readonly string[];
}

const partitionsAtOnce = 8;

/**
 * One look at a dataset: starts a load for each partition to which files came since it was composed, and none for a while.
 * Whatever it misses by a failure the next look finds: what it started is known by the name of the execution, what is
 * loaded by the composed manifest, and files of other partitions than those of the window by what start-load noted of them.
 */
export async function lookForQuiet(around: Surroundings, contract: Contract): Promise<Look> {
  const { store, buckets, now } = around;
  const { arrival, dataset } = contract;
  if (arrival.kind !== "quiet") return { dataset, started: [], waiting: [] };
  const notes = await notesOf(store, buckets.processed, contract);
  const partitions = [...new Set([...partitionsInWindow(contract, arrival.window_seconds, now), ...notes.keys()])];
  const files = await filesByPartition(around, contract, partitions);
  const looks = await inParallel([...files], partitionsAtOnce, async ([partition, objects]) => {
    const newest = Math.max(...objects.map(({ lastModified }) => lastModified.getTime()));
    if (newest + arrival.quiet_seconds * 1000 > now.getTime()) return { partition, is: "waiting" };
    const isStarted = await startIfNew(around, contract, partition, objects);
    return { partition, is: isStarted ? "started" : "loaded" };
  });
  const waiting = looks.filter(({ is }) => is === "waiting").map(({ partition }) => partition);
  const done = [...notes].filter(([partition]) => !waiting.includes(partition)).flatMap(([, keys]) => keys);
  if (done.length > 0) await store.remove(buckets.processed, done);
  return { dataset, started: looks.filter(({ is }) => is === "started").map(({ partition }) => partition), waiting };
}

/** What start-load noted: partition → the notes' keys. */
async function notesOf(store: Store, bucket: string, { dataset, partition: granularity }: Contract) {
  const notes = new Map<string, string[]>();
  for (const key of await store.list(bucket, lateFolder(dataset))) {
    const partition = key.slice(lateFolder(dataset).length).split("/", 1)[0] ?? "";
    if (isPartition(partition, granularity)) notes.set(partition, [...(notes.get(partition) ?? []), key]);
  }
  return notes;
}

/** The files of some partitions; each prefix is listed once, whichever of them lie under it. */
async function filesByPartition(around: Surroundings, contract: Contract, partitions: readonly string[]) {
  const bucket = around.buckets.landing;
  const isPresent = pathOf(contract).hasPartition;
  const wanted = new Set(partitions);
  const found = new Map<string, ListedObject[]>();
  await inParallel(prefixesOf(contract, partitions), partitionsAtOnce, async (prefix) => {
    for await (const object of objectsUnder(around.store, bucket, prefix, { now: around.now, isPresent })) {
      const partition = partitionOfFile(contract, object);
      if (partition === undefined || !wanted.has(partition)) continue;
      const objects = found.get(partition) ?? [];
      found.set(partition, objects);
      objects.push(object);
    }
  });
  return found;
}

async function startIfNew(
  around: Surroundings,
  contract: Contract,
  partition: string,
  objects: readonly ListedObject[],
): Promise<boolean> {
  const { store, buckets, known } = around;
  const mark = markOf(objects);
  const name = `${contract.dataset}/${partition}`;
  const newest = newestOf(objects);
  if (newest === undefined || known.get(name) === mark) return false;
  if (
    await isComposed(store, buckets.processed, contract, partition, batchOf(contract, partition, newest.key), objects)
  ) {
    known.set(name, mark);
    return false;
  }
  const version = await store.head(buckets.landing, newest.key);
  // Gone or replaced in between: the next look sees what is there then.
  if (version === undefined || version.etag !== newest.etag) return false;
  const { versionId } = version;
  const execution = quietExecution(contract, partition, objects, {
    bucket: buckets.landing,
    key: newest.key,
    versionId,
  });
  await around.start({ name: execution.name, input: JSON.stringify(execution.input) });
  return true;
}

/** Whether the newest composed manifest has every file as it is: one that was taken away since is no new delivery. */
async function isComposed(
  store: Store,
  bucket: string,
  { dataset }: Contract,
  partition: string,
  batch: string,
  objects: readonly ListedObject[],
): Promise<boolean> {
  const [newest] = (await store.list(bucket, composedKey(dataset, partition, batch, "").replace(/\.json$/, "")))
    .toSorted()
    .toReversed();
  const composed = newest === undefined ? undefined : await readComposed(store, bucket, newest);
  if (composed === undefined) return false;
  const listed = new Set(composed.files.map(({ key, etag }) => `${key}\n${etag}`));
  return objects.every(({ key, etag }) => listed.has(`${key}\n${etag}`));
}
