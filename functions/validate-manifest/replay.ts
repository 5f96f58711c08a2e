import { type Contract, isRefresh } from "../../contract/contract.js";
import { partitionFolder } from "../../contract/deliveries.js";
import { mostReplays, readReplayRevision, readRunKey, replayRevision } from "../../contract/layout.js";
import { Refusal } from "../../contract/refusals.js";
import { BatchFile } from "../../run-folder/batch.js";
import { Report } from "../../run-folder/report.js";
import { readJson } from "../../run-folder/run-files.js";
import { s3Uri } from "../../run-folder/s3-uri.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ObjectStore } from "../shared/object-store.js";
import type { BatchContent } from "./batch-files.js";
import type { Buckets } from "./manifest-place.js";

/** What a replay reads: a batch whose files and place are those of the load that rejected records. */
export interface ReplayedBatch extends Omit<BatchContent, "version" | "url"> {
  readonly place: string;
  readonly manifest: BatchFile["manifest"];
  readonly replay: NonNullable<BatchFile["replay"]>;
}

const looksAtOnce = 16;

/**
 * Finds what a load or an earlier replay of the batch rejected, and the files that it came from.
 * @param run key of the folder of that conversion: `runs/<dataset>/<partition>/<batch>/<revision>/<execution>/<run>/`
 * @throws Refusal ManifestInvalid for a run that cannot be replayed, FileMissing for files that are kept no more
 */
export async function replayedBatch(
  store: ObjectStore,
  buckets: Buckets,
  contract: Contract,
  { run, force }: { readonly run: string; readonly force: boolean },
): Promise<ReplayedBatch> {
  const names = readRunKey(run);
  if (names === undefined || names.dataset !== contract.dataset) {
    throw invalid(`'${run}' is not the folder of a conversion of ${contract.dataset}`);
  }
  if (force)
    throw invalid("a replay cannot be forced; to load the whole batch again, start an execution without 'replay'");
  if (isRefresh(contract.load)) {
    throw invalid(`${contract.dataset} uses mode: ${contract.load.mode}, in which a batch is only loaded whole`);
  }
  const before = await read(store, buckets, `${names.folder}batch.json`, BatchFile);
  const report = await read(store, buckets, `${run}report.json`, Report);
  const { loaded, number } = readReplayRevision(names.revision);
  if (number >= mostReplays)
    throw invalid(`the rejected records of this revision have already been replayed ${number} times`);
  await findFiles(store, before.files);
  const records = before.replay?.records ?? recordsOf(report);
  return {
    partition: names.partition,
    batchId: names.batchId,
    revision: replayRevision(loaded, number + 1),
    place: before.place,
    manifest: before.manifest,
    // What was promised of the files was found true when they were loaded whole.
    files: before.files.map((file) => ({ ...file, record_count: null })),
    leftOut: [],
    recordCount: null,
    composed: before.composed ?? null,
    folder: partitionFolder(contract, names.partition),
    replay: { run, rejects: report.rejects.map(({ key }) => key), records },
  };
}

/** How many records each file had, and each member of an archive. */
const recordsOf = ({ files }: Report): Record<string, number> =>
  Object.fromEntries(files.flatMap((file) => file.form.members ?? [file]).map(({ key, read }) => [key, read]));

async function read<Value>(
  store: ObjectStore,
  { processed }: Buckets,
  key: string,
  schema: { parse(value: unknown): Value },
): Promise<Value> {
  const found = await readJson(store, s3Uri(processed, key));
  if (found !== undefined) return schema.parse(found);
  throw new Refusal(
    "FileMissing",
    `${s3Uri(processed, key)} no longer exists: run folders are kept as long as the source's retention.runs says. ${wholly}`,
  );
}

async function findFiles(store: ObjectStore, files: BatchFile["files"]): Promise<void> {
  const gone = await inParallel(files, looksAtOnce, async ({ bucket, key, version_id, etag }) => {
    const found = await store.head(bucket, key, version_id);
    return found !== undefined && found.etag === etag ? [] : [s3Uri(bucket, key)];
  });
  const [first, ...more] = gone.flat();
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` and ${more.length} more files`;
  throw new Refusal(
    "FileMissing",
    `${first}${others} of the batch: the loaded version no longer exists, so the records cannot be read again. Deliver a corrected batch: write the manifest again.`,
  );
}

const wholly = "Load the batch again: sluice rerun --force.";

const invalid = (what: string) =>
  new Refusal(
    "ManifestInvalid",
    `The execution's input asks for a replay, but ${what}. Start replays with 'sluice replay <batch>'. ${wholly}`,
  );
