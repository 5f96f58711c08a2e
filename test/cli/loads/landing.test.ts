import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { land, planLanding } from "../../../cli/loads/landing.js";
import { errorOf, sampleContract } from "../../functions/samples.js";

const s3 = mockClient(S3Client);
const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const now = new Date("2026-11-22T05:59:59Z");
const plan = (files: readonly string[], options: { partition?: string; manifest?: string } = {}, dataset = "quakes") =>
  planLanding([sampleContract()], dataset, files, options, now);
const puts = () => s3.commandCalls(PutObjectCommand).map((call) => call.args[0].input);

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().rejects(new Error("a call that was not foreseen"));
  s3.on(PutObjectCommand).resolves({ VersionId: "v1" });
});

describe("land", () => {
  test("uploads the files first and the manifest last, with lengths and digests", async () => {
    const landed = await land(
      { s3: new S3Client({}) },
      "landing",
      await plan([file("a.json", "{}"), file("b b+.json", "[]")]),
    );
    const keys = puts().map(({ Key }) => Key);
    const own = "quakes/2026/11/22/05/";
    expect(keys).toEqual([`${own}a.json`, `${own}b b+.json`, `${own}_manifest.json`]);
    expect(JSON.parse(String(puts()[2]?.Body)).entries[0]).toEqual({
      url: `s3://landing/${own}a.json`,
      mandatory: true,
      meta: { content_length: 2, sha256: createHash("sha256").update("{}").digest("hex") },
    });
    expect(landed).toEqual({
      folder: `s3://landing/${own}`,
      manifest: { url: `s3://landing/${own}_manifest.json`, key: `${own}_manifest.json`, versionId: "v1" },
      files: [`${own}a.json`, `${own}b b+.json`].map((key) => ({ url: `s3://landing/${key}`, key, versionId: "v1" })),
    });
  });

  test("a manifest made by hand lands under its own name, byte for byte but for {folder}", async () => {
    const content = Buffer.concat([Buffer.from('{"entries":[{"url":"{folder}a.json"}]} '), Buffer.of(0xff, 0xfe)]);
    const manifest = file("late-1.manifest.json", content);
    await land({ s3: new S3Client({}) }, "landing", await plan([], { manifest, partition: "2026-11-21T00" }));
    const [put] = puts();
    expect(put?.Key).toBe("quakes/2026/11/21/00/late-1.manifest.json");
    const expected = '{"entries":[{"url":"s3://landing/quakes/2026/11/21/00/a.json"}]} ';
    expect(put?.Body).toEqual(Buffer.concat([Buffer.from(expected), Buffer.of(0xff, 0xfe)]));
  });
});

describe("what cannot be meant is wrong usage", () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["an unknown dataset", () => plan([file("a", "")], {}, "quaks"), /no dataset 'quaks'.*Did you mean 'quakes'/],
    ["no file", () => plan([]), /Pass the files/],
    [
      "a day for an hourly dataset",
      () => plan([file("a", "")], { partition: "2026-11-22" }),
      /not a partition by hour \(UTC\)/,
    ],
    [
      "an hour that does not exist",
      () => plan([file("a", "")], { partition: "2026-02-30T05" }),
      /not a partition by hour/,
    ],
    ["a file that is not there", () => plan([join(folder, "gone")]), /is not a file/],
    ["a folder", () => plan([folder]), /is not a file/],
    ["two files of one name", () => plan([file("a", ""), join(folder, "x", "a")]), /Two files are named 'a'/],
    ["a manifest among the files", () => plan([file("x.manifest.json", "{}")]), /Land it with --manifest/],
    ["a manifest of another name", () => plan([], { manifest: file("list.json", "{}") }), /ends in manifest\.json/],
  ])("%s", async (_name, work, message) => {
    const error = await errorOf(work);
    expect(error.name).toBe("UsageWrong");
    expect(error.message).toMatch(message);
  });
});
