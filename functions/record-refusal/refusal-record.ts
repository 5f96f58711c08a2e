import { z } from "zod";
import { refusedKey } from "../../contract/layout.js";
import { isRefusalName, refusals } from "../../contract/refusals.js";
import { Batch } from "../../run-folder/batch.js";
import { parseS3Uri, type S3Place } from "../../run-folder/s3-uri.js";
import { causeText } from "../shared/cause-text.js";

const Refused = z.object({ error: z.string(), message: z.string() });

/** What a function's `Refused` says (refusable.ts): Lambda wraps its message. */
const readRefused = (cause: string) => Refused.parse(JSON.parse(causeText(cause)));

export const RecordRefusalInput = z.object({
  /** Null when the manifest itself was refused. */
  batch: Batch.nullable(),
  /** As the execution was started; nothing about it is certain. */
  request: z.unknown(),
  execution: z.object({ id: z.string(), name: z.string() }),
  /** As it was caught of a function, or as run-statements answered it. */
  refusal: z.union([z.object({ Cause: z.string() }).transform(({ Cause }) => readRefused(Cause)), Refused]),
});
export type RecordRefusalInput = z.infer<typeof RecordRefusalInput>;

/** `refusal.json`: what a person or `sluice show` reads about a refused execution. */
export interface RefusalRecord {
  readonly version: 1;
  readonly error: string;
  readonly message: string;
  readonly actor: string | null;
  readonly request: unknown;
  readonly batch: Batch | null;
  readonly execution: string;
  readonly refused_at: string;
}

export function refusalRecord(input: RecordRefusalInput, now: Date): RefusalRecord {
  const { error, message } = input.refusal;
  return {
    version: 1,
    error,
    message,
    actor: isRefusalName(error) ? refusals[error] : null,
    request: input.request ?? null,
    batch: input.batch,
    execution: input.execution.name,
    refused_at: now.toISOString(),
  };
}

/** In the run's folder, or under `refused/` when the manifest gave no batch. */
export function refusalPlace(input: RecordRefusalInput, processedBucket: string): S3Place {
  if (input.batch === null) return { bucket: processedBucket, key: refusedKey(input.execution.name) };
  const { bucket, key } = parseS3Uri(input.batch.runFolder);
  return { bucket, key: `${key}refusal.json` };
}
