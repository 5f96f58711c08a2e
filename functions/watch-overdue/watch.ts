import { z } from "zod";
import type { Contract } from "../../contract/contract.js";
import { partitionFolder } from "../../contract/deliveries.js";
import type { PartitionOverdue } from "../../contract/events.js";
import {
  composedManifestFolder,
  isPartition,
  landingFolder,
  manifestSuffix,
  overdueFolder,
  overdueKey,
  runsOfPartition,
  watchedSinceKey,
} from "../../contract/layout.js";
import { s3Uri } from "../../run-folder/s3-uri.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ObjectStore } from "../shared/object-store.js";
import { deadlineOf, type Expecting, passedDeadlines } from "./expected.js";

export interface Message {
  readonly subject: string;
  readonly message: string;
}

/** What the event PartitionOverdue says of a partition. */
export type Overdue = Pick<
  z.infer<typeof PartitionOverdue>,
  "dataset" | "owner" | "partition" | "state" | "deadline" | "links"
>;

export interface Watched {
  readonly dataset: string;
  /** Partitions that are overdue now. */
  readonly overdue: readonly string[];
  readonly raised: readonly string[];
  readonly cleared: readonly string[];
}

type Store = Pick<ObjectStore, "list" | "objects" | "read" | "remove" | "writeJson">;

export interface Surroundings {
  readonly store: Store;
  readonly buckets: { readonly landing: string; readonly processed: string };
  /** Tells the people, and puts the event on the bus. */
  readonly publish: (message: Message, event: Overdue) => Promise<void>;
  readonly now: Date;
}

/** `overdue/<dataset>/<partition>.json`. What is being announced is announced again when nobody finished it. */
const State = z.object({
  version: z.literal(1),
  dataset: z.string(),
  partition: z.string(),
  deadline: z.string(),
  status: z.enum(["raising", "overdue", "clearing"]),
  since: z.string(),
});
type State = z.infer<typeof State>;

/** After that a watch that began a message is taken to have died over it. */
const abandonedAfterMilliseconds = 10 * 60_000;
const foldersAtOnce = 16;

/** One look at a dataset: raises an alarm, once, for each partition that is overdue, and takes it back, once. */
export async function watchDataset(around: Surroundings, contract: Expecting): Promise<Watched> {
  const { store, buckets, now } = around;
  const since = await watchedSince(around, contract.dataset);
  const folder = overdueFolder(contract.dataset);
  const known = (await store.list(buckets.processed, folder))
    .map((key) => key.slice(folder.length).replace(/\.json$/, ""))
    .filter((partition) => isPartition(partition, contract.partition));
  const partitions = [...new Set([...known, ...passedDeadlines(contract, since, now)])].sort();
  const states = await inParallel(partitions, foldersAtOnce, async (partition) => {
    const isKnown = known.includes(partition);
    if (await hasManifest(around, contract, partition)) {
      return { partition, isOverdue: false, did: isKnown && (await clear(around, partition, contract)) };
    }
    return { partition, isOverdue: true, did: await raise(around, partition, contract) };
  });
  const named = (isOverdue: boolean, mustHaveDone: boolean) =>
    states
      .filter((state) => state.isOverdue === isOverdue && (state.did || !mustHaveDone))
      .map(({ partition }) => partition);
  return {
    dataset: contract.dataset,
    overdue: named(true, false),
    raised: named(true, true),
    cleared: named(false, true),
  };
}

/** The first look at a dataset begins its watch: nobody is told of what was missing before. */
async function watchedSince({ store, buckets, now }: Surroundings, dataset: string): Promise<Date> {
  const key = watchedSinceKey(dataset);
  const found = await store.read(buckets.processed, key);
  if (found !== undefined) {
    return new Date(z.object({ since: z.string() }).parse(JSON.parse(new TextDecoder().decode(found.content))).since);
  }
  await store.writeJson(buckets.processed, key, { since: now.toISOString() }, { ifNoneMatch: "*" });
  return now;
}

async function hasManifest({ store, buckets }: Surroundings, contract: Expecting, partition: string): Promise<boolean> {
  if (contract.path !== null || contract.arrival.kind !== "manifest") {
    // Whatever the delivery looks like: a partition is there when its first batch is.
    for await (const _ of store.objects(buckets.processed, runsOfPartition(contract.dataset, partition))) return true;
    return false;
  }
  for await (const { key } of store.objects(buckets.landing, landingFolder(contract.dataset, partition))) {
    if (key.endsWith(manifestSuffix)) return true;
  }
  if (contract.schedule?.manifests !== "composed") return false;
  return (await store.list(buckets.processed, composedManifestFolder(contract.dataset, partition))).length > 0;
}

/** @returns whether this look told the people. */
async function raise(around: Surroundings, partition: string, contract: Expecting): Promise<boolean> {
  const { store, buckets, now } = around;
  const key = overdueKey(contract.dataset, partition);
  const deadline = deadlineOf(contract, partition).toISOString();
  const state = (status: State["status"]): State => ({
    version: 1,
    dataset: contract.dataset,
    partition,
    deadline,
    status,
    since: now.toISOString(),
  });
  const before = await readState(store, buckets.processed, key);
  if (before?.state.status === "overdue" || (before !== undefined && !isAbandoned(before.state, now))) return false;
  // Two looks at the same moment: the one whose write holds speaks.
  const condition = before === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: before.etag };
  if (!(await store.writeJson(buckets.processed, key, state("raising"), condition))) return false;
  await around.publish(
    overdueMessage(around, contract, partition, deadline),
    eventOf(around, contract, partition, "overdue", deadline),
  );
  await store.writeJson(buckets.processed, key, state("overdue"));
  return true;
}

/** @returns whether this look told the people. */
async function clear(around: Surroundings, partition: string, contract: Expecting): Promise<boolean> {
  const { store, buckets, now } = around;
  const key = overdueKey(contract.dataset, partition);
  const before = await readState(store, buckets.processed, key);
  if (before === undefined) return false;
  const { state, etag } = before;
  if (state.status !== "overdue" && !isAbandoned(state, now)) return false;
  const clearing: State = { ...state, status: "clearing", since: now.toISOString() };
  if (!(await store.writeJson(buckets.processed, key, clearing, { ifMatch: etag }))) return false;
  await around.publish(
    arrivedMessage(around, contract, partition, state.deadline),
    eventOf(around, contract, partition, "arrived", state.deadline),
  );
  await store.remove(buckets.processed, [key]);
  return true;
}

const isAbandoned = ({ status, since }: State, now: Date) =>
  status !== "overdue" && now.getTime() - Date.parse(since) >= abandonedAfterMilliseconds;

async function readState(store: Store, bucket: string, key: string) {
  const found = await store.read(bucket, key);
  if (found === undefined) return undefined;
  return { etag: found.etag, state: State.parse(JSON.parse(new TextDecoder().decode(found.content))) };
}

const missing = {
  manifest: "No manifest",
  marker: "No marker",
  each_file: "No file",
  quiet: "No complete set of files",
} as const;

const eventOf = (
  { buckets }: Surroundings,
  contract: Expecting,
  partition: string,
  state: Overdue["state"],
  deadline: string,
): Overdue => ({
  ...{ dataset: contract.dataset, owner: contract.owner, partition, state, deadline },
  links: { folder: s3Uri(buckets.landing, partitionFolder(contract, partition)) },
});

function overdueMessage(around: Surroundings, contract: Expecting, partition: string, deadline: string): Message {
  const folder = s3Uri(around.buckets.landing, partitionFolder(contract, partition));
  const isComposed = contract.schedule?.manifests === "composed";
  const lines = [
    `Dataset:    ${contract.dataset}`,
    `Partition:  ${partition}`,
    `Expected:   by ${deadline}`,
    `Folder:     ${folder}`,
    "",
    isComposed
      ? "No files have settled there, so there is no manifest and nothing was loaded."
      : `${missing[contract.arrival.kind]} has arrived there, so nothing of this partition was loaded.`,
    "",
    'To do: ask the producer; the runbook has a section "Overdue". One more message follows when the manifest comes.',
  ];
  return { subject: `Sluice: ${contract.dataset} ${partition}: overdue`, message: lines.join("\n") };
}

function arrivedMessage(around: Surroundings, contract: Expecting, partition: string, deadline: string): Message {
  const lines = [
    `Dataset:    ${contract.dataset}`,
    `Partition:  ${partition}`,
    `Expected:   by ${deadline}`,
    `Seen:       ${around.now.toISOString()}`,
    "",
    "The manifest has arrived. Nothing needs to be done.",
  ];
  return { subject: `Sluice: ${contract.dataset} ${partition}: no longer overdue`, message: lines.join("\n") };
}

/** The datasets of a source that expect something. */
export const expecting = (contracts: Readonly<Record<string, Contract>>): readonly Expecting[] =>
  Object.values(contracts).flatMap((contract) =>
    contract.expect === null ? [] : [{ ...contract, expect: contract.expect }],
  );
