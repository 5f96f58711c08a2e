import type { Control } from "../../../contract/arrival.js";
import { type Contract, isRefresh } from "../../../contract/contract.js";
import { dataOf, deliveryOf, folderOf, isSign, markerOf, nameOf, topFolder } from "../../../contract/deliveries.js";
import { Refusal } from "../../../contract/refusals.js";
import { s3Uri } from "../../../run-folder/s3-uri.js";
import { type Standing, whatStood } from "../../deliveries/listed.js";
import type { ObjectStore } from "../../shared/object-store.js";
import { secondOf } from "../../shared/second.js";
import type { Listed } from "./composed.js";
import { readControl } from "./control.js";
import { fileOf, filesNamed } from "./named-files.js";

type Store = Pick<ObjectStore, "versions" | "versionsUnder" | "inFolder">;

export interface Marker {
  readonly bucket: string;
  readonly key: string;
  readonly content: Uint8Array;
  readonly lastModified: Date;
  readonly partition: string;
}

/**
 * The files that a marker completes, as they stood when it was put: its folder's and those below, or those that it names.
 * @throws Refusal ManifestInvalid, FileMissing, FileMismatch
 */
export async function filesOfMarker(
  store: Store,
  contract: Contract,
  marker: Marker,
  control: Control | null,
): Promise<Listed> {
  const { bucket, key, lastModified } = marker;
  const url = s3Uri(bucket, key);
  const folder = folderOf(key);
  const said = control === null ? [] : readControl(marker.content, control, url);
  const stood = await whatStood(store, bucket, folder, lastModified);
  if (control !== null && control.file !== null) {
    if (isRefresh(contract.load)) refuseSecond(contract, marker, stood.objects);
    return filesNamed(contract, marker, said, stood);
  }
  await refuseBelowAnother(store, contract, marker);
  const own = withoutMarkedFolders(contract, folder, stood.objects).filter(
    ({ key: file }) => dataOf(contract, file) !== undefined,
  );
  refuseSeveralPartitions(contract, marker, own);
  const [totals, ...more] = said;
  if (control !== null && (totals === undefined || more.length > 0)) {
    throw new Refusal(
      "ManifestInvalid",
      `${url} has ${said.length} entries, but the contract reads it as the totals of its folder. Deliver one entry, or give in arrival.control the column that contains the 'file'.`,
    );
  }
  const bytes = own.reduce((sum, { contentLength }) => sum + contentLength, 0);
  if (totals?.bytes != null && totals.bytes !== bytes) {
    throw new Refusal(
      "FileMismatch",
      `${url} promises ${totals.bytes} bytes, but the ${own.length} file(s) of its folder have ${bytes}. Deliver the files again, then the marker.`,
    );
  }
  return { files: own.map((object) => fileOf(bucket, object)), recordCount: totals?.rows ?? null };
}

/** Files below a deeper folder that has a marker of its own already belong to that one. */
function withoutMarkedFolders(contract: Contract, folder: string, objects: readonly Standing[]): readonly Standing[] {
  const marked = new Set(
    objects.flatMap(({ key }) =>
      folderOf(key) !== folder && deliveryOf(contract, key)?.role === "marker" ? [folderOf(key)] : [],
    ),
  );
  if (marked.size === 0) return objects;
  const isMarked = (key: string) => foldersBetween(folder, key).some((each) => marked.has(each));
  return objects.filter(({ key }) => !isMarked(key));
}

/** The folders below one, down to that of a key: `a/`, `a/b/c.csv` → `a/b/`. */
function foldersBetween(folder: string, key: string): readonly string[] {
  const found: string[] = [];
  for (let at = key.indexOf("/", folder.length); at >= 0; at = key.indexOf("/", at + 1))
    found.push(key.slice(0, at + 1));
  return found;
}

/** A folder that has its marker is complete: a marker below it comes too late. */
async function refuseBelowAnother(
  store: Store,
  contract: Contract,
  { bucket, key, lastModified }: Marker,
): Promise<void> {
  const top = topFolder(contract);
  const above = [top, ...foldersBetween(top, key)].filter((folder) => folder !== folderOf(key));
  for (const folder of above) {
    const other = await standingMarker(store, contract, bucket, folder, lastModified);
    if (other === undefined) continue;
    throw new Refusal(
      "ManifestInvalid",
      `${s3Uri(bucket, key)} is below ${s3Uri(bucket, folder)}, which already had its own marker ${nameOf(other)}. A delivery has one marker: put it into one of the folders, and deliver again.`,
    );
  }
}

async function standingMarker(store: Store, contract: Contract, bucket: string, folder: string, moment: Date) {
  const marker = markerOf(contract);
  if (marker === undefined) return undefined;
  const isBefore = (lastModified: Date) => secondOf(lastModified) <= secondOf(moment);
  if (marker.isPlain) {
    const key = `${folder}${marker.shape}`;
    for await (const version of store.versions(bucket, key)) {
      if (isBefore(version.lastModified)) return version.isDeleted ? undefined : key;
    }
    return undefined;
  }
  for await (const { key, lastModified } of store.inFolder(bucket, folder)) {
    if (isSign(contract, key) && isBefore(lastModified)) return key;
  }
  return undefined;
}

function refuseSeveralPartitions(
  contract: Contract,
  { bucket, key, partition }: Marker,
  objects: readonly Standing[],
): void {
  const other = objects.find(({ key: file }) => {
    const own = dataOf(contract, file)?.partition ?? partition;
    return own !== partition;
  });
  if (other === undefined) return;
  throw new Refusal(
    "ManifestInvalid",
    `${s3Uri(bucket, key)} completes files of several partitions: ${partition}, and ${dataOf(contract, other.key)?.partition} (${other.key}). Put a marker into the folder of each partition.`,
  );
}

/** A refresh is one whole file set. */
function refuseSecond(contract: Contract, { bucket, key }: Marker, objects: readonly Standing[]): void {
  const second = objects.find((object) => object.key !== key && isSign(contract, object.key));
  if (second === undefined) return;
  throw new Refusal(
    "ManifestInvalid",
    `${s3Uri(bucket, key)} would replace the whole table of ${contract.dataset}, and so would ${nameOf(second.key)} in the same folder. Deliver one control file for all files of a refresh.`,
  );
}
