import { compileContract } from "../../contract/compile.js";
import type { Contract, Load } from "../../contract/contract.js";
import { definitionVersion } from "../../contract/definition.js";
import { DatasetFile } from "../../contract/schema.js";
import type { Batch, BatchFile } from "../../run-folder/batch.js";
import type { Report } from "../../run-folder/report.js";

export function sampleContract(load: Partial<Load> = {}): Contract {
  const contract = compileContract(
    DatasetFile.parse({
      dataset: "quakes",
      source: "usgs",
      partition: "hour",
      format: { type: "json" },
      columns: [{ name: "id", type: "varchar(32)", required: true }],
      table: { name: "seismic.quakes" },
      load: { mode: "upsert", key: ["id"] },
    }),
  );
  return { ...contract, load: { ...contract.load, ...load } };
}

export const folder = "quakes/2026/11/22/05/";
export const runFolder = "runs/quakes/2026-11-22T05/b1/r1/quakes-2026112205-aaaa/";

export function sampleBatchFile(change: Partial<BatchFile> = {}): BatchFile {
  return {
    version: 1,
    dataset: "quakes",
    source: "usgs",
    partition: "2026-11-22T05",
    partition_start: "2026-11-22T05:00:00Z",
    batch_id: "b1",
    revision: "r1",
    place: "2026-11-22T05/r1/b1",
    manifest: {
      bucket: "landing",
      key: `${folder}_manifest.json`,
      version_id: "v9",
      etag: '"e9"',
      last_modified: "2026-11-22T06:15:00.000Z",
    },
    execution: "quakes-2026112205-aaaa",
    force: false,
    files: [
      {
        bucket: "landing",
        key: `${folder}a.json`,
        version_id: "v1",
        etag: '"e1"',
        content_length: 10,
        record_count: 6,
        sha256: null,
      },
      {
        bucket: "landing",
        key: `${folder}b.json`,
        version_id: "v2",
        etag: '"e2"',
        content_length: 20,
        record_count: null,
        sha256: null,
      },
    ],
    left_out: [],
    engine: "glue",
    engine_why: "the contract says so",
    contract: `s3://processed/${runFolder}contract.json`,
    ...change,
  };
}

export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    version: 1,
    dataset: "quakes",
    partition: "2026-11-22T05",
    batch_id: "b1",
    revision: "r1",
    place: "2026-11-22T05/r1/b1",
    run_id: "jr_1",
    engine: "glue",
    handed_over: null,
    verdict: null,
    counts: { read: 10, written: 7, deduplicated: 2, rejected: 1 },
    rejected_by_code: { wrong_type: 1 },
    files: [
      { key: `${folder}a.json`, read: 6, written: 5, deduplicated: 1, rejected: 0, form: {} },
      { key: `${folder}b.json`, read: 4, written: 2, deduplicated: 1, rejected: 1, form: {} },
    ],
    output: [{ key: `${runFolder}jr_1/part-0.parquet`, content_length: 100, rows: 7 }],
    rejects: [{ key: `${runFolder}jr_1/rejected/part-0.json`, content_length: 50, rows: 1 }],
    replayed: [],
    order_by: null,
    rescued: null,
    warnings: [],
    hints: [],
    protection: null,
    seconds: { total: 12 },
    copy_manifest: `s3://processed/${runFolder}jr_1/copy-manifest.json`,
    ...change,
  };
}

export const sampleBatch: Batch = {
  definition: definitionVersion,
  execution: "arn:aws:states:eu-west-1:000000000000:execution:demo-usgs-load-partition:quakes-2026112205-aaaa",
  dataset: "quakes",
  source: "usgs",
  partition: "2026-11-22T05",
  batchId: "b1",
  revision: "r1",
  place: "2026-11-22T05/r1/b1",
  runFolder: `s3://processed/${runFolder}`,
  batchFile: `s3://processed/${runFolder}batch.json`,
  contractFile: `s3://processed/${runFolder}contract.json`,
};

/** The refusal (or other error) that `work` ends with. */
export async function errorOf(work: () => unknown): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw error;
  }
  throw new Error("expected an error, and none came");
}
