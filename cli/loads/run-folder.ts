import { GetObjectCommand, paginateListObjectsV2, S3ServiceException } from "@aws-sdk/client-s3";
import { z } from "zod";
import { Dialect, FileForm } from "../../run-folder/file-form.js";
import { RescueCounts } from "../../run-folder/report.js";
import type { Clients } from "../account/clients.js";
import type { LoadExecution } from "./executions.js";

/** What the command reads of a run's report; the rest is passed over. */
const count = z.int();
const counts = { read: count, written: count, deduplicated: count, rejected: count };
const Report = z.object({
  /** Absent in reports from before there was a choice of engine. */
  run_id: z.string().optional(),
  engine: z.enum(["glue", "lambda"]).default("glue"),
  memory_megabytes: z.int().nullable().default(null),
  handed_over: z.string().nullable().default(null),
  seconds: z.looseObject({ total: z.number() }),
  verdict: z.object({ error: z.string(), message: z.string() }).nullable(),
  counts: z.object(counts),
  rejected_by_code: z.record(z.string(), count),
  files: z.array(z.object({ key: z.string(), ...counts, form: FileForm.default({}) })),
  dialect: Dialect.nullable().default(null),
  rejects: z.array(z.object({ key: z.string() })),
  rescued: RescueCounts.nullable().default(null),
  warnings: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

/** The files that an execution left in the processed bucket. */
export interface RunFolder {
  readonly bucket: string;
  /** Ends in a slash. */
  readonly folder: string;
  readonly revision: string;
  /** Of the newest conversion that has one. */
  readonly report: Report | undefined;
  readonly isRefused: boolean;
}

/** Finds the run folder of an execution. @returns undefined when it has none: its manifest was never valid. */
export async function findRunFolder(
  { s3 }: Pick<Clients, "s3">,
  bucket: string,
  execution: Pick<LoadExecution, "dataset" | "partition" | "batchId" | "name">,
): Promise<RunFolder | undefined> {
  if (execution.partition === null || execution.batchId === null) return undefined;
  const batch = `runs/${execution.dataset}/${execution.partition}/${execution.batchId}/`;
  const marked = `/${execution.name}/`;
  const keys = (await listKeys({ s3 }, bucket, batch)).filter(({ key }) => key.includes(marked));
  const first = keys[0]?.key;
  if (first === undefined) return undefined;
  const folder = first.slice(0, first.indexOf(marked) + marked.length);
  const [newest] = keys.filter(({ key }) => key.endsWith("/report.json")).sort((a, b) => b.time - a.time);
  return {
    bucket,
    folder,
    revision: folder.slice(batch.length).split("/", 1)[0] ?? "",
    report: newest === undefined ? undefined : Report.parse(JSON.parse(await readText({ s3 }, bucket, newest.key))),
    isRefused: keys.some(({ key }) => key === `${folder}refusal.json`),
  };
}

export async function listKeys({ s3 }: Pick<Clients, "s3">, Bucket: string, Prefix: string) {
  const keys: { readonly key: string; readonly time: number }[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) keys.push({ key: Key, time: LastModified?.getTime() ?? 0 });
    }
  }
  return keys;
}

export async function readText({ s3 }: Pick<Clients, "s3">, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}

/** @returns undefined when the object is not there. */
export async function readTextIfThere(clients: Pick<Clients, "s3">, bucket: string, key: string) {
  try {
    return await readText(clients, bucket, key);
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}
