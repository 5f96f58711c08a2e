/** An object's place. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/key` with the key as it is, not encoded. */
export const s3Uri = (bucket: string, key: string) => `s3://${bucket}/${key}`;

/** Reads `s3://bucket/key`; the key may hold any character, and may be empty. @throws S3UriInvalid */
export function parseS3Uri(uri: string): S3Place {
  const match = /^s3:\/\/([^/]+)\/(.*)$/s.exec(uri);
  const [bucket, key] = [match?.[1], match?.[2]];
  if (bucket === undefined || key === undefined) throw new S3UriInvalid(uri);
  return { bucket, key };
}

/** A text that should be an S3 URI is none. */
export class S3UriInvalid extends Error {
  override readonly name = "S3UriInvalid";

  constructor(uri: string) {
    super(`'${uri}' is not of the form s3://bucket/key`);
  }
}
