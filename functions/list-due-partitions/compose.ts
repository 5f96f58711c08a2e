import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { composedManifestFolder, wholeManifestNames } from "../../contract/layout.js";
import { s3Uri } from "../../run-folder/s3-uri.js";
import type { ListedObject, ObjectStore, StoredObject } from "../shared/object-store.js";

/** Another run wrote the same manifest at the same moment; the next look finds what it wrote. */
export class ManifestContested extends Error {
  override readonly name = "ManifestContested";
}

export interface ComposedManifest extends StoredObject {
  readonly key: string;
}

const Composed = z.object({ entries: z.array(z.unknown()) });

/**
 * The manifest of a partition whose producer writes none: it lists every file that is there now. Written only when that
 * is another set of files than the last one listed: a new version of it is a new revision of the batch.
 * @throws ManifestContested
 */
export async function composeManifest(
  store: Pick<ObjectStore, "read" | "head" | "writeJson">,
  buckets: { readonly landing: string; readonly processed: string },
  { dataset, partition }: { readonly dataset: string; readonly partition: string },
  files: readonly ListedObject[],
): Promise<ComposedManifest> {
  const key = `${composedManifestFolder(dataset, partition)}${wholeManifestNames[0]}`;
  const entries = files.map(({ key: file, contentLength, etag }) => ({
    url: s3Uri(buckets.landing, file),
    mandatory: true,
    // The ETag is ours: it tells a file that was replaced by one of the same length.
    meta: { content_length: contentLength, etag },
  }));
  const before = await store.read(buckets.processed, key);
  if (before !== undefined && isDeepStrictEqual(entriesOf(before.content), entries))
    return { key, ...withoutContent(before) };
  const condition = before === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: before.etag };
  const isWritten = await store.writeJson(buckets.processed, key, { entries }, condition);
  const written = isWritten ? await store.head(buckets.processed, key) : undefined;
  if (written === undefined) {
    throw new ManifestContested(`${s3Uri(buckets.processed, key)} was written by another run at the same time.`);
  }
  return { key, ...withoutContent(written) };
}

function entriesOf(content: Uint8Array): unknown {
  try {
    return Composed.parse(JSON.parse(new TextDecoder().decode(content))).entries;
  } catch {
    // Somebody else wrote it: ours takes its place.
    return undefined;
  }
}

const withoutContent = ({ contentLength, etag, versionId, lastModified }: StoredObject): StoredObject => ({
  contentLength,
  etag,
  versionId,
  lastModified,
});
