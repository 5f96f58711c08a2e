import { z } from "zod";
import { hivePath, readReplayRevision } from "../../contract/layout.js";
import type { Clients } from "../account/clients.js";
import type { LoadExecution } from "./executions.js";
import { findRunFolder, listKeys, readText, readTextIfThere } from "./run-folder.js";

/** A rejected record, as the Glue job keeps it (JSON lines). */
export const RejectedRow = z.object({
  reason: z.string(),
  column: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  rule: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  message: z.string(),
  source_file: z.string(),
  record_number: z.int(),
  /** The line on which the record begins; null for formats without lines, and in what older versions kept. */
  line_number: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  /** Null where the contract protects columns. */
  raw: z.string().nullable(),
  raw_truncated: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  batch_id: z.string(),
  partition: z.string(),
  /** What it came to when it was replayed; null while it is rejected. */
  replayed: z
    .enum(["written", "deduplicated"])
    .nullish()
    .transform((value) => value ?? null),
});
export type RejectedRow = z.infer<typeof RejectedRow>;

/** The closed list of reasons. */
export const rejectCodes = [
  "malformed_record",
  "ragged_row",
  "trailing_text",
  "not_an_object",
  "too_deep",
  "invalid_encoding",
  "nul_character",
  "missing_required",
  "wrong_type",
  "not_exact",
  "out_of_range",
  "too_long",
  "conflicting_key",
  "check_failed",
] as const;

/** Those of a reason, and of a file: its key, its name, or a member of an archive by its own name. */
export function narrowed(
  rows: readonly RejectedRow[],
  { reason, file }: { readonly reason?: string; readonly file?: string },
): readonly RejectedRow[] {
  const isOf = (key: string) =>
    file === undefined || key === file || key.endsWith(`/${file}`) || key.endsWith(`!${file}`);
  return rows.filter((row) => (reason === undefined || row.reason === reason) && isOf(row.source_file));
}

/**
 * The rejected records of a dataset: of every batch in the lake, and of those batches whose newest revision was refused,
 * which never came into the lake.
 */
export async function rejectedRows(
  clients: Pick<Clients, "s3">,
  bucket: string,
  dataset: string,
  partition?: string,
): Promise<readonly RejectedRow[]> {
  const published = await publishedFiles(clients, bucket, dataset, partition);
  const refused = await refusedFiles(clients, bucket, dataset, partition);
  return readRows(clients, bucket, [...published, ...refused]);
}

/** What one execution rejected, whatever became of it and of its batch since; its run folder must be there still. */
export async function rejectedBy(
  clients: Pick<Clients, "s3">,
  bucket: string,
  execution: Pick<LoadExecution, "dataset" | "partition" | "batchId" | "name">,
): Promise<readonly RejectedRow[]> {
  const run = await findRunFolder(clients, bucket, execution);
  return readRows(clients, bucket, run?.report?.rejects.map(({ key }) => key) ?? []);
}

async function readRows(clients: Pick<Clients, "s3">, bucket: string, keys: readonly string[]) {
  const rows: RejectedRow[] = [];
  for (const key of keys) {
    for (const line of (await readText(clients, bucket, key)).split("\n")) {
      if (line !== "") rows.push(RejectedRow.parse(JSON.parse(line)));
    }
  }
  return rows.sort(byPlace);
}

function byPlace(a: RejectedRow, b: RejectedRow): number {
  for (const [x, y] of [
    [a.partition, b.partition],
    [a.source_file, b.source_file],
  ] as const) {
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.record_number - b.record_number;
}

async function publishedFiles(clients: Pick<Clients, "s3">, bucket: string, dataset: string, partition?: string) {
  const folder = `rejected/${dataset}/${partition === undefined ? "" : `${hivePath(partition)}/`}`;
  return (await listKeys(clients, bucket, folder)).map(({ key }) => key).filter((key) => key.endsWith(".json"));
}

const Marker = z.object({ revision: z.string() });

/** Of each batch the rejects of its newest run, when that run was refused and is of a newer revision than the lake's. */
async function refusedFiles(clients: Pick<Clients, "s3">, bucket: string, dataset: string, partition?: string) {
  const folder = `runs/${dataset}/${partition === undefined ? "" : `${partition}/`}`;
  const keys = await listKeys(clients, bucket, folder);
  const newest = new Map<string, { readonly run: string; readonly revision: string; readonly time: number }>();
  for (const { key, time } of keys.filter(({ key }) => key.endsWith("/refusal.json"))) {
    const [, , day = "", batch = "", revision = ""] = key.split("/");
    // What a replay could not load is listed as it was before.
    if (readReplayRevision(revision).number > 0) continue;
    const known = newest.get(`${day}/${batch}`);
    const isNewer =
      known === undefined || revision > known.revision || (revision === known.revision && time > known.time);
    if (isNewer) newest.set(`${day}/${batch}`, { run: key.slice(0, key.lastIndexOf("/") + 1), revision, time });
  }
  const files: string[] = [];
  for (const [place, { run, revision }] of newest) {
    const [day = "", batch = ""] = place.split("/");
    const marker = await readTextIfThere(
      clients,
      bucket,
      `data/${dataset}/${hivePath(day)}/batch=${batch}/_revision.json`,
    );
    if (marker !== undefined && Marker.parse(JSON.parse(marker)).revision >= revision) continue;
    files.push(...rejectsOfRun(keys, run));
  }
  return files;
}

/** A redriven execution may have several Glue runs; the one whose report came last counts. */
function rejectsOfRun(keys: readonly { readonly key: string; readonly time: number }[], run: string): string[] {
  const reports = keys.filter(({ key }) => key.startsWith(run) && key.endsWith("/report.json"));
  const [last] = reports.sort((a, b) => b.time - a.time);
  if (last === undefined) return [];
  const folder = last.key.replace(/report\.json$/, "rejected/");
  return keys.map(({ key }) => key).filter((key) => key.startsWith(folder));
}
