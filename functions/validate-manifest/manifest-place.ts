import { type Contract, isRefresh } from "../../contract/contract.js";
import { type Delivery, deliveryOf, folderOf, nameOf, partitionFolder, pathOf } from "../../contract/deliveries.js";
import { manifestSuffix, readLandedKey, wholeManifestNames } from "../../contract/layout.js";
import type { ManifestPlace } from "../../contract/manifest.js";
import { nearest } from "../../contract/nearest.js";
import { partitionExample, partitionPath } from "../../contract/partition.js";
import { Refusal } from "../../contract/refusals.js";
import { s3Uri } from "../../run-folder/s3-uri.js";

export interface Request {
  readonly dataset: string;
  readonly manifest: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined };
  /** What start-load found out, where the key does not say it. */
  readonly partition?: string | null | undefined;
}

export interface Buckets {
  readonly landing: string;
  readonly processed: string;
}

/** @throws Refusal DatasetUnknown that names the folder and the nearest dataset. */
export function contractOf(contracts: Readonly<Record<string, Contract>>, { dataset, manifest }: Request): Contract {
  const contract = Object.hasOwn(contracts, dataset) ? contracts[dataset] : undefined;
  if (contract !== undefined) return contract;
  const known = Object.keys(contracts).sort();
  const meant = nearest(dataset, known);
  const folder = s3Uri(manifest.bucket, manifest.key.includes("/") ? `${dataset}/` : "");
  throw new Refusal(
    "DatasetUnknown",
    `There is no contract for the dataset '${dataset}' (folder ${folder})${meant === undefined ? "" : `; did you mean '${meant}'?`} Known: ${known.join(", ")}. Deliver into the folder of a known dataset, or add datasets/${dataset}.yaml and deploy.`,
  );
}

export interface Placed extends ManifestPlace {
  /** Of the manifest; or what says it. */
  readonly partition: string | Delivery;
}

/**
 * Finds the partition of a manifest from where it lies, and the folder in which its files must lie.
 * @throws Refusal ManifestInvalid
 */
export function placeOfManifest(contract: Contract, { dataset, manifest }: Request, buckets: Buckets): Placed {
  const { bucket, key } = manifest;
  const url = s3Uri(bucket, key);
  const isComposed = bucket === buckets.processed && key.startsWith("manifests/");
  if (!isComposed && bucket !== buckets.landing) {
    throw invalid(`${url} is not in the landing bucket '${buckets.landing}'.`, "Write the manifest there.");
  }
  if (contract.path !== null && !isComposed) return placeByPath(contract, key, url, buckets);
  const landed = readLandedKey(key, contract.partition);
  const shape = partitionPath(partitionExample[contract.partition]);
  if (landed === undefined || landed.dataset !== dataset) {
    throw invalid(
      `${url} is not in the folder of ${contract.partition === "hour" ? "an" : "a"} ${contract.partition} of ${dataset}.`,
      `Write the manifest into a folder like s3://${buckets.landing}/${dataset}/${shape}/.`,
    );
  }
  if (!key.endsWith(manifestSuffix)) {
    throw invalid(`The name of ${url} does not end in ${manifestSuffix}.`, "Write the manifest under such a name.");
  }
  if (isRefresh(contract.load) && !wholeManifestNames.some((name) => name === landed.name)) {
    throw invalid(
      `${url} would replace the whole table of ${dataset}, but a manifest of that name may list only a part of the files.`,
      `Name the manifest of a refresh ${wholeManifestNames.join(" or ")}, next to its files.`,
    );
  }
  const ownFolder = isComposed ? partitionFolder(contract, landed.partition) : folderOf(key);
  return {
    url,
    partition: landed.partition,
    bucket: buckets.landing,
    folder: ownFolder,
  };
}

/** The place of a manifest by the contract's own path; which partition it is of may be for its files to say. */
function placeByPath(contract: Contract, key: string, url: string, buckets: Buckets): Placed {
  const delivery = deliveryOf(contract, key);
  if (delivery === undefined) {
    throw invalid(
      `${url} is not a manifest of ${contract.dataset}: its name must end in ${manifestSuffix}, and its folder must be one that can contain files like ${pathOf(contract).shape}.`,
      "Write the manifest into the folder of its files, or correct 'path' in the contract.",
    );
  }
  if (isRefresh(contract.load) && !wholeManifestNames.some((name) => name === nameOf(key))) {
    throw invalid(
      `${url} would replace the whole table of ${contract.dataset}, but a manifest of that name may list only a part of the files.`,
      `Name the manifest of a refresh ${wholeManifestNames.join(" or ")}, next to its files.`,
    );
  }
  return { url, partition: delivery, bucket: buckets.landing, folder: folderOf(key) };
}

const invalid = (problem: string, remedy: string) => new Refusal("ManifestInvalid", `${problem} ${remedy}`);
