import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type OpenAccount, openAccount } from "../../account.js";
import { FileBody, type Shape } from "../../call/call.js";
import { compareKeys, encodeKey, fileNameOf, folderOfKey } from "../../s3/keys.js";
import { temporaryFolder, writeAssembly } from "../account/small-assembly.js";

const bucket = (name: string, versioned: boolean) => ({
  Type: "AWS::S3::Bucket",
  Properties: { BucketName: name, ...(versioned ? { VersioningConfiguration: { Status: "Enabled" } } : {}) },
});
const assemblyFolder = writeAssembly({
  resources: { Versioned: bucket("versioned", true), Plain: bucket("plain", false) },
});
const stateFolder = temporaryFolder();
let account: OpenAccount;

beforeAll(async () => {
  account = await openAccount({ assemblyFolder, stateFolder });
});
afterAll(() => account.close());

const s3 = (operation: string, input: Shape): Promise<Shape> =>
  account.call({ service: "s3", operation, input, principal: account.root });
const put = (Key: string, Body = "x", more: Shape = {}) => s3("PutObject", { Bucket: "versioned", Key, Body, ...more });

function fileOf(output: Shape): FileBody {
  if (!(output.Body instanceof FileBody)) throw new Error("no body");
  return output.Body;
}

const textOf = async (input: Shape) => fileOf(await s3("GetObject", input)).text();

describe("keys", () => {
  const keys = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 300 })
    .filter((key) => Buffer.byteLength(key) <= 1024);

  test("sort as their UTF-8 bytes do", () => {
    fc.assert(
      fc.property(
        keys,
        keys,
        (a, b) => Math.sign(compareKeys(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ),
    );
  });

  test("become paths that any file system takes and no glob expands", () => {
    fc.assert(
      fc.property(keys, (key) => {
        const path = join("objects", folderOfKey(key), fileNameOf(key, "A".repeat(32)));
        expect(path).toMatch(/^objects\/[A-Za-z0-9~._@/-]+$/);
        expect(path.split("/").every((part) => part.length <= 255 && part !== "." && part !== "..")).toBe(true);
      }),
    );
  });

  test("are form-encoded in events, with their slashes", () => {
    expect(encodeKey("a b/c+d=é(1)!*~")).toBe("a+b/c%2Bd%3D%C3%A9%281%29%21*~");
  });
});

describe("versions", () => {
  test("each is a file of its own that can be read by path", async () => {
    const first = await put("k.parquet", "one");
    await put("k.parquet", "two");
    const old = fileOf(await s3("GetObject", { Bucket: "versioned", Key: "k.parquet", VersionId: first.VersionId }));
    expect(readFileSync(old.path, "utf8")).toBe("one");
    expect(old.path.endsWith(".parquet")).toBe(true);
    expect(await textOf({ Bucket: "versioned", Key: "k.parquet" })).toBe("two");
  });

  test("a delete hides, a delete of the marker brings back", async () => {
    await put("hidden");
    const marker = await s3("DeleteObject", { Bucket: "versioned", Key: "hidden" });
    expect(marker).toEqual({ DeleteMarker: true, VersionId: expect.any(String) });
    await expect(s3("GetObject", { Bucket: "versioned", Key: "hidden" })).rejects.toMatchObject({
      name: "NoSuchKey",
      members: { DeleteMarker: true },
    });
    await expect(
      s3("GetObject", { Bucket: "versioned", Key: "hidden", VersionId: marker.VersionId }),
    ).rejects.toMatchObject({ name: "MethodNotAllowed", statusCode: 405 });
    await s3("DeleteObject", { Bucket: "versioned", Key: "hidden", VersionId: marker.VersionId });
    expect(await textOf({ Bucket: "versioned", Key: "hidden" })).toBe("x");
    await expect(s3("GetObject", { Bucket: "versioned", Key: "hidden", VersionId: "none" })).rejects.toMatchObject({
      name: "NoSuchVersion",
    });
  });

  test("a bucket without versions keeps the last bytes only", async () => {
    await s3("PutObject", { Bucket: "plain", Key: "k", Body: "one" });
    const before = fileOf(await s3("GetObject", { Bucket: "plain", Key: "k" })).path;
    expect(await s3("PutObject", { Bucket: "plain", Key: "k", Body: "two" })).not.toHaveProperty("VersionId");
    expect(existsSync(before)).toBe(false);
    expect(await s3("DeleteObject", { Bucket: "plain", Key: "k" })).toEqual({});
    expect((await s3("ListObjectVersions", { Bucket: "plain" })).Versions).toEqual([]);
  });
});

describe("conditions and ranges", () => {
  test("If-Match and If-None-Match", async () => {
    const { ETag } = await put("c", "1");
    await expect(put("c", "2", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      statusCode: 412,
    });
    await expect(put("c", "2", { IfMatch: '"0"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(put("c-none", "2", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
    await put("c", "2", { IfMatch: ETag });
    expect(await textOf({ Bucket: "versioned", Key: "c" })).toBe("2");
    await expect(s3("GetObject", { Bucket: "versioned", Key: "c", IfMatch: ETag })).rejects.toMatchObject({
      statusCode: 412,
    });
    const { ETag: now } = await s3("HeadObject", { Bucket: "versioned", Key: "c" });
    await expect(s3("GetObject", { Bucket: "versioned", Key: "c", IfNoneMatch: now })).rejects.toMatchObject({
      statusCode: 304,
    });
  });

  test("of ten writers that must be first, one is", async () => {
    const writes = Array.from({ length: 10 }, (_, index) => put("race", String(index), { IfNoneMatch: "*" }));
    const results = await Promise.allSettled(writes);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
  ])("%s", async (Range, text, ContentRange) => {
    await put("digits", "0123456789");
    const output = await s3("GetObject", { Bucket: "versioned", Key: "digits", Range });
    expect([await fileOf(output).text(), output.ContentRange]).toEqual([text, ContentRange]);
  });

  test("a range beyond the end, a wrong digest and a long key are refused", async () => {
    await expect(s3("GetObject", { Bucket: "versioned", Key: "digits", Range: "bytes=10-" })).rejects.toMatchObject({
      name: "InvalidRange",
      statusCode: 416,
    });
    await expect(put("d", "x", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" })).rejects.toMatchObject({
      name: "BadDigest",
    });
    await expect(put("d", "x", { ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({ name: "BadDigest" });
    await expect(put("k".repeat(1025))).rejects.toMatchObject({ name: "KeyTooLongError" });
    await expect(put("d", "x", { ACL: "public-read" })).rejects.toThrow("not supported in the local account: s3 ACL");
  });

  // The check values of the catalogue of parametrised CRC algorithms, for the text 123456789.
  test.each([
    ["ChecksumCRC32", "cbf43926"],
    ["ChecksumCRC32C", "e3069283"],
    ["ChecksumCRC64NVME", "ae8b14860a799888"],
  ])("%s is computed as everybody does", async (member, hex) => {
    const value = Buffer.from(hex, "hex").toString("base64");
    expect(await put("sum", "123456789", { [member]: value })).toMatchObject({ [member]: value });
  });
});

describe("listing", () => {
  test("pages run through all keys once, in order, with prefixes rolled up", async () => {
    const names = ["l/a/1", "l/a/2", "l/b", "l/c/1", "l/d", "l/é", "l/\u{1f600}", "l/\uffee"];
    for (const name of names) await put(name);
    const found: unknown[] = [];
    let token: unknown;
    do {
      const page: Shape = await s3("ListObjectsV2", {
        Bucket: "versioned",
        Prefix: "l/",
        Delimiter: "/",
        MaxKeys: 2,
        ContinuationToken: token,
      });
      const prefixes = Array.isArray(page.CommonPrefixes) ? page.CommonPrefixes.map(({ Prefix }) => Prefix) : [];
      const keys = Array.isArray(page.Contents) ? page.Contents.map(({ Key }) => Key) : [];
      found.push(...[...prefixes, ...keys].sort());
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(found).toEqual(["l/a/", "l/b", "l/c/", "l/d", "l/é", "l/\uffee", "l/\u{1f600}"]);
  });

  test("versions page through one key's history, newest first", async () => {
    const ids: unknown[] = [];
    for (const text of ["1", "2", "3"]) ids.unshift((await put("v/k", text)).VersionId);
    const first = await s3("ListObjectVersions", { Bucket: "versioned", Prefix: "v/", MaxKeys: 2 });
    const rest = await s3("ListObjectVersions", {
      Bucket: "versioned",
      Prefix: "v/",
      KeyMarker: first.NextKeyMarker,
      VersionIdMarker: first.NextVersionIdMarker,
    });
    const idsOf = ({ Versions }: Shape) => (Array.isArray(Versions) ? Versions.map(({ VersionId }) => VersionId) : []);
    expect([idsOf(first), idsOf(rest)]).toEqual([ids.slice(0, 2), ids.slice(2)]);
  });
});

test("a multipart upload goes on after a restart and checks its parts", async () => {
  const where = { Bucket: "versioned", Key: "parts" };
  const { UploadId } = await s3("CreateMultipartUpload", {
    ...where,
    ChecksumAlgorithm: "CRC32",
    Metadata: { A: "b" },
  });
  const big = Buffer.alloc(5 * 1024 * 1024, "a");
  const one = await s3("UploadPart", { ...where, UploadId, PartNumber: 1, Body: big });
  await account.close();
  account = await openAccount({ assemblyFolder, stateFolder });
  const two = await s3("UploadPart", { ...where, UploadId, PartNumber: 2, Body: "tail" });
  const parts = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ];
  const complete = (Parts: unknown) =>
    s3("CompleteMultipartUpload", { ...where, UploadId, MultipartUpload: { Parts } });
  await expect(complete([...parts].reverse())).rejects.toMatchObject({ name: "InvalidPartOrder" });
  await expect(complete([{ PartNumber: 1, ETag: two.ETag }])).rejects.toMatchObject({ name: "InvalidPart" });
  const done = await complete(parts);
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  expect(await s3("HeadObject", where)).toMatchObject({ ContentLength: big.length + 4, Metadata: { a: "b" } });
  expect(await textOf({ ...where, Range: "bytes=-5" })).toBe("atail");
  await expect(complete(parts)).rejects.toMatchObject({ name: "NoSuchUpload" });
  expect(readdirSync(join(stateFolder, "s3", "versioned", "uploads"))).toEqual([]);
});

test("after a restart everything is as it was", async () => {
  const before = await s3("ListObjectVersions", { Bucket: "versioned" });
  await account.close();
  account = await openAccount({ assemblyFolder, stateFolder });
  expect(await s3("ListObjectVersions", { Bucket: "versioned" })).toEqual(before);
});
