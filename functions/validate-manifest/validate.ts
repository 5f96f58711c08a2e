import { type Contract, isRefresh } from "../../contract/contract.js";
import { definitionVersion, type Statements, startedBy, statementsInput } from "../../contract/definition.js";
import { batchId, landingFolder, partitionStart, placeOf, revisionOf, runFolder } from "../../contract/layout.js";
import { readManifest } from "../../contract/manifest.js";
import { Refusal } from "../../contract/refusals.js";
import type { Batch, BatchFile } from "../../run-folder/batch.js";
import { parseS3Uri, s3Uri } from "../../run-folder/s3-uri.js";
import type { ObjectStore } from "../shared/object-store.js";
import { chooseEngine } from "./choose-engine.js";
import { findFiles } from "./find-files.js";
import { type Buckets, contractOf, placeOfManifest, type Request } from "./manifest-place.js";
import { manifestVersion } from "./manifest-version.js";

export interface ValidateInput extends Request {
  readonly force: boolean;
  readonly execution: { readonly id: string; readonly name: string };
}

export interface Deployment {
  readonly source: string;
  readonly buckets: Buckets;
  readonly contracts: Readonly<Record<string, Contract>>;
  /** The SQL that looks at a contract's target as it is now. */
  inspection(contract: Contract, label: string): Statements;
}

/**
 * Validates a manifest, looks at every file it lists, pins the contract and writes `contract.json` and `batch.json`.
 * @returns the batch, and the whole inputs of the children that convert it and that look at its target.
 * @throws Refusal DatasetUnknown, ManifestInvalid, FileMissing, FileMismatch, EmptyRefresh, BatchTooLarge
 */
export async function validateManifest(store: ObjectStore, deployment: Deployment, input: ValidateInput) {
  const { manifest, execution } = input;
  const { buckets, source } = deployment;
  const contract = contractOf(deployment.contracts, input);
  const place = placeOfManifest(contract, input, buckets);
  const found = await store.read(manifest.bucket, manifest.key, manifest.versionId);
  if (found === undefined) throw manifestGone(place.url);
  const listed = readManifest(found.content, place);
  const version = await manifestVersion(store, manifest.bucket, manifest.key, found);
  const { files, leftOut } = await findFiles(store, place.url, listed, version.lastModified);
  if (isRefresh(contract.load) && files.length === 0 && !contract.load.allow_empty) throw emptyRefresh(place.url);
  const { engine, why } = await chooseEngine(store, contract, files);

  const id = batchId(contract.dataset, place.partition, manifest.key);
  const revision = revisionOf(version);
  const names = { dataset: contract.dataset, partition: place.partition, batchId: id, revision };
  const folder = s3Uri(buckets.processed, runFolder({ ...names, executionName: execution.name }));
  const batch: Batch = {
    definition: definitionVersion,
    execution: execution.id,
    ...names,
    source,
    place: placeOf(place.partition, revision, id),
    runFolder: folder,
    batchFile: `${folder}batch.json`,
    contractFile: `${folder}contract.json`,
  };
  const batchFile: BatchFile = {
    version: 1,
    dataset: contract.dataset,
    source,
    partition: place.partition,
    partition_start: partitionStart(place.partition),
    batch_id: id,
    revision,
    place: batch.place,
    manifest: {
      bucket: manifest.bucket,
      key: manifest.key,
      version_id: version.versionId,
      etag: version.etag,
      last_modified: version.lastModified.toISOString(),
    },
    execution: execution.name,
    force: input.force,
    files,
    left_out: [...leftOut],
    contract: batch.contractFile,
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
      partitionFolder: s3Uri(buckets.landing, landingFolder(contract.dataset, place.partition)),
      batchFile: batch.batchFile,
      outputFolder: folder,
      ...startedBy(execution.id),
    },
    inspection: {
      ...statementsInput(deployment.inspection(contract, `${contract.dataset} ${place.partition}: inspect the target`)),
      ...startedBy(execution.id),
    },
  };
}

async function write(store: ObjectStore, uri: string, value: unknown): Promise<void> {
  const { bucket, key } = parseS3Uri(uri);
  await store.writeJson(bucket, key, value);
}

const manifestGone = (url: string) =>
  new Refusal("FileMissing", `The manifest ${url} is not there (any more). Write the manifest again.`);

const emptyRefresh = (url: string) =>
  new Refusal(
    "EmptyRefresh",
    `${url} lists no file, and a refresh with it would empty the table. Deliver the files and write the manifest again, or set load.allow_empty: true if an empty table is right.`,
  );
