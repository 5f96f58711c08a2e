import { z } from "zod";

const Record = z.object({
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), versionId: z.string().nullish(), sequencer: z.string().optional() }),
  }),
});

/** S3 sends this once when a notification is set up; it has no records (F1.4). */
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });
const ObjectEvent = z.object({ Records: z.array(Record).min(1) });

/** The same by EventBridge (F2.2). */
const BridgeEvent = z.object({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), "version-id": z.string().nullish(), sequencer: z.string().optional() }),
  }),
});
const S3Event = z.union([TestEvent, ObjectEvent, BridgeEvent]);

/** One object that S3 tells of: a manifest, a marker or a file. */
export interface LandedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | null;
  /**
   * What tells two writes of the key apart: the version, or the sequencer where the bucket is not versioned. Not the ETag:
   * a manifest or marker that is written again as it was, because its files were replaced, is a new revision.
   */
  readonly version: string;
}

/**
 * Every object of an S3 event, as S3 sends it or as EventBridge does; none for S3's test event.
 * @throws ZodError when it is no S3 event
 */
export function readS3Event(event: unknown): readonly LandedObject[] {
  const parsed = S3Event.parse(event);
  if ("Event" in parsed) return [];
  if ("detail" in parsed) {
    const { bucket, object } = parsed.detail;
    // Not encoded there (F2.3).
    return [landed(bucket.name, object.key, object["version-id"], object.sequencer)];
  }
  return parsed.Records.map(({ s3: { bucket, object } }) =>
    landed(bucket.name, decodeKey(object.key), object.versionId, object.sequencer),
  );
}

const landed = (
  bucket: string,
  key: string,
  versionId: string | null | undefined,
  sequencer: string | undefined,
): LandedObject => ({ bucket, key, versionId: versionId ?? null, version: versionId ?? sequencer ?? "" });

/** Event keys are form-encoded: a blank is `+`, a plus `%2B` (F1.3). */
const decodeKey = (key: string) => decodeURIComponent(key.replaceAll("+", " "));
