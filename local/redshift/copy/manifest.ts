import { z } from "zod";
import { StatementFailed } from "../session/pg-errors.js";

/** One file of a COPY manifest (C2). */
export interface ManifestEntry {
  readonly bucket: string;
  readonly key: string;
  readonly url: string;
  readonly isMandatory: boolean;
  /** Null where the manifest does not say it, which of texts it need not. */
  readonly contentLength: number | null;
}

const Manifest = z.object({
  entries: z.array(
    z.object({
      url: z.string(),
      mandatory: z.boolean().default(false),
      meta: z.object({ content_length: z.number().int().nonnegative() }).partial().optional(),
    }),
  ),
});

/** Cuts `s3://bucket/key`. The key is plain text, not URL-encoded (C2.3). @throws StatementFailed */
export function parseUrl(url: string): { readonly bucket: string; readonly key: string } {
  const found = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url);
  if (found?.[1] === undefined || found[2] === undefined) throw new StatementFailed(`ERROR: Invalid S3 URL ${url}`);
  return { bucket: found[1], key: found[2] };
}

/** Reads a manifest: full keys, of columnar data each with its length.
 * @throws StatementFailed when it is no manifest, has no entries, or an entry lacks its content_length (C2.2). */
export function readManifest(text: string, url: string, isColumnar = true): readonly ManifestEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new StatementFailed(`ERROR: Manifest file is not in correct json format: ${url}`);
  }
  const parsed = Manifest.safeParse(json);
  if (!parsed.success)
    throw new StatementFailed(
      `ERROR: Manifest file is not in correct json format: ${url}: ${parsed.error.issues[0]?.message}`,
    );
  // What Redshift does with an empty list is not known (C1.12).
  if (parsed.data.entries.length === 0)
    throw new StatementFailed(
      `ERROR: not supported in the local account: COPY from a manifest without entries (${url}); see the README of local-account`,
    );
  return parsed.data.entries.map((entry) => {
    const contentLength = entry.meta?.content_length ?? null;
    if (contentLength === null && isColumnar) {
      throw new StatementFailed(
        `ERROR: Missing mandatory meta key content_length for columnar data in manifest ${url}: ${entry.url}`,
      );
    }
    return { ...parseUrl(entry.url), url: entry.url, isMandatory: entry.mandatory, contentLength };
  });
}
