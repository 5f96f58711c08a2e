import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { BatchFile } from "../../../run-folder/batch.js";
import { parseS3Uri, s3Uri } from "../../../run-folder/s3-uri.js";
import type { ObjectStore } from "../../shared/object-store.js";

/** What Sluice composes of a delivery that has no manifest, in the form of one. */

type File = BatchFile["files"][number];

export interface Listed {
  readonly files: readonly File[];
  /** How many records there are in all, where a control file says so. */
  readonly recordCount: number | null;
}

const Composed = z.object({
  entries: z.array(
    z.object({
      url: z.string(),
      meta: z.object({
        content_length: z.int(),
        etag: z.string(),
        version_id: z.string().nullable(),
        record_count: z.int().nullable(),
        sha256: z.string().nullable(),
      }),
    }),
  ),
  record_count: z.int().nullable(),
});

/** @returns undefined when nothing was composed under this key yet */
export async function readComposed(
  store: Pick<ObjectStore, "read">,
  bucket: string,
  key: string,
): Promise<Listed | undefined> {
  const found = await store.read(bucket, key);
  if (found === undefined) return undefined;
  const { entries, record_count } = Composed.parse(JSON.parse(new TextDecoder().decode(found.content)));
  return {
    files: entries.map(({ url, meta }) => ({ ...parseS3Uri(url), ...meta })),
    recordCount: record_count,
  };
}

/** Written once; whoever is not the first takes what the first has written. */
export async function writeComposed(
  store: Pick<ObjectStore, "read" | "writeJson">,
  bucket: string,
  key: string,
  { files, recordCount }: Listed,
): Promise<Listed> {
  const entries = files.map(({ bucket: of, key: file, content_length, etag, version_id, record_count, sha256 }) => ({
    url: s3Uri(of, file),
    mandatory: true,
    meta: { content_length, etag, version_id, record_count, sha256 },
  }));
  for (let tried = 0; tried < mostTries; tried++) {
    if (await store.writeJson(bucket, key, { entries, record_count: recordCount }, { ifNoneMatch: "*" })) {
      return { files, recordCount };
    }
    const standing = await readComposed(store, bucket, key);
    if (standing !== undefined) return standing;
    // Another conditional write was under way (409), and may not have held.
    await sleep(pauseMilliseconds);
  }
  throw new ComposedContested(s3Uri(bucket, key));
}

const mostTries = 10;
const pauseMilliseconds = 100;

/** Other executions write the same manifest just now, again and again; a redrive finds what they wrote. */
export class ComposedContested extends Error {
  override readonly name = "ComposedContested";

  constructor(url: string) {
    super(`${url} is being written by another execution at the same time.`);
  }
}
