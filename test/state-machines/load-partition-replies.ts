import { definitionVersion } from "../../contract/definition.js";
import type { Json } from "../../local/interpreter/index.js";
import type { Script } from "./play.js";

export const input = {
  dataset: "earthquakes",
  manifest: { bucket: "landing", key: "earthquakes/2026/11/22/_manifest.json" },
};
export const batch = {
  definition: definitionVersion,
  execution: "arn:aws:states:eu-west-1:000000000000:execution:load-partition:earthquakes-20261122-0123456789ab",
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
/** A state's whole input, as plan-load makes it. */
export const step = (name: string) => ({
  ...{ definition: definitionVersion, statements: [name], transaction: true, results: false },
  ...{ label: name, timeoutSeconds: 600, heartbeatSeconds: 600 },
});
/** The ledger's row: what report and warehouse counted. */
export const counted = (...row: readonly number[]) => ended({ outcome: "done", results: [{ rows: [[...row]] }] });
export const counts = { read: 10, written: 7, deduplicated: 2, rejected: 1 };
export const loaded = counted(10, 7, 2, 1, 4, 2, 0, 1, 0);
export const done = ended({ outcome: "done", results: [] });
export const alreadyLoaded = ended({ outcome: "already_loaded", results: [] });
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
  inspection: { ...step("inspect"), results: true },
};
export const catalogue = { mode: "crawler", dataset: "earthquakes", folder: "s3://processed/data/" };
/** What every plan has, whatever its branch. */
export const common = {
  prepare: [],
  ledger: step("ledger"),
  aggregates: null,
  snapshotBefore: null,
  snapshotAfter: null,
};
export const plan = { ...common, branch: "upsert", load: step("load") };
export const truncating = {
  ...common,
  branch: "truncate",
  ...{ fill: step("fill"), truncate: step("truncate"), insert: step("insert") },
};
export const swapping = { ...common, branch: "swap", build: step("build"), swap: step("swap") };
export const preparing = (...steps: readonly string[]) => ({
  prepare: steps.map((name) => ({ step: name, input: step(name) })),
});
export const snapshot = { identifier: "sluice-demo", retentionDays: 14, minimumDistanceSeconds: 0 };

export const inspected = ended({ outcome: "done", results: [{ rows: [["id"]] }] });
/** What plan-load answers when an early inspection does not suffice. */
export const inspectAgain = { branch: "inspect", snapshotBefore: null, prepare: [] };

/** Everything up to the plan goes well. */
export function script(more: Script = {}, planned: Json = plan): Script {
  return {
    "Validate the manifest": payload(validated),
    "Convert the partition to Parquet": ended({ engine: "glue", runId: "jr_1" }),
    "Check the report": payload({ reportFile: "s3://r", counts, copyManifest: "s3://c", warnings: ["one"] }),
    "Publish the Parquet": payload({ published: 1, removed: 0, catalogue }),
    "Update the catalogue": ended({}),
    "Inspect the target": inspected,
    "Inspect the target again": inspected,
    "Plan the load": payload(planned),
    ...more,
  };
}

export const toThePlan = [
  "Validate the manifest",
  "Convert the partition and inspect the target",
  "Convert the partition to Parquet",
  "Inspect the target",
  "Check the report",
  "Publish the Parquet",
  "Update the catalogue",
  "Plan the load",
  "How is it loaded?",
];
export const toTheEnd = ["What is left to do?", "The batch is loaded"];
