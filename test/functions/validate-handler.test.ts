import "./quiet.js";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { definitionVersion } from "../../contract/definition.js";
import { handler } from "../../functions/validate-manifest/handler.js";
import { errorOf, folder, sampleContract } from "./samples.js";

const s3 = mockClient(S3Client);
beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  const bundle = mkdtempSync(join(tmpdir(), "sluice-test-"));
  writeFileSync(join(bundle, "contracts.json"), JSON.stringify({ quakes: sampleContract() }));
  Object.assign(process.env, {
    SOURCE: "usgs",
    LANDING_BUCKET: "landing",
    PROCESSED_BUCKET: "processed",
    CONTRACTS: "contracts.json",
    WAREHOUSE_SCHEMA: "sluice",
    LAMBDA_TASK_ROOT: bundle,
  });
});

const execution = { id: "arn:x", name: "quakes-1" };
const key = `${folder}_manifest.json`;

describe("validate-manifest", () => {
  test("reads the contracts of its bundle and asks S3 for just what it needs", async () => {
    const LastModified = new Date("2026-11-22T06:15:00Z");
    const content = new TextEncoder().encode(JSON.stringify({ entries: [{ url: `s3://landing/${folder}a.json` }] }));
    s3.on(GetObjectCommand, { Bucket: "landing", Key: key, VersionId: "v1" }).resolves({
      ContentLength: content.length,
      ETag: '"e"',
      VersionId: "v1",
      LastModified,
      // The SDK's stream, as far as it is used.
      Body: { transformToByteArray: async () => content } as never,
    });
    s3.on(ListObjectVersionsCommand, { Bucket: "landing", Prefix: key }).resolves({
      Versions: [{ Key: key, VersionId: "v1", LastModified, ETag: '"e"', Size: content.length }],
    });
    s3.on(HeadObjectCommand, { Bucket: "landing", Key: `${folder}a.json` }).resolves({
      ContentLength: 5,
      ETag: '"f"',
      LastModified,
    });
    s3.on(PutObjectCommand, { Bucket: "processed" }).resolves({});
    const request = { dataset: "quakes", manifest: { bucket: "landing", key, versionId: "v1" } };
    const output = await handler({ definition: definitionVersion, request, execution });
    expect(output.batch).toMatchObject({ dataset: "quakes", source: "usgs", partition: "2026-11-22T05" });
    expect(output.inspection.statements.length).toBeGreaterThan(0);
    const written = s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input.Key);
    expect(written).toEqual([expect.stringMatching(/contract\.json$/), expect.stringMatching(/batch\.json$/)]);
  });

  test.each([
    ["nothing", {}],
    ["a text", "s3://landing/x"],
    ["a URI in place of bucket and key", { dataset: "quakes", manifest: "s3://landing/x" }],
  ])("an execution that was started with %s is refused, and says what it needs", async (_name, request) => {
    const error = await errorOf(() => handler({ definition: definitionVersion, request, execution }));
    expect(error.name).toBe("Refused");
    expect(JSON.parse(error.message)).toEqual({
      error: "ManifestInvalid",
      message: expect.stringContaining('Start it with {"dataset": "…", "manifest": {"bucket": "…", "key": "…"}}'),
    });
  });
});
