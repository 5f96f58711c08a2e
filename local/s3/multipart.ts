import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AwsError, type Clock, type Operation, type Shape } from "../call/call.js";
import { optionalNumber, optionalShape, optionalShapes, optionalText, requiredText } from "../call/input.js";
import { readJsonFile, writeFileWhole } from "../persistence/files.js";
import type { Bucket } from "./bucket.js";
import type { Buckets } from "./buckets.js";
import { CHECKSUM_MEMBERS, compositeChecksum, digestFile } from "./checksums.js";
import { checkKey } from "./keys.js";
import { checkMembers, KEPT_HEADERS, keptHeaders, userMetadata } from "./members.js";
import { bodyFile, written } from "./object-writes.js";

const LEAST_PART_BYTES = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;

const Upload = z.object({
  key: z.string(),
  startedAt: z.number(),
  headers: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.string()),
  checksumMember: z.string().nullable(),
});
type Upload = z.infer<typeof Upload>;

const Part = z.object({
  number: z.number(),
  etag: z.string(),
  size: z.number(),
  file: z.string(),
  at: z.number(),
  checksum: z.string().nullable(),
});
type Part = z.infer<typeof Part>;

/** Multipart uploads. Each is a folder in the bucket's `uploads`: `upload.json`, and for each part its bytes and a JSON
 * file that is written after them, so that an upload goes on after a restart. */
export function multipartOperations(buckets: Buckets, clock: Clock): Readonly<Record<string, Operation>> {
  return {
    CreateMultipartUpload: async (input) => createUpload(buckets, clock, input),
    UploadPart: (input) => uploadPart(buckets, clock, input),
    CompleteMultipartUpload: (input) => completeUpload(buckets, input),
    AbortMultipartUpload: async (input) => {
      checkMembers(input, ["Bucket", "Key", "UploadId"], buckets.accountId);
      rmSync(openUpload(buckets, input).folder, { recursive: true, force: true });
      return {};
    },
  };
}

function createUpload(buckets: Buckets, clock: Clock, input: Shape): Shape {
  checkMembers(input, ["Bucket", "Key", "Metadata", "ChecksumType", ...KEPT_HEADERS], buckets.accountId);
  const bucket = buckets.get(input);
  const key = requiredText(input, "Key");
  checkKey(key);
  const algorithm = optionalText(input, "ChecksumAlgorithm");
  if (input.ChecksumType === "FULL_OBJECT") {
    throw new AwsError(
      "NotImplemented",
      "not supported in the local account: s3 ChecksumType FULL_OBJECT of a multipart upload; see the README of local-account",
      { statusCode: 501 },
    );
  }
  const id = randomBytes(24).toString("hex");
  const folder = join(bucket.uploads, id);
  mkdirSync(folder, { recursive: true });
  const upload: Upload = {
    key,
    startedAt: clock.now(),
    headers: keptHeaders(input),
    metadata: userMetadata(input),
    checksumMember: algorithm === undefined ? null : `Checksum${algorithm}`,
  };
  writeFileWhole(join(folder, "upload.json"), JSON.stringify(upload));
  return {
    Bucket: bucket.settings.name,
    Key: key,
    UploadId: id,
    ServerSideEncryption: "AES256",
    ...(algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm, ChecksumType: "COMPOSITE" }),
  };
}

function openUpload(
  buckets: Buckets,
  input: Shape,
): { readonly bucket: Bucket; readonly folder: string; readonly upload: Upload } {
  const bucket = buckets.get(input);
  const id = requiredText(input, "UploadId");
  const folder = join(bucket.uploads, id);
  const isSound = /^[0-9a-f]{48}$/.test(id) && existsSync(join(folder, "upload.json"));
  const upload = isSound ? Upload.parse(readJsonFile(join(folder, "upload.json"))) : undefined;
  if (upload === undefined || upload.key !== input.Key) {
    throw new AwsError(
      "NoSuchUpload",
      "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed.",
      { statusCode: 404 },
    );
  }
  return { bucket, folder, upload };
}

async function uploadPart(buckets: Buckets, clock: Clock, input: Shape): Promise<Shape> {
  checkMembers(input, ["Bucket", "Key", "UploadId", "PartNumber", "Body", ...CHECKSUM_MEMBERS], buckets.accountId);
  const { bucket, folder, upload } = openUpload(buckets, input);
  const { path } = await bodyFile(bucket, input.Body);
  return storePart(clock, folder, upload, input, path);
}

async function storePart(clock: Clock, folder: string, upload: Upload, input: Shape, path: string): Promise<Shape> {
  const number = optionalNumber(input, "PartNumber") ?? 0;
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) {
    throw new AwsError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  }
  const algorithm = upload.checksumMember?.replace("Checksum", "");
  const digests = await digestFile(path, { ...input, ChecksumAlgorithm: input.ChecksumAlgorithm ?? algorithm });
  const file = join(folder, `${randomBytes(8).toString("hex")}.bytes`);
  renameSync(path, file);
  const part: Part = {
    number,
    etag: digests.md5,
    size: digests.size,
    file,
    at: clock.now(),
    checksum: digests.checksum?.value ?? null,
  };
  writeFileWhole(join(folder, `part-${number}.json`), JSON.stringify({ ...part, file: file.slice(folder.length + 1) }));
  return {
    ETag: `"${part.etag}"`,
    ServerSideEncryption: "AES256",
    ...(digests.checksum === null ? {} : { [digests.checksum.member]: digests.checksum.value }),
  };
}

function partsOf(folder: string): readonly Part[] {
  return readdirSync(folder)
    .filter((name) => /^part-\d+\.json$/.test(name))
    .map((name) => Part.parse(readJsonFile(join(folder, name))))
    .map((part) => ({ ...part, file: join(folder, part.file) }))
    .sort((a, b) => a.number - b.number);
}

/** The parts that the request lists, in its order. @throws AwsError InvalidPart, InvalidPartOrder, EntityTooSmall */
function chosenParts(folder: string, input: Shape): readonly Part[] {
  const stored = new Map(partsOf(folder).map((part) => [part.number, part]));
  const listed = optionalShapes(optionalShape(input, "MultipartUpload") ?? {}, "Parts");
  if (listed.length === 0) throw new AwsError("MalformedXML", "You must specify at least one part");
  let previous = 0;
  const parts = listed.map((entry) => {
    const number = optionalNumber(entry, "PartNumber") ?? 0;
    const part = stored.get(number);
    const etag = optionalText(entry, "ETag")?.replaceAll('"', "");
    if (part === undefined || part.etag !== etag) {
      throw new AwsError(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    if (number <= previous)
      throw new AwsError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    previous = number;
    return part;
  });
  if (parts.slice(0, -1).some((part) => part.size < LEAST_PART_BYTES)) {
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  }
  return parts;
}

async function completeUpload(buckets: Buckets, input: Shape): Promise<Shape> {
  checkMembers(
    input,
    [
      "Bucket",
      "Key",
      "UploadId",
      "MultipartUpload",
      "IfMatch",
      "IfNoneMatch",
      "ChecksumType",
      "MpuObjectSize",
      ...CHECKSUM_MEMBERS,
    ],
    buckets.accountId,
  );
  const { bucket, folder, upload } = openUpload(buckets, input);
  const conditions = { ifMatch: optionalText(input, "IfMatch"), ifNoneMatch: optionalText(input, "IfNoneMatch") };
  bucket.checkConditions(upload.key, conditions);
  const parts = chosenParts(folder, input);
  const path = bucket.temporaryFile();
  await writeFile(path, "");
  for (const part of parts) await pipeline(createReadStream(part.file), createWriteStream(path, { flags: "a" }));
  const md5 = createHash("md5");
  for (const part of parts) md5.update(Buffer.from(part.etag, "hex"));
  const etag = `${md5.digest("hex")}-${parts.length}`;
  const member = upload.checksumMember;
  const sums = parts.flatMap((part) => (part.checksum === null ? [] : [part.checksum]));
  const checksum =
    member !== null && sums.length === parts.length
      ? { member, value: compositeChecksum(member, sums), type: "COMPOSITE" as const }
      : null;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const object = {
    key: upload.key,
    digests: { md5: etag, size, checksum },
    headers: upload.headers,
    metadata: upload.metadata,
    partSizes: parts.map((part) => part.size),
    etag,
    event: "ObjectCreated:CompleteMultipartUpload",
  };
  const version = await bucket.add({ path, move: true }, object, conditions);
  rmSync(folder, { recursive: true, force: true });
  return {
    Bucket: bucket.settings.name,
    Key: upload.key,
    Location: `/${bucket.settings.name}/${upload.key}`,
    ...written(version),
  };
}
