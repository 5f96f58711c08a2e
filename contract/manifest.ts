import { z } from "zod";
import { manifestSuffix } from "./layout.js";
import { Refusal } from "./refusals.js";

/**
 * The producer's manifest: Redshift's own manifest format, whose extras are optional and checked when present.
 * Members that are not named here are ignored.
 */
const Meta = z.object({
  content_length: z.int().min(0).nullish(),
  record_count: z.int().min(0).nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "expected 64 hex characters")
    .nullish(),
});

const Entry = z.object({
  url: z.string(),
  mandatory: z.boolean().nullish(),
  meta: Meta.nullish(),
});

const Manifest = z.object({ entries: z.array(Entry) });

/** One file that a manifest lists. */
export interface ManifestFile {
  readonly bucket: string;
  readonly key: string;
  /** False only when the manifest says so: then an absent file is left out. */
  readonly mandatory: boolean;
  /** Bytes. */
  readonly contentLength: number | null;
  readonly recordCount: number | null;
  /** 64 hex characters in lower case. */
  readonly sha256: string | null;
}

/** Where a manifest lies and where its files must lie. */
export interface ManifestPlace {
  /** The manifest's own URL, for messages. */
  readonly url: string;
  /** The bucket of the data files. */
  readonly bucket: string;
  /** The key prefix of the data files, ends in a slash. */
  readonly folder: string;
}

const problemsShown = 5;

/**
 * Reads a manifest and checks each entry without looking at the files themselves.
 * @param content the manifest's bytes.
 * @throws Refusal ManifestInvalid that says which entry, what was found and what to do.
 */
export function readManifest(content: Uint8Array, place: ManifestPlace): readonly ManifestFile[] {
  const parsed = Manifest.safeParse(parseJson(content, place));
  if (!parsed.success) {
    throw invalid(
      place,
      parsed.error.issues.map((issue) => `${placeIn(issue.path)}: ${issue.message}`),
    );
  }
  const files = parsed.data.entries.map((entry): ManifestFile & { readonly url: string } => ({
    url: entry.url,
    bucket: bucketOf(entry.url),
    key: keyOf(entry.url),
    mandatory: entry.mandatory !== false,
    contentLength: entry.meta?.content_length ?? null,
    recordCount: entry.meta?.record_count ?? null,
    sha256: entry.meta?.sha256?.toLowerCase() ?? null,
  }));
  const first = new Map<string, number>();
  const problems = files.flatMap((file, index) => {
    const earlier = first.get(file.url);
    if (earlier !== undefined) return [`entries[${index}].url: '${file.url}' is already listed as entries[${earlier}]`];
    first.set(file.url, index);
    const problem = problemOf(file, place);
    return problem === undefined ? [] : [`entries[${index}].url: ${problem}`];
  });
  if (problems.length > 0) throw invalid(place, problems);
  return files.map(({ url: _url, ...file }) => file);
}

function parseJson(content: Uint8Array, place: ManifestPlace): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      "ManifestInvalid",
      `${place.url} is not JSON in UTF-8 (${found}). Write the manifest again as {"entries": [{"url": "s3://…"}]}.`,
    );
  }
}

function problemOf(file: ManifestFile & { readonly url: string }, place: ManifestPlace): string | undefined {
  if (file.bucket === "" || file.key === "") return `'${file.url}' is not an s3://bucket/key`;
  if (file.bucket !== place.bucket) return `'${file.url}' is in bucket '${file.bucket}', expected '${place.bucket}'`;
  if (!file.key.startsWith(place.folder)) {
    return `'${file.url}' is outside the manifest's folder s3://${place.bucket}/${place.folder}`;
  }
  if (file.key === place.folder) return `'${file.url}' is the folder itself, not a file`;
  if (file.key.endsWith(manifestSuffix)) return `'${file.url}' is a manifest (its name ends in ${manifestSuffix})`;
  return undefined;
}

function invalid(place: ManifestPlace, problems: readonly string[]): Refusal {
  const shown = problems.slice(0, problemsShown).join("; ");
  const more = problems.length > problemsShown ? `; and ${problems.length - problemsShown} more` : "";
  return new Refusal(
    "ManifestInvalid",
    `${place.url}: ${shown}${more}. List each data file once, as s3://${place.bucket}/${place.folder}<file>, and write the manifest again.`,
  );
}

function placeIn(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return text === "" ? "the manifest" : text.replace(/^\./, "");
}

const urlPattern = /^s3:\/\/([^/]+)\/(.+)$/s;
const bucketOf = (url: string) => urlPattern.exec(url)?.[1] ?? "";
const keyOf = (url: string) => urlPattern.exec(url)?.[2] ?? "";
