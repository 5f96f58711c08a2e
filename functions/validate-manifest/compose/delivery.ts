import type { Contract } from "../../../contract/contract.js";
import { batchOf, type Delivery, deliveryOf, partitionFolder, pathOf } from "../../../contract/deliveries.js";
import { composedKey, type ManifestVersion, revisionOf } from "../../../contract/layout.js";
import { Refusal } from "../../../contract/refusals.js";
import { s3Uri } from "../../../run-folder/s3-uri.js";
import { partitionOf } from "../../deliveries/partition.js";
import type { ObjectStore, StoredObject } from "../../shared/object-store.js";
import type { Buckets, Request } from "../manifest-place.js";
import { manifestVersion } from "../manifest-version.js";
import { type Listed, readComposed, writeComposed } from "./composed.js";
import { filesOfMarker } from "./marker.js";
import { fileOf } from "./named-files.js";
import { composeQuiet } from "./quiet.js";

/** A batch of which Sluice itself has composed the manifest. */
export interface ComposedDelivery extends Listed {
  readonly url: string;
  readonly partition: string;
  readonly batchId: string;
  readonly revision: string;
  readonly version: ManifestVersion;
  /** Of the composed manifest, in the processed bucket. */
  readonly composed: string;
  /** Below it the files lie; ends in a slash, or is empty. */
  readonly folder: string;
}

/**
 * What a marker completes, one file, or a partition that has fallen quiet, as a manifest that is composed once: a repeated
 * event, a rerun and another execution find it and load the same files in the same versions.
 * @throws Refusal ManifestInvalid, FileMissing, FileMismatch
 */
export async function composeDelivery(
  store: ObjectStore,
  buckets: Buckets,
  contract: Contract,
  request: Request,
): Promise<ComposedDelivery> {
  const { bucket, key, versionId } = request.manifest;
  const url = s3Uri(bucket, key);
  const delivery = placeOf(contract, buckets, request.manifest, url);
  const isMarker = delivery.role === "marker";
  const found = isMarker ? await store.read(bucket, key, versionId) : await store.head(bucket, key, versionId);
  if (found === undefined) throw gone(url);
  const partition = await partitionOf(store, contract, delivery, { bucket, key, versionId }, request.partition);
  if (partition === undefined) throw withoutPartition(contract, url);
  const names = {
    url,
    partition,
    batchId: batchOf(contract, partition, key),
    folder: partitionFolder(contract, partition),
  };
  if (contract.arrival.kind === "quiet") {
    return { ...names, ...(await composeQuiet(store, buckets, contract, { bucket, key, found, ...names })) };
  }
  const version = await manifestVersion(store, bucket, key, found);
  const revision = revisionOf(version);
  const composed = composedKey(contract.dataset, partition, names.batchId, revision);
  const listed =
    (await readComposed(store, buckets.processed, composed)) ??
    (await writeComposed(
      store,
      buckets.processed,
      composed,
      await filesOf(store, contract, { bucket, key, found, partition }),
    ));
  return { ...names, ...listed, version, revision, composed };
}

interface Found {
  readonly bucket: string;
  readonly key: string;
  readonly found: StoredObject & { readonly content?: Uint8Array };
  readonly partition: string;
}

async function filesOf(
  store: ObjectStore,
  contract: Contract,
  { bucket, key, found, partition }: Found,
): Promise<Listed> {
  const { arrival } = contract;
  if (arrival.kind !== "marker") return { files: [fileOf(bucket, { key, ...found })], recordCount: null };
  const content = found.content ?? new Uint8Array();
  return filesOfMarker(
    store,
    contract,
    { bucket, key, content, lastModified: found.lastModified, partition },
    arrival.control,
  );
}

/** @throws Refusal ManifestInvalid when the key has no place in the dataset's deliveries */
function placeOf(contract: Contract, buckets: Buckets, { bucket, key }: Request["manifest"], url: string): Delivery {
  const { arrival, dataset } = contract;
  const delivery = bucket === buckets.landing ? deliveryOf(contract, key) : undefined;
  if (delivery !== undefined) return delivery;
  const wanted =
    arrival.kind === "marker"
      ? `a marker '${arrival.marker}' in a folder of files like ${pathOf(contract).shape}`
      : `a file like ${pathOf(contract).shape}`;
  throw new Refusal(
    "ManifestInvalid",
    `${url} does not start a load of ${dataset}: that needs ${wanted}, in the landing bucket '${buckets.landing}'. Deliver there, or correct 'path' and 'arrival' in the contract; 'sluice check --keys' shows which dataset a key belongs to.`,
  );
}

const gone = (url: string) =>
  new Refusal(
    "FileMissing",
    `${url} does not exist (any more), or not in the version for which the load was started. Deliver it again.`,
  );

const withoutPartition = ({ dataset }: Contract, url: string) =>
  new Refusal(
    "ManifestInvalid",
    `The partition of ${url} is unknown: neither its folder nor a file of ${dataset} in it gives it. Deliver into the folder of a partition, or with files whose names contain it.`,
  );
