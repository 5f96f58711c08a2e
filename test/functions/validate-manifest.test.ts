import { beforeEach, describe, expect, test } from "@jest/globals";
import { Contract } from "../../contract/contract.js";
import { validateManifest } from "../../functions/validate-manifest/validate.js";
import { BatchFile } from "../../run-folder/batch.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf, folder, sampleContract } from "./samples.js";

const key = `${folder}_manifest.json`;
const url = (name: string) => `s3://landing/${folder}${name}`;
let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

const land = (entries: readonly unknown[], at = key, time?: Date) =>
  store.put("landing", at, JSON.stringify({ entries }), time);

function validate(
  options: { dataset?: string; key?: string; bucket?: string; versionId?: string; force?: boolean } = {},
  contract = sampleContract(),
) {
  const deployment = {
    source: "usgs",
    buckets: { landing: "landing", processed: "processed" },
    contracts: { quakes: contract },
    inspection: (_: Contract, label: string) => ({
      statements: ["SELECT 1"],
      transaction: true,
      label,
      timeoutSeconds: 900,
      results: true,
    }),
  };
  return validateManifest(store, deployment, {
    dataset: options.dataset ?? "quakes",
    manifest: { bucket: options.bucket ?? "landing", key: options.key ?? key, versionId: options.versionId },
    force: options.force ?? false,
    execution: { id: "arn:x", name: "quakes-2026112205-aaaa" },
  });
}

const read = (uri: string): unknown => JSON.parse(store.text("processed", uri.replace("s3://processed/", "")) ?? "");

describe("a manifest that is right", () => {
  test("is pinned: every file with its version and length, the contract, the batch's names", async () => {
    const a = store.put("landing", `${folder}a.json`, "12345");
    const manifest = land([
      { url: url("a.json"), meta: { content_length: 5, record_count: 2, sha256: "0".repeat(64) } },
      { url: url("gone.json"), mandatory: false },
    ]);
    const output = await validate({ force: true });
    expect(output.batch.revision).toMatch(/^20261122T061500Z-0000-[0-9a-f]{8}$/);
    expect(output.batch.place).toBe(`2026-11-22T05/${output.batch.revision}/${output.batch.batchId}`);
    expect(output).toMatchObject({
      conversion: {
        engine: "glue",
        mayHandOver: false,
        partitionFolder: "s3://landing/quakes/2026/11/22/05/",
        outputFolder: output.batch.runFolder,
      },
      inspection: { statements: ["SELECT 1"], transaction: true, results: true },
    });
    expect(Contract.parse(read(output.batch.contractFile))).toEqual(sampleContract());
    expect(BatchFile.parse(read(output.batch.batchFile))).toMatchObject({
      partition_start: "2026-11-22T05:00:00Z",
      manifest: { version_id: manifest.versionId, etag: manifest.etag, last_modified: "2026-11-22T06:15:00.000Z" },
      force: true,
      files: [
        {
          key: `${folder}a.json`,
          version_id: a.versionId,
          etag: a.etag,
          content_length: 5,
          record_count: 2,
          sha256: "0".repeat(64),
        },
      ],
      left_out: [`${folder}gone.json`],
    });
  });

  test("the version that the event named is read, even when a newer one is there", async () => {
    store.put("landing", `${folder}a.json`, "1");
    const first = land([{ url: url("a.json") }]);
    land([{ url: url("b.json") }]);
    const { batch } = await validate({ versionId: first.versionId ?? "" });
    expect(BatchFile.parse(read(batch.batchFile)).files).toHaveLength(1);
  });

  test("versions of one second are ordered by S3's list, and seconds before ordinals", async () => {
    const time = (second: number) => new Date(`2026-11-22T06:15:0${second}Z`);
    const versions = [land([], key, time(0)), land([], key, time(1)), land([], key, time(1)), land([], key, time(2))];
    const revisions: string[] = [];
    for (const { versionId } of versions) {
      revisions.push((await validate({ versionId: versionId ?? "" })).batch.revision);
    }
    expect(revisions.map((revision) => revision.slice(9, 21))).toEqual([
      "061500Z-0000",
      "061501Z-0000",
      "061501Z-0001",
      "061502Z-0000",
    ]);
    expect([...revisions].sort()).toEqual(revisions);
  });

  test("an earlier revision reads its own files, also after a later one replaced them under the same names", async () => {
    const time = (second: number) => new Date(`2026-11-22T06:15:0${second}Z`);
    const old = store.put("landing", `${folder}a.json`, "12345", time(0));
    const first = land([{ url: url("a.json"), meta: { content_length: 5 } }], key, time(1));
    const fresh = store.put("landing", `${folder}a.json`, "123456789", time(1));
    const second = land([{ url: url("a.json"), meta: { content_length: 9 } }], key, time(2));
    const versionIn = async (manifest: typeof first) => {
      const { batch } = await validate({ versionId: manifest.versionId ?? "" });
      return BatchFile.parse(read(batch.batchFile)).files.map((file) => file.version_id);
    };
    expect(await versionIn(first)).toEqual([old.versionId]);
    expect(await versionIn(second)).toEqual([fresh.versionId]);
  });

  test("an earlier revision whose file came only after it is refused", async () => {
    const first = land([{ url: url("a.json") }], key, new Date("2026-11-22T06:15:00Z"));
    store.put("landing", `${folder}a.json`, "1", new Date("2026-11-22T06:15:05Z"));
    land([{ url: url("a.json") }], key, new Date("2026-11-22T06:15:06Z"));
    const error = await errorOf(() => validate({ versionId: first.versionId ?? "" }));
    expect(error.name).toBe("FileMissing");
  });

  test("an empty hour is valid for an upsert", async () => {
    land([]);
    expect(BatchFile.parse(read((await validate()).batch.batchFile)).files).toEqual([]);
  });

  test("a composed manifest lies in the processed bucket and lists the landing folder", async () => {
    store.put("landing", `${folder}a.json`, "1");
    store.put("processed", `manifests/${key}`, JSON.stringify({ entries: [{ url: url("a.json") }] }));
    const { batch } = await validate({ bucket: "processed", key: `manifests/${key}` });
    expect(BatchFile.parse(read(batch.batchFile)).files).toHaveLength(1);
  });

  test("a manifest deeper in the folder lists files beside it only", async () => {
    store.put("landing", `${folder}a.json`, "1");
    land([{ url: url("a.json") }], `${folder}deep/x.manifest.json`);
    const error = await errorOf(() => validate({ key: `${folder}deep/x.manifest.json` }));
    expect(error.name).toBe("ManifestInvalid");
    expect(error.message).toContain(`outside the manifest's folder s3://landing/${folder}deep/`);
  });
});

describe("refusals", () => {
  test("DatasetUnknown names the folder and the nearest dataset", async () => {
    const error = await errorOf(() => validate({ dataset: "quaks", key: "quaks/2026/11/22/05/_manifest.json" }));
    expect(error.name).toBe("DatasetUnknown");
    expect(error.message).toContain("'quaks' (folder s3://landing/quaks/); did you mean 'quakes'?");
  });

  test.each([
    ["another bucket", { bucket: "other" }, /is not in the landing bucket 'landing'/],
    ["the processed bucket outside manifests/", { bucket: "processed" }, /is not in the landing bucket/],
    [
      "no partition folder",
      { key: "quakes/_manifest.json" },
      /not in the folder of an hour of quakes.*quakes\/2026\/11\/22\/05\//,
    ],
    ["an hour that does not exist", { key: "quakes/2026/11/22/24/_manifest.json" }, /not in the folder of an hour/],
    ["a day folder for an hourly dataset", { key: "quakes/2026/11/22/_manifest.json" }, /not in the folder of an hour/],
    [
      "a folder of another dataset",
      { key: "days/2026/11/22/05/_manifest.json" },
      /not in the folder of an hour of quakes/,
    ],
    ["another name", { key: `${folder}list.json` }, /does not end in manifest\.json/],
  ])("ManifestInvalid: %s", async (_name, options, message) => {
    const error = await errorOf(() => validate(options));
    expect(error.name).toBe("ManifestInvalid");
    expect(error.message).toMatch(message);
  });

  test("ManifestInvalid: a refresh takes only the manifest of the whole folder", async () => {
    const refresh = sampleContract({ mode: "swap", key: [] });
    const error = await errorOf(() => validate({ key: `${folder}late-1.manifest.json` }, refresh));
    expect(error.name).toBe("ManifestInvalid");
    expect(error.message).toContain("_manifest.json or manifest.json");
    const deeper = await errorOf(() => validate({ key: `${folder}deep/_manifest.json` }, refresh));
    expect(deeper.name).toBe("ManifestInvalid");
  });

  test("FileMissing: the manifest itself, or a version of it", async () => {
    expect((await errorOf(() => validate())).name).toBe("FileMissing");
    land([]);
    expect((await errorOf(() => validate({ versionId: "v99" }))).name).toBe("FileMissing");
  });

  test("FileMissing names the files and what to do", async () => {
    land([{ url: url("a.json") }, { url: url("b.json"), mandatory: true }]);
    const error = await errorOf(() => validate());
    expect(error.name).toBe("FileMissing");
    expect(error.message).toContain(`lists 2 file(s) that do not exist: ${url("a.json")}; ${url("b.json")}`);
    expect(error.message).toContain("Upload the files first");
  });

  test("FileMismatch names both lengths", async () => {
    store.put("landing", `${folder}a.json`, "12345");
    land([{ url: url("a.json"), meta: { content_length: 6 } }]);
    const error = await errorOf(() => validate());
    expect(error.name).toBe("FileMismatch");
    expect(error.message).toContain("content_length is 6, but the file has 5 bytes");
  });

  test("EmptyRefresh, unless the contract allows it", async () => {
    land([{ url: url("gone.json"), mandatory: false }]);
    expect((await errorOf(() => validate({}, sampleContract({ mode: "replace", key: [] })))).name).toBe("EmptyRefresh");
    const { batch } = await validate({}, sampleContract({ mode: "replace", key: [], allow_empty: true }));
    expect(read(batch.batchFile)).toMatchObject({ files: [] });
  });

  test("a refusal writes nothing", async () => {
    land([{ url: url("a.json") }]);
    await errorOf(() => validate());
    expect(store.keys("processed")).toEqual([]);
  });
});
