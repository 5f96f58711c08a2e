import type { Json } from "../../local/interpreter/index.js";
import type { Script } from "./play.js";

export const input = {
  dataset: "earthquakes",
  manifest: { bucket: "landing", key: "earthquakes/2026/11/22/_manifest.json" },
};
export const batch = {
  dataset: "earthquakes",
  source: "usgs",
  partition: "2026-11-22",
  batchId: "b1",
  revision: "20261122T061500Z-0000-1a2b3c4d",
  place: "p",
  runFolder: "s3://processed/runs/x/",
  batchFile: "s3://processed/runs/x/batch.json",
  contractFile: "s3://processed/runs/x/contract.json",
};
export const payload = (Payload: Json) => ({ ExecutedVersion: "$LATEST", Payload, StatusCode: 200 });
export const ended = (Output: Json) => ({ Status: "SUCCEEDED", Output });
export const step = (name: string) => ({ statements: [name], transaction: true, label: name, timeoutSeconds: 600 });
export const counts = { read: 10, written: 7, deduplicated: 2, rejected: 1 };
export const loaded = ended({ outcome: "done", results: [{ rows: [[4, 2, 0, 1, 0]] }] });
export const done = ended({ outcome: "done", results: [] });
export const alreadyLoaded = ended({ outcome: "already_loaded", message: "", results: [] });
export const refused = ended({ outcome: "refused", error: "Superseded", message: "newer is loaded", results: [] });

export const validated = {
  batch,
  conversion: {
    engine: "glue",
    mayHandOver: false,
    partitionFolder: "s3://landing/",
    batchFile: batch.batchFile,
    outputFolder: batch.runFolder,
  },
  catalogue: { mode: "crawler" },
  snapshot: "none",
  inspection: { statements: ["findings"], transaction: true, results: true },
  refresh: false,
};
export const plan = {
  branch: "upsert",
  widen: null,
  prepare: null,
  load: step("load"),
  ledger: step("ledger"),
  aggregates: null,
  snapshot: null,
};
export const snapshot = { identifier: "sluice-demo", retentionDays: 14, minimumDistanceSeconds: 0 };

/** Everything up to the plan goes well. */
export function script(more: Script = {}, planned: Json = plan, snapshotWhen = "none"): Script {
  return {
    "Validate the manifest": payload({ ...validated, snapshot: snapshotWhen }),
    "Convert the partition to Parquet": ended({ engine: "glue", runId: "jr_1" }),
    "Check the report": payload({ reportFile: "s3://r", counts, copyManifest: "s3://c", warnings: ["one"] }),
    "Publish the Parquet": payload({ published: 1, removed: 0, folder: "s3://processed/data/" }),
    "Update the catalogue": ended({}),
    "Inspect the target": ended({ outcome: "done", results: [{ rows: [["id"]] }] }),
    "Plan the load": payload(planned),
    ...more,
  };
}

export const toThePlan = [
  "Validate the manifest",
  "Convert the partition to Parquet",
  "Check the report",
  "Publish the Parquet",
  "Update the catalogue",
  "Inspect the target",
  "Plan the load",
  "How is it loaded?",
];
export const toTheEnd = ["What is left to do?", "The batch is loaded"];
