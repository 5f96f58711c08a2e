import type { BucketNames } from "../names.js";
import type { Permission } from "./role.js";

/** What functions may do to objects of a source's buckets. */

export const read = (bucket: BucketNames, ...keys: readonly string[]): Permission => ({
  actions: ["s3:GetObject"],
  resources: keys.map((key) => bucket.keys(key)),
});

/** An execution's input may name a version, and the version that is validated is the one that is loaded. */
export const readVersions = (bucket: BucketNames, ...keys: readonly string[]): Permission => ({
  actions: ["s3:GetObject", "s3:GetObjectVersion"],
  resources: keys.map((key) => bucket.keys(key)),
});

export const write = (bucket: BucketNames, ...keys: readonly string[]): Permission => ({
  actions: ["s3:PutObject"],
  resources: keys.map((key) => bucket.keys(key)),
});

/** Without it S3 answers 403, not 404, for an object that is not there. */
export const noticeAbsence = (bucket: BucketNames): Permission => ({
  actions: ["s3:ListBucket"],
  resources: [bucket.arn],
});
