import type { ManifestFile } from "../../contract/manifest.js";
import { Refusal } from "../../contract/refusals.js";
import type { BatchFile } from "../../run-folder/batch.js";
import { s3Uri } from "../../run-folder/s3-uri.js";
import { inParallel } from "../shared/in-parallel.js";
import type { ObjectStore } from "../shared/object-store.js";
import { type FileAsOf, fileAsOf } from "./as-of.js";

export interface FoundFiles {
  readonly files: BatchFile["files"];
  /** Keys of optional files that were absent. */
  readonly leftOut: readonly string[];
}

interface Head {
  readonly file: ManifestFile;
  readonly found: FileAsOf;
}

const headsAtOnce = 32;
const shown = 5;

/**
 * Looks at every file of a manifest, as it was when the manifest was written, and notes its version, ETag and length.
 * @param written when the manifest was written.
 * @throws Refusal FileMissing, FileMismatch
 */
export async function findFiles(
  store: Pick<ObjectStore, "head" | "versions">,
  manifestUrl: string,
  listed: readonly ManifestFile[],
  written: Date,
): Promise<FoundFiles> {
  const heads: readonly Head[] = await inParallel(listed, headsAtOnce, async (file) => ({
    file,
    found: await fileAsOf(store, file, written),
  }));
  refuseLost(manifestUrl, written, heads);
  refuseMissing(manifestUrl, written, heads);
  const present = heads.flatMap(({ file, found }) => (found.was === "there" ? [{ file, found: found.object }] : []));
  refuseMismatch(
    manifestUrl,
    present.flatMap(({ file, found }) =>
      file.contentLength === null || file.contentLength === found.contentLength
        ? []
        : [`${file.key}: content_length is ${file.contentLength}, but the file has ${found.contentLength} bytes`],
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
    leftOut: heads.filter(({ found }) => found.was === "absent").map(({ file }) => file.key),
  };
}

function refuseMissing(manifestUrl: string, written: Date, heads: readonly Head[]): void {
  const mandatory = heads.filter(({ file }) => file.mandatory);
  const missing = mandatory.flatMap(({ file, found }) =>
    found.was === "absent" && found.cameLater === null ? [s3Uri(file.bucket, file.key)] : [],
  );
  const later = mandatory.flatMap(({ file, found }) =>
    found.was === "absent" && found.cameLater !== null
      ? [`${s3Uri(file.bucket, file.key)} ${at(found.cameLater)}`]
      : [],
  );
  const problems = [
    ...(missing.length === 0 ? [] : [`${missing.length} file(s) that do not exist: ${shorten(missing)}`]),
    ...(later.length === 0
      ? []
      : [`${later.length} file(s) that were written after it (${at(written)}): ${shorten(later)}`]),
  ];
  if (problems.length === 0) return;
  throw new Refusal("FileMissing", `${manifestUrl} lists ${problems.join("; and ")}. ${filesFirst}`);
}

/** Optional files too: whether one was there is just what nobody knows any more. */
function refuseLost(manifestUrl: string, written: Date, heads: readonly Head[]): void {
  const lost = heads.flatMap(({ file, found }) =>
    found.was === "lost" ? [`${s3Uri(file.bucket, file.key)} ${at(found.changed)}`] : [],
  );
  if (lost.length === 0) return;
  throw new Refusal(
    "FileMismatch",
    `${manifestUrl} lists ${lost.length} file(s) that were overwritten or deleted after it (${at(written)}), and the bucket keeps no earlier versions: ${shorten(lost)}. ${filesFirst}`,
  );
}

function refuseMismatch(manifestUrl: string, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  throw new Refusal(
    "FileMismatch",
    `${manifestUrl} does not match the files in the bucket: ${shorten(wrong)}. Upload the files again, then write the manifest again.`,
  );
}

const filesFirst = "Upload the files first, then write the manifest again.";

const at = (time: Date) => `at ${time.toISOString().replace(/\.\d+Z$/, "Z")}`;

const shorten = (texts: readonly string[]) =>
  `${texts.slice(0, shown).join("; ")}${texts.length > shown ? `; and ${texts.length - shown} more` : ""}`;
