import "./quiet.js";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { createObjectStore } from "../../functions/shared/object-store.js";
import { errorOf } from "./samples.js";

const s3 = mockClient(S3Client);
const store = createObjectStore(new S3Client({}));
beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(new Error("a call that was not foreseen"));
});

const s3Error = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, message: name, $fault: "client", $metadata: { httpStatusCode } });

describe("object store", () => {
  test("an absent object is undefined; a refused call, or an absent bucket, is not", async () => {
    s3.on(HeadObjectCommand)
      .rejectsOnce(s3Error("NotFound", 404))
      .rejectsOnce(s3Error("Forbidden", 403))
      .rejectsOnce(s3Error("NoSuchBucket", 404));
    expect(await store.head("b", "k")).toBeUndefined();
    expect((await errorOf(() => store.head("b", "k"))).name).toBe("Forbidden");
    expect((await errorOf(() => store.head("b", "k"))).name).toBe("NoSuchBucket");
  });

  test.each([412, 409, 404])("a conditional write that lost (%i) is false", async (status) => {
    s3.on(PutObjectCommand).rejects(s3Error("Lost", status));
    expect(await store.writeJson("b", "k", {}, { ifMatch: '"e"' })).toBe(false);
  });

  test("a write without condition never swallows an error", async () => {
    s3.on(PutObjectCommand).rejects(s3Error("Lost", 412));
    expect((await errorOf(() => store.writeJson("b", "k", {}))).name).toBe("Lost");
  });

  test("a conditional write says its condition", async () => {
    s3.on(PutObjectCommand).resolves({});
    await store.writeJson("b", "k", { a: 1 }, { ifNoneMatch: "*" });
    await store.writeJson("b", "k", { a: 1 }, { ifMatch: '"e"' });
    const inputs = s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input);
    expect(inputs).toMatchObject([{ IfNoneMatch: "*" }, { IfMatch: '"e"' }]);
  });

  test("lists every page", async () => {
    s3.on(ListObjectsV2Command, { ContinuationToken: undefined }).resolves({
      Contents: [{ Key: "a" }],
      NextContinuationToken: "t",
    });
    s3.on(ListObjectsV2Command, { ContinuationToken: "t" }).resolves({ Contents: [{ Key: "b" }] });
    expect(await store.list("b", "")).toEqual(["a", "b"]);
  });

  test("versions of a key leave out longer keys that begin with it", async () => {
    const of = { LastModified: new Date(0), Size: 1, ETag: '"e"' };
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        { Key: "k", VersionId: "v2", ...of },
        { Key: "k", VersionId: "v1", ...of },
        { Key: "k.old", VersionId: "v0", ...of },
      ],
    });
    const found: (string | null)[] = [];
    for await (const { versionId } of store.versions("b", "k")) found.push(versionId);
    expect(found).toEqual(["v2", "v1"]);
  });

  test("versions and delete markers come in one order, newest first", async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 6, 0, second));
    const version = (VersionId: string, second: number) => ({
      ...{ Key: "k", VersionId, LastModified: at(second), Size: 1, ETag: '"e"' },
    });
    const marker = (VersionId: string, second: number, IsLatest = false, Key = "k") => ({
      ...{ Key, VersionId, LastModified: at(second), IsLatest },
    });
    s3.on(ListObjectVersionsCommand, { KeyMarker: undefined }).resolves({
      Versions: [version("v9", 9), version("v5", 5), version("v3", 3)],
      // Of one second the latest is newest; of others a version stands before the marker.
      DeleteMarkers: [marker("m9", 9, true), marker("m7", 7), marker("m5", 5), marker("m2", 2)],
      ...{ IsTruncated: true, NextKeyMarker: "k", NextVersionIdMarker: "m2" },
    });
    s3.on(ListObjectVersionsCommand, { KeyMarker: "k", VersionIdMarker: "m2" }).resolves({
      Versions: [version("v1", 1)],
      DeleteMarkers: [marker("other", 9, true, "k.old")],
    });
    const found: unknown[] = [];
    for await (const { versionId, isDeleted } of store.versions("b", "k")) found.push([versionId, isDeleted]);
    expect(found).toEqual([
      ...[
        ["m9", true],
        ["v9", false],
        ["m7", true],
        ["v5", false],
        ["m5", true],
      ],
      ...[
        ["v3", false],
        ["m2", true],
        ["v1", false],
      ],
    ]);
  });

  test("a copy encodes the source's key but for its slashes", async () => {
    s3.on(CopyObjectCommand).resolves({});
    await store.copy("b", "runs/a b+c%/é.parquet", "data/x.parquet");
    expect(s3.commandCalls(CopyObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: "b",
      Key: "data/x.parquet",
      CopySource: "b/runs/a%20b%2Bc%25/%C3%A9.parquet",
    });
  });

  test("removes a thousand keys a call, and tells when S3 kept one", async () => {
    s3.on(DeleteObjectsCommand)
      .resolvesOnce({})
      .resolvesOnce({ Errors: [{ Key: "x", Code: "AccessDenied" }] });
    const keys = Array.from({ length: 1001 }, (_, i) => String(i));
    expect((await errorOf(() => store.remove("b", keys))).name).toBe("ObjectsNotRemoved");
    const sizes = s3.commandCalls(DeleteObjectsCommand).map((call) => call.args[0].input.Delete?.Objects?.length);
    expect(sizes).toEqual([1000, 1]);
  });
});
