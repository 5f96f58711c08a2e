import { type Contract, isRefresh } from "../../contract/contract.js";
import { dataOf, partitionFolder } from "../../contract/deliveries.js";
import { batchId, type ManifestVersion, revisionOf } from "../../contract/layout.js";
import { readManifest } from "../../contract/manifest.js";
import { Refusal } from "../../contract/refusals.js";
import type { BatchFile } from "../../run-folder/batch.js";
import { partitionOf } from "../deliveries/partition.js";
import type { ObjectStore } from "../shared/object-store.js";
import { composeDelivery } from "./compose/delivery.js";
import { findFiles } from "./find-files.js";
import { type Buckets, type Placed, placeOfManifest, type Request } from "./manifest-place.js";
import { manifestVersion } from "./manifest-version.js";

/** What makes up a batch, whichever way it was delivered. */
export interface BatchContent {
  /** Of the manifest, marker or file, for messages. */
  readonly url: string;
  readonly partition: string;
  readonly batchId: string;
  readonly revision: string;
  readonly version: ManifestVersion;
  readonly files: BatchFile["files"];
  readonly leftOut: readonly string[];
  /** In all, where a control file says so. */
  readonly recordCount: number | null;
  readonly composed: string | null;
  /** Key of the folder below which the files lie. */
  readonly folder: string;
}

/**
 * Finds a batch's files, each in the version that counts.
 * @throws Refusal ManifestInvalid, FileMissing, FileMismatch, EmptyRefresh
 */
export async function contentOf(
  store: ObjectStore,
  buckets: Buckets,
  contract: Contract,
  request: Request,
): Promise<BatchContent> {
  const content =
    contract.arrival.kind === "manifest"
      ? await byManifest(store, buckets, contract, request)
      : { ...(await composeDelivery(store, buckets, contract, request)), leftOut: [] };
  if (isRefresh(contract.load) && content.files.length === 0 && !contract.load.allow_empty)
    throw emptyRefresh(content.url);
  // What a producer counts are the records of the dataset that it delivers.
  const counts = contract.deliveries === null ? {} : { record_count: null };
  return {
    ...content,
    recordCount: contract.deliveries === null ? content.recordCount : null,
    files: content.files.map((file) => ({ ...file, ...counts, ...pathValues(contract, file.key) })),
  };
}

function pathValues(contract: Contract, key: string) {
  if (contract.path === null) return {};
  const values = dataOf(contract, key)?.values ?? {};
  return Object.keys(values).length === 0 ? {} : { path: values };
}

async function byManifest(
  store: ObjectStore,
  buckets: Buckets,
  contract: Contract,
  request: Request,
): Promise<BatchContent> {
  const { manifest } = request;
  const place = placeOfManifest(contract, request, buckets);
  const found = await store.read(manifest.bucket, manifest.key, manifest.versionId);
  if (found === undefined) throw manifestGone(place.url);
  const listed = readManifest(found.content, place);
  const partition = await partitionOfManifest(store, contract, request, place);
  const version = await manifestVersion(store, manifest.bucket, manifest.key, found);
  const { files, leftOut } = await findFiles(store, place.url, listed, version.lastModified);
  return {
    url: place.url,
    partition,
    batchId: batchId(contract.dataset, partition, manifest.key),
    revision: revisionOf(version),
    version,
    files,
    leftOut,
    recordCount: null,
    composed: null,
    folder: partitionFolder(contract, partition),
  };
}

async function partitionOfManifest(store: ObjectStore, contract: Contract, request: Request, place: Placed) {
  if (typeof place.partition === "string") return place.partition;
  const partition = await partitionOf(store, contract, place.partition, request.manifest, request.partition);
  if (partition !== undefined) return partition;
  throw new Refusal(
    "ManifestInvalid",
    `The partition of ${place.url} is unknown: neither its folder nor the names of its files give it. Write it into the folder of a partition.`,
  );
}

const manifestGone = (url: string) =>
  new Refusal("FileMissing", `The manifest ${url} does not exist (any more). Write the manifest again.`);

const emptyRefresh = (url: string) =>
  new Refusal(
    "EmptyRefresh",
    `${url} lists no files, so a refresh with it would empty the table. Deliver the files and write the manifest again, or set load.allow_empty: true if an empty table is right.`,
  );
