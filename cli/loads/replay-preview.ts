import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Clients } from "../account/clients.js";
import type { Session } from "../account/session.js";
import { CommandFailed, ReplayRefused } from "../output/exit-codes.js";
import { previewReplay } from "../preview/preview.js";
import { RejectedRow } from "./rejected-rows.js";
import type { Replayable } from "./replay.js";
import { readText } from "./run-folder.js";

const Foreseen = z.object({
  verdict: z.object({ error: z.string(), message: z.string() }).nullable(),
  /** As they were rejected, with what they would come to in `replayed`. */
  passed: z.array(RejectedRow),
  /** With the reasons of today. */
  rejects: z.array(RejectedRow),
});
export type ForeseenReplay = z.infer<typeof Foreseen>;

/**
 * What a replay would come to: the conversion's core reads the records on this machine. What the table holds by then (rows that are
 * newer than a replayed one) is not asked. @throws ReplayRefused, CommandFailed
 */
export async function foreseeReplay({ clients, deployment }: Session, found: Replayable): Promise<ForeseenReplay> {
  const bucket = deployment.bucket(found.contract.source, "processed");
  const texts = await Promise.all(found.report.rejects.map(({ key }) => readText(clients, bucket, key)));
  if (found.report.counts.rejected === 0) return { verdict: null, passed: [], rejects: [] };
  const folder = await mkdtemp(join(tmpdir(), "sluice-replay-"));
  try {
    const paths: [string, string][] = [];
    for (const [at, file] of found.batchFile.files.entries()) {
      const path = join(folder, String(at));
      await fetchFile(clients, file, path);
      paths.push([file.key, path]);
    }
    const records = found.batchFile.replay?.records ?? recordsOf(found);
    const asked = { batch: found.batchFile, files: Object.fromEntries(paths), rejects: texts.join(""), records };
    return Foreseen.parse(await previewReplay(found.contract, asked));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const recordsOf = ({ report }: Replayable) =>
  Object.fromEntries(report.files.flatMap((file) => file.form.members ?? [file]).map(({ key, read }) => [key, read]));

async function fetchFile({ s3 }: Pick<Clients, "s3">, file: Replayable["batchFile"]["files"][number], path: string) {
  const { bucket: Bucket, key: Key, version_id } = file;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId: version_id ?? undefined }));
    if (Body === undefined) throw new CommandFailed(`s3://${Bucket}/${Key} came without content.`);
    await pipeline(Body.transformToWebStream(), createWriteStream(path));
  } catch (error) {
    if (!(error instanceof S3ServiceException) || !["NoSuchKey", "NoSuchVersion"].includes(error.name)) throw error;
    throw new ReplayRefused(
      `FileMissing: the version of s3://${Bucket}/${Key} that was loaded no longer exists. Deliver a corrected batch: write the manifest again.`,
    );
  }
}
