import type { Contract } from "../../contract/contract.js";
import { definitionVersion, type Statements, startedBy, statementsInput } from "../../contract/definition.js";
import { partitionStart, placeOf, runFolder } from "../../contract/layout.js";
import type { Batch, BatchFile } from "../../run-folder/batch.js";
import { parseS3Uri, s3Uri } from "../../run-folder/s3-uri.js";
import type { ObjectStore } from "../shared/object-store.js";
import { contentOf } from "./batch-files.js";
import { chooseEngine } from "./choose-engine.js";
import { type Buckets, contractOf, type Request } from "./manifest-place.js";
import { replayedBatch } from "./replay.js";

export interface ValidateInput extends Request {
  readonly force: boolean;
  readonly execution: { readonly id: string; readonly name: string };
  readonly replay?: { readonly run: string } | null | undefined;
}

export interface Deployment {
  readonly source: string;
  readonly buckets: Buckets;
  readonly contracts: Readonly<Record<string, Contract>>;
  /** The SQL that looks at a contract's target as it is now. */
  inspection(contract: Contract, label: string): Statements;
}

/**
 * Validates a manifest (or composes that of a delivery which has none), looks at every file, pins the contract and writes `contract.json` and `batch.json`.
 * @returns the batch, and the whole inputs of the children that convert it and that look at its target.
 * @throws Refusal DatasetUnknown, ManifestInvalid, FileMissing, FileMismatch, EmptyRefresh, BatchTooLarge
 */
export async function validateManifest(store: ObjectStore, deployment: Deployment, input: ValidateInput) {
  const { execution } = input;
  const { buckets, source } = deployment;
  const contract = contractOf(deployment.contracts, input);
  const content = await placedContent(store, buckets, contract, input);
  const { partition, batchId: id, revision, files } = content;
  const { engine, why } = await chooseEngine(store, contract, files);

  const names = { dataset: contract.dataset, partition, batchId: id, revision };
  const folder = s3Uri(buckets.processed, runFolder({ ...names, executionName: execution.name }));
  const batch: Batch = {
    definition: definitionVersion,
    execution: execution.id,
    ...names,
    source,
    place: content.place,
    runFolder: folder,
    batchFile: `${folder}batch.json`,
    contractFile: `${folder}contract.json`,
  };
  const batchFile: BatchFile = {
    version: 1,
    dataset: contract.dataset,
    source,
    partition: partition,
    partition_start: partitionStart(partition, contract.timezone),
    batch_id: id,
    revision,
    place: batch.place,
    manifest: content.manifest,
    execution: execution.name,
    force: input.force,
    files,
    left_out: [...content.leftOut],
    contract: batch.contractFile,
    ...(content.recordCount === null ? {} : { record_count: content.recordCount }),
    ...(content.composed === null ? {} : { composed: content.composed }),
    ...(content.replay === undefined ? {} : { replay: content.replay }),
    engine,
    engine_why: why,
  };
  await write(store, batch.contractFile, contract);
  await write(store, batch.batchFile, batchFile);
  return {
    batch,
    conversion: {
      engine,
      mayHandOver: contract.engine.choice === "auto",
      ...(contract.glue === null ? {} : { run: contract.glue }),
      partitionFolder: s3Uri(buckets.landing, content.folder),
      batchFile: batch.batchFile,
      outputFolder: folder,
      ...startedBy(execution.id),
    },
    inspection: {
      ...statementsInput(deployment.inspection(contract, `${contract.dataset} ${partition}: inspect the target`)),
      ...startedBy(execution.id),
    },
  };
}

/** What is loaded, and where it stands: a delivery, or what an earlier load of one rejected. */
async function placedContent(store: ObjectStore, buckets: Buckets, contract: Contract, input: ValidateInput) {
  const { replay, force, manifest } = input;
  if (replay) return replayedBatch(store, buckets, contract, { run: replay.run, force });
  const { version, ...content } = await contentOf(store, buckets, contract, input);
  return {
    ...content,
    place: placeOf(content.partition, content.revision, content.batchId),
    manifest: {
      bucket: manifest.bucket,
      key: manifest.key,
      version_id: version.versionId,
      etag: version.etag,
      last_modified: version.lastModified.toISOString(),
    },
    replay: undefined,
  };
}

async function write(store: ObjectStore, uri: string, value: unknown): Promise<void> {
  const { bucket, key } = parseS3Uri(uri);
  await store.writeJson(bucket, key, value);
}
