import type { ManifestFile } from "../../contract/manifest.js";
import { Refusal } from "../../contract/refusals.js";
import type { BatchFile } from "../shared/batch.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ObjectStore } from "../shared/object-store.js";
import { s3Uri } from "../shared/s3-uri.js";
import { fileAsOf } from "./as-of.js";

export interface FoundFiles {
  readonly files: BatchFile["files"];
  /** Keys of optional files that are absent. */
  readonly leftOut: readonly string[];
}

const headsAtOnce = 32;
const shown = 5;

/**
 * Looks at every file of a manifest and notes its version, ETag and length.
 * @param asOf null: the files as they are now; a time: as they were then.
 * @throws Refusal FileMissing, FileMismatch
 */
export async function findFiles(
  store: Pick<ObjectStore, "head" | "versions">,
  manifestUrl: string,
  listed: readonly ManifestFile[],
  asOf: Date | null,
): Promise<FoundFiles> {
  const heads = await inParallel(listed, headsAtOnce, async (file) => ({
    file,
    found: await (asOf === null ? store.head(file.bucket, file.key) : fileAsOf(store, file, asOf)),
  }));
  const absent = heads.filter(({ found }) => found === undefined).map(({ file }) => file);
  refuseMissing(manifestUrl, absent);
  const present = heads.flatMap(({ file, found }) => (found === undefined ? [] : [{ file, found }]));
  refuseMismatch(
    manifestUrl,
    present.flatMap(({ file, found }) =>
      file.contentLength === null || file.contentLength === found.contentLength
        ? []
        : [`${file.key}: content_length is ${file.contentLength}, the file has ${found.contentLength} bytes`],
    ),
  );
  return {
    files: present.map(({ file, found }) => ({
      bucket: file.bucket,
      key: file.key,
      version_id: found.versionId,
      etag: found.etag,
      content_length: found.contentLength,
      record_count: file.recordCount,
      sha256: file.sha256,
    })),
    leftOut: absent.map(({ key }) => key),
  };
}

function refuseMissing(manifestUrl: string, absent: readonly ManifestFile[]): void {
  const missing = absent.filter(({ mandatory }) => mandatory).map(({ bucket, key }) => s3Uri(bucket, key));
  if (missing.length === 0) return;
  throw new Refusal(
    "FileMissing",
    `${manifestUrl} lists ${missing.length} file(s) that are not there: ${shorten(missing)}. Upload the files first, then write the manifest again.`,
  );
}

function refuseMismatch(manifestUrl: string, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  throw new Refusal(
    "FileMismatch",
    `${manifestUrl} promises other files than those that lie there: ${shorten(wrong)}. Upload the files again, then write the manifest again.`,
  );
}

const shorten = (texts: readonly string[]) =>
  `${texts.slice(0, shown).join("; ")}${texts.length > shown ? `; and ${texts.length - shown} more` : ""}`;
