import { createHash } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { DemoBatch } from "./batches.js";

/** A manifest that was written, as S3's event will name it. */
export interface Delivered {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
}

/** Delivers a batch as a producer does: first the files, then the manifest that says they are all there. */
export async function deliver(s3: S3Client, bucket: string, batch: DemoBatch): Promise<Delivered> {
  const folder = `${batch.dataset}/${batch.partition.replaceAll("-", "/")}/`;
  const entries = [];
  for (const { name, body, recordCount } of batch.files) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${folder}${name}`, Body: body }));
    entries.push({
      url: `s3://${bucket}/${folder}${name}`,
      mandatory: true,
      meta: {
        content_length: Buffer.byteLength(body),
        record_count: recordCount,
        sha256: createHash("sha256").update(body).digest("hex"),
      },
    });
  }
  const key = `${folder}_manifest.json`;
  const answer = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify({ entries }) }));
  return { bucket, key, versionId: answer.VersionId ?? null };
}

/** The event that S3 sends for a manifest, for delivering it once more (S3 delivers at least once, F1.1). */
export function s3EventOf({ bucket, key, versionId }: Delivered): object {
  return {
    Records: [
      {
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        s3: {
          bucket: { name: bucket },
          object: { key: encodeURIComponent(key).replaceAll("%20", "+"), ...(versionId === null ? {} : { versionId }) },
        },
      },
    ],
  };
}
