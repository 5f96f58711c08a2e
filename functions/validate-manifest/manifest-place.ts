import { type Contract, isRefresh } from "../../contract/contract.js";
import { landingFolder, manifestSuffix, readLandedKey, wholeManifestNames } from "../../contract/layout.js";
import type { ManifestPlace } from "../../contract/manifest.js";
import { nearest } from "../../contract/nearest.js";
import { Refusal } from "../../contract/refusals.js";
import { s3Uri } from "../../run-folder/s3-uri.js";

export interface Request {
  readonly dataset: string;
  readonly manifest: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined };
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
    `No contract has the dataset '${dataset}' (folder ${folder})${meant === undefined ? "" : `; did you mean '${meant}'?`} Known: ${known.join(", ")}. Deliver into the folder of a known dataset, or add datasets/${dataset}.yaml and deploy.`,
  );
}

export interface Placed extends ManifestPlace {
  readonly partition: string;
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
  const landed = readLandedKey(key, contract.partition);
  const shape = contract.partition === "hour" ? "2026/11/22/05" : "2026/11/22";
  if (landed === undefined || landed.dataset !== dataset) {
    throw invalid(
      `${url} is not in the folder of ${contract.partition === "hour" ? "an hour" : "a day"} of ${dataset}.`,
      `Write the manifest into a folder like s3://${buckets.landing}/${dataset}/${shape}/.`,
    );
  }
  if (!key.endsWith(manifestSuffix)) {
    throw invalid(`The name of ${url} does not end in ${manifestSuffix}.`, "Write the manifest under such a name.");
  }
  if (isRefresh(contract.load) && !wholeManifestNames.some((name) => name === landed.name)) {
    throw invalid(
      `${url} would replace the whole table of ${dataset}, but its name does not stand for a whole file set.`,
      `Name the manifest of a refresh ${wholeManifestNames.join(" or ")}, beside its files.`,
    );
  }
  const ownFolder = isComposed ? landingFolder(dataset, landed.partition) : `${key.slice(0, key.lastIndexOf("/") + 1)}`;
  return { url, partition: landed.partition, bucket: buckets.landing, folder: ownFolder };
}

const invalid = (problem: string, remedy: string) => new Refusal("ManifestInvalid", `${problem} ${remedy}`);
