import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Load } from "../../contract/contract.js";
import { definitionVersion } from "../../contract/definition.js";
import { readInput } from "../../functions/validate-manifest/input.js";
import { validateManifest } from "../../functions/validate-manifest/validate.js";
import { BatchFile } from "../../run-folder/batch.js";
import { parseS3Uri } from "../../run-folder/s3-uri.js";
import { MemoryStore } from "./memory-store.js";
import { errorOf, sampleBatchFile, sampleContract, sampleReport } from "./samples.js";

const batchId = "0123456789abcdef0123456789abcdef";
const revision = "20261122T061500Z-0000-1a2b3c4d";
const folder = `runs/quakes/2026-11-22T05/${batchId}/${revision}/quakes-2026112205-aaaa/`;
const run = `${folder}jr_1/`;

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
  const files = sampleBatchFile().files.map((file, at) => {
    const { versionId, etag } = store.put("landing", file.key, "x".repeat(10 * (at + 1)));
    return { ...file, version_id: versionId, etag };
  });
  const batch = { ...sampleBatchFile({ files }), batch_id: batchId, revision };
  store.put("processed", `${folder}batch.json`, JSON.stringify(batch));
  store.put("processed", `${run}report.json`, JSON.stringify(sampleReport()));
});

async function validate(asked: object = {}, load: Partial<Load> = {}) {
  const request = {
    dataset: "quakes",
    manifest: { bucket: "landing", key: "quakes/2026/11/22/05/_manifest.json" },
    partition: "2026-11-22T05",
    batch: batchId,
    replay: { run },
    ...asked,
  };
  const deployment = {
    source: "usgs",
    buckets: { landing: "landing", processed: "processed" },
    contracts: { quakes: sampleContract(load) },
    inspection: () => ({ statements: ["SELECT 1"], transaction: true, label: "x", timeoutSeconds: 1 }),
  };
  const execution = { id: "arn:x", name: "quakes-replay" };
  return validateManifest(store, deployment, readInput({ definition: definitionVersion, execution, request }));
}

const batchFileOf = async (uri: string) => {
  const { bucket, key } = parseS3Uri(uri);
  const found = await store.read(bucket, key);
  return BatchFile.parse(JSON.parse(new TextDecoder().decode(found?.content)));
};

describe("a replay", () => {
  test("stands in the batch's own place, under a revision right behind the one that was loaded", async () => {
    const { batch } = await validate();
    expect(batch).toMatchObject({
      partition: "2026-11-22T05",
      batchId,
      revision: `${revision}.r001`,
      place: "2026-11-22T05/r1/b1",
    });
    const file = await batchFileOf(batch.batchFile);
    expect(file.files.map(({ key, version_id, record_count }) => [key, version_id !== null, record_count])).toEqual([
      ["quakes/2026/11/22/05/a.json", true, null],
      ["quakes/2026/11/22/05/b.json", true, null],
    ]);
    expect(file.replay).toEqual({
      run,
      rejects: sampleReport().rejects.map(({ key }) => key),
      records: { "quakes/2026/11/22/05/a.json": 6, "quakes/2026/11/22/05/b.json": 4 },
    });
  });

  test("of a replay: the number counts up, and the files' records are those of the load", async () => {
    const { batch } = await validate();
    const second = `${parseS3Uri(batch.runFolder).key}jr_2/`;
    store.put("processed", `${second}report.json`, JSON.stringify({ ...sampleReport(), files: [] }));
    const next = await validate({ replay: { run: second } });
    expect(next.batch.revision).toBe(`${revision}.r002`);
    expect((await batchFileOf(next.batch.batchFile)).replay?.records).toEqual({
      "quakes/2026/11/22/05/a.json": 6,
      "quakes/2026/11/22/05/b.json": 4,
    });
  });

  test.each([
    ["by force", { force: true }, {}, "ManifestInvalid", "cannot be forced"],
    ["of a refresh", {}, { mode: "replace" }, "ManifestInvalid", "uses mode: replace"],
    [
      "of no conversion",
      { replay: { run: "runs/quakes/x/" } },
      {},
      "ManifestInvalid",
      "is not the folder of a conversion",
    ],
    ["of a run that is gone", { replay: { run: run.replace("jr_1", "jr_9") } }, {}, "FileMissing", "retention.runs"],
  ] as const)("%s", async (_, asked, load, name, text) => {
    expect(await errorOf(() => validate(asked, load as Partial<Load>))).toMatchObject({
      name,
      message: expect.stringContaining(text),
    });
  });

  test("a file of which the version is kept no more", async () => {
    const batch = sampleBatchFile();
    const files = batch.files.map((file) => ({ ...file, version_id: "v99", etag: '"gone"' }));
    store.put("processed", `${folder}batch.json`, JSON.stringify({ ...batch, batch_id: batchId, revision, files }));
    expect(await errorOf(() => validate())).toMatchObject({
      name: "FileMissing",
      message: expect.stringMatching(/a\.json and 1 more files of the batch: the loaded version no longer exists/),
    });
  });
});
