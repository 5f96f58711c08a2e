import { describe, expect, test } from "@jest/globals";
import { readManifest } from "../../contract/manifest.js";
import { errorOf } from "../functions/samples.js";

const place = { url: "s3://landing/q/2026/11/22/05/_manifest.json", bucket: "landing", folder: "q/2026/11/22/05/" };
const read = (value: unknown) => readManifest(new TextEncoder().encode(JSON.stringify(value)), place);
const url = (name: string) => `s3://landing/q/2026/11/22/05/${name}`;

describe("a manifest that is right", () => {
  test("gives its files with what it says of them; unknown members are passed over", () => {
    const sha256 = "AB".repeat(32);
    const files = read({
      made_by: "someone",
      entries: [
        { url: url("a.json"), mandatory: true, meta: { content_length: 3, record_count: 2, sha256, rows: 9 }, tag: 1 },
        { url: url("deep/er/b b+%7B{}.json"), mandatory: false },
      ],
    });
    expect(files).toEqual([
      {
        bucket: "landing",
        key: "q/2026/11/22/05/a.json",
        mandatory: true,
        contentLength: 3,
        recordCount: 2,
        sha256: sha256.toLowerCase(),
      },
      {
        bucket: "landing",
        key: "q/2026/11/22/05/deep/er/b b+%7B{}.json",
        mandatory: false,
        contentLength: null,
        recordCount: null,
        sha256: null,
      },
    ]);
  });

  test("may list nothing, and may begin with a byte order mark", () => {
    expect(readManifest(new TextEncoder().encode('\ufeff{"entries": []}'), place)).toEqual([]);
  });
});

describe("a manifest that is wrong is ManifestInvalid, and says where", () => {
  test.each<[string, unknown, RegExp]>([
    ["no object", [], /the manifest: .*expected object/],
    ["no entries", { files: [] }, /entries: /],
    ["an entry without url", { entries: [{ url: url("a") }, {}] }, /entries\[1\]\.url: /],
    [
      "a length that is no number",
      { entries: [{ url: url("a"), meta: { content_length: "3" } }] },
      /entries\[0\]\.meta\.content_length/,
    ],
    ["a negative count", { entries: [{ url: url("a"), meta: { record_count: -1 } }] }, /record_count/],
    ["a sha256 of another form", { entries: [{ url: url("a"), meta: { sha256: "abc" } }] }, /64 hex characters/],
    ["another bucket", { entries: [{ url: "s3://other/q/2026/11/22/05/a" }] }, /bucket 'other', expected 'landing'/],
    ["another folder", { entries: [{ url: "s3://landing/q/2026/11/22/06/a" }] }, /outside the manifest's folder/],
    ["no s3 URL", { entries: [{ url: "https://landing/a" }] }, /is not an s3:\/\/bucket\/key/],
    [
      "a file twice",
      { entries: [{ url: url("a") }, { url: url("a") }] },
      /entries\[1\]\.url: .* already listed as entries\[0\]/,
    ],
    ["a manifest as data", { entries: [{ url: url("late.manifest.json") }] }, /is a manifest/],
    ["the folder itself", { entries: [{ url: url("") }] }, /the folder itself/],
  ])("%s", async (_name, value, message) => {
    const error = await errorOf(() => read(value));
    expect(error.name).toBe("ManifestInvalid");
    expect(error.message).toMatch(message);
    expect(error.message).toContain(place.url);
    expect(error.message).toMatch(/write the manifest again\.$/);
  });

  test.each([
    ["text that is not JSON", new TextEncoder().encode("entries: []")],
    ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d)],
    ["an empty file", new Uint8Array()],
  ])("%s", async (_name, content) => {
    const error = await errorOf(() => readManifest(content, place));
    expect(error.name).toBe("ManifestInvalid");
    expect(error.message).toMatch(/is not JSON in UTF-8 .*Write the manifest again/);
  });

  test("many problems are counted, the first five shown", async () => {
    const entries = Array.from({ length: 8 }, (_, i) => ({ url: `s3://other/${i}` }));
    const { message } = await errorOf(() => read({ entries }));
    expect(message).toContain("entries[4].url");
    expect(message).not.toContain("entries[5].url");
    expect(message).toContain("and 3 more");
  });
});
