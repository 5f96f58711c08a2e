import { beforeEach, describe, expect, test } from "@jest/globals";
import { validateManifest } from "../../functions/validate-manifest/validate.js";
import { BatchFile } from "../../run-folder/batch.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf, folder, sampleContract } from "./samples.js";

const key = `${folder}_manifest.json`;
const url = (name: string) => `s3://landing/${folder}${name}`;
const second = (count: number) => new Date(Date.UTC(2026, 10, 22, 6, 15, count));
let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

const put = (name: string, text: string, at: number) => store.put("landing", `${folder}${name}`, text, second(at));
const landManifest = (entries: readonly unknown[], at: number) =>
  put("_manifest.json", JSON.stringify({ entries }), at);

async function validate(versionId?: string | null) {
  const { batch } = await validateManifest(
    store,
    {
      source: "usgs",
      buckets: { landing: "landing", processed: "processed" },
      contracts: { quakes: sampleContract() },
      inspection: (_, label) => ({ statements: ["SELECT 1"], transaction: true, label, timeoutSeconds: 900 }),
    },
    {
      dataset: "quakes",
      manifest: { bucket: "landing", key, versionId: versionId ?? undefined },
      force: false,
      execution: { id: "arn:x", name: "quakes-2026112205-aaaa" },
    },
  );
  return BatchFile.parse(JSON.parse(store.text("processed", batch.batchFile.replace("s3://processed/", "")) ?? ""));
}

const pinned = async (versionId?: string | null) => (await validate(versionId)).files.map((file) => file.version_id);

/** The second delivery is under way: part-0 is new; part-1 and the manifest are those of the first. */
function halfDelivered() {
  const first = [put("part-0.json", "old 0", 0), put("part-1.json", "old 1", 0)];
  landManifest([{ url: url("part-0.json") }, { url: url("part-1.json") }], 1);
  put("part-0.json", "new 0", 5);
  return first.map(({ versionId }) => versionId);
}

describe("a batch's files are those of its manifest's moment", () => {
  test("a revision that is loaded while the next is being delivered loads its own files", async () => {
    const first = halfDelivered();
    expect(await pinned()).toEqual(first);
  });

  test("without versions a half-delivered file set is refused, and what lies there is not loaded", async () => {
    store.unversioned.add("landing");
    halfDelivered();
    const error = await errorOf(() => validate());
    expect(error.name).toBe("FileMismatch");
    expect(error.message).toContain(
      `lists 1 file(s) that were overwritten or deleted after it (at 2026-11-22T06:15:01Z), and the bucket keeps no earlier versions: ${url("part-0.json")} at 2026-11-22T06:15:05Z. Upload the files first, then write the manifest again.`,
    );
    expect(store.keys("processed")).toEqual([]);
    put("part-1.json", "new 1", 6);
    landManifest([{ url: url("part-0.json") }, { url: url("part-1.json") }], 7);
    expect((await validate()).files).toHaveLength(2);
  });

  test("one call a file, and the versions only of one that is newer", async () => {
    halfDelivered();
    await validate();
    const looks = store.calls.filter((call) => /^(head|versions) .*part/.test(call));
    expect(looks.sort()).toEqual([
      `head ${folder}part-0.json`,
      `head ${folder}part-1.json`,
      `versions ${folder}part-0.json`,
    ]);
  });

  test("FileMissing: a file that came only after the manifest, with both times", async () => {
    landManifest([{ url: url("a.json") }, { url: url("b.json") }], 0);
    put("a.json", "1", 5);
    const error = await errorOf(() => validate());
    expect(error.name).toBe("FileMissing");
    expect(error.message).toContain(
      `lists 1 file(s) that do not exist: ${url("b.json")}; and 1 file(s) that were written after it (at 2026-11-22T06:15:00Z): ${url("a.json")} at 2026-11-22T06:15:05Z. Upload the files first, then write the manifest again.`,
    );
  });

  test("an optional file that came later was absent", async () => {
    landManifest([{ url: url("a.json"), mandatory: false }], 0);
    put("a.json", "1", 5);
    expect(await validate()).toMatchObject({ files: [], left_out: [`${folder}a.json`] });
  });

  test("an optional file that is newer, without versions: whether it was there is not guessed", async () => {
    store.unversioned.add("landing");
    landManifest([{ url: url("a.json"), mandatory: false }], 0);
    put("a.json", "1", 5);
    expect((await errorOf(() => validate())).name).toBe("FileMismatch");
  });

  test("a file of the manifest's own second is taken as it is, and by its promised length where it has one", async () => {
    put("a.json", "1", 0);
    const same = put("a.json", "22", 1);
    landManifest([{ url: url("a.json") }], 1);
    expect(await pinned()).toEqual([same.versionId]);
    landManifest([{ url: url("a.json"), meta: { content_length: 2 } }], 1);
    put("a.json", "333", 1);
    expect(await pinned()).toEqual([same.versionId]);
  });
});

describe("removed files", () => {
  test("a file that was removed before the manifest stays away from an earlier revision too", async () => {
    put("a.json", "1", 0);
    store.markDeleted("landing", `${folder}a.json`, second(1));
    const first = landManifest([{ url: url("a.json"), mandatory: false }], 2);
    put("a.json", "new", 5);
    landManifest([{ url: url("a.json") }], 6);
    expect(await validate(first.versionId)).toMatchObject({ files: [], left_out: [`${folder}a.json`] });
  });

  test("a mandatory one is missing", async () => {
    put("a.json", "1", 0);
    store.markDeleted("landing", `${folder}a.json`, second(1));
    landManifest([{ url: url("a.json") }], 1);
    expect((await errorOf(() => validate())).name).toBe("FileMissing");
  });

  test("a file that was removed after the manifest is still one of its batch", async () => {
    const { versionId } = put("a.json", "1", 0);
    landManifest([{ url: url("a.json") }], 1);
    store.markDeleted("landing", `${folder}a.json`, second(2));
    expect(await pinned()).toEqual([versionId]);
  });
});

describe("a bucket that was versioned later", () => {
  test("what lay there before is kept beside the versions", async () => {
    store.unversioned.add("landing");
    put("a.json", "1", 0);
    landManifest([{ url: url("a.json") }], 1);
    store.unversioned.clear();
    put("a.json", "22", 5);
    expect(await pinned()).toEqual(["null"]);
  });

  test("a version that is older than an overwritten file of the time without versions is not taken for it", async () => {
    put("a.json", "1", 0);
    store.unversioned.add("landing");
    put("a.json", "22", 2);
    landManifest([{ url: url("a.json") }], 3);
    put("a.json", "333", 5);
    expect((await errorOf(() => validate())).name).toBe("FileMismatch");
  });
});
