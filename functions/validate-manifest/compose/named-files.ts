import type { Contract } from "../../../contract/contract.js";
import { dataOf, folderOf, isSign } from "../../../contract/deliveries.js";
import { Refusal } from "../../../contract/refusals.js";
import type { BatchFile } from "../../../run-folder/batch.js";
import { s3Uri } from "../../../run-folder/s3-uri.js";
import type { Standing, Stood } from "../../deliveries/listed.js";
import type { Listed } from "./composed.js";
import type { ControlEntry } from "./control.js";

type File = BatchFile["files"][number];

/** A file of a batch as it stood. */
export const fileOf = (
  bucket: string,
  { key, contentLength, etag, versionId }: Pick<Standing, "key" | "contentLength" | "etag" | "versionId">,
): File => ({
  bucket,
  key,
  version_id: versionId,
  etag,
  content_length: contentLength,
  record_count: null,
  sha256: null,
});

interface Named {
  readonly bucket: string;
  readonly key: string;
  readonly partition: string;
}

const shown = 5;

/**
 * The files that a control file names, as they stood when it was put.
 * @throws Refusal ManifestInvalid, FileMissing, FileMismatch
 */
export function filesNamed(contract: Contract, marker: Named, said: readonly ControlEntry[], stood: Stood): Listed {
  const url = s3Uri(marker.bucket, marker.key);
  const standing = new Map(stood.objects.map((object) => [object.key, object]));
  const keys = said.map((entry) => ({ entry, key: keyOf(contract, marker, entry) }));
  const seen = new Set<string>();
  for (const { entry, key } of keys) {
    if (seen.has(key)) throw invalid(`${url}, ${entry.place}: '${entry.file}' is listed twice.`);
    seen.add(key);
  }
  refuse(
    "FileMissing",
    url,
    keys.filter(({ key }) => !standing.has(key) && !stood.later.has(key)),
    "is not there",
  );
  refuse(
    "FileMismatch",
    url,
    keys.filter(({ key }) => !standing.has(key)),
    "was written after it, and the bucket keeps no earlier version",
  );
  refuse(
    "FileMismatch",
    url,
    keys.filter(({ entry, key }) => entry.bytes !== null && entry.bytes !== standing.get(key)?.contentLength),
    "has another length",
    ({ entry, key }) => `${entry.bytes} bytes promised, ${standing.get(key)?.contentLength} found`,
  );
  return {
    files: keys.flatMap(({ entry, key }) => {
      const object = standing.get(key);
      return object === undefined
        ? []
        : [{ ...fileOf(marker.bucket, object), record_count: entry.rows, sha256: entry.sha256 }];
    }),
    recordCount: null,
  };
}

function keyOf(contract: Contract, { bucket, key, partition }: Named, { file, place }: ControlEntry): string {
  const at = `${s3Uri(bucket, key)}, ${place}`;
  if (file === null) throw invalid(`${at}: it names no file.`);
  const folder = folderOf(key);
  const inside = file.startsWith(`s3://${bucket}/`)
    ? file.slice(`s3://${bucket}/`.length)
    : `${folder}${file.replace(/^\.\//, "")}`;
  const leaves = /^([a-z0-9]+:)?\//i.test(file) && inside === `${folder}${file}`;
  if (!inside.startsWith(folder) || leaves || inside.slice(folder.length).split("/").includes("..")) {
    throw invalid(`${at}: '${file}' is outside the control file's folder ${s3Uri(bucket, folder)}.`);
  }
  if (isSign(contract, inside)) throw invalid(`${at}: '${file}' is itself a control file.`);
  const data = dataOf(contract, inside);
  if (data === undefined) throw invalid(`${at}: '${file}' does not match the dataset's path.`);
  if (data.partition !== null && data.partition !== partition) {
    throw invalid(`${at}: '${file}' belongs to ${data.partition}, but the batch to ${partition}.`);
  }
  return inside;
}

interface Wrong {
  readonly entry: ControlEntry;
  readonly key: string;
}

function refuse(
  name: "FileMissing" | "FileMismatch",
  url: string,
  wrong: readonly Wrong[],
  problem: string,
  detail: (each: Wrong) => string = ({ entry }) => entry.place,
): void {
  if (wrong.length === 0) return;
  const texts = wrong.slice(0, shown).map((each) => `'${each.entry.file}' (${detail(each)})`);
  const more = wrong.length > shown ? ` and ${wrong.length - shown} more` : "";
  throw new Refusal(
    name,
    `${url} names ${wrong.length} file(s), each of which ${problem}: ${texts.join(", ")}${more}. Deliver the files first, then the control file again.`,
  );
}

const invalid = (problem: string) =>
  new Refusal(
    "ManifestInvalid",
    `${problem} List each file once, relative to the control file's folder, and deliver it again.`,
  );
