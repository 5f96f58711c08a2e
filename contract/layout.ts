import { createHash } from "node:crypto";
import { defaultOwnSchema, ownSchema } from "./own-schema.js";
import { hivePath, partitionPath } from "./partition.js";
import { awsPartition } from "./partition-of-aws.js";

export { guessLandedKey, type LandedKey, landingFolder, readLandedKey } from "./batch-key.js";
export {
  type Granularity,
  hivePath,
  isPartition,
  partitionAt,
  partitionBehind,
  partitionEnd,
  partitionPath,
  partitionStart,
  partitionsBetween,
} from "./partition.js";

/**
 * Every bucket key, name and id that Sluice derives, in one place.
 * A partition is written `2026-11-22T05` (hour), `2026-11-22` (day) or `2026-11` (month).
 */

const hex = (text: string, length: number) => createHash("sha256").update(text, "utf8").digest("hex").slice(0, length);

// ---- the landing bucket ----------------------------------------------------------------------------------------

/** Where everything lies that Sluice composes for a dataset (processed bucket). */
export const composedFolder = (dataset: string) => `manifests/${dataset}/`;

/** What Sluice composes of a delivery that has no manifest: one object a revision of a batch (processed bucket). */
export const composedKey = (dataset: string, partition: string, batch: string, revision: string) =>
  `manifests/${dataset}/${partition}/${batch}/${revision}.json`;

/** What tells one set of files from another. */
export const manifestDigest = (files: readonly string[]) => hex(files.join("\n\n"), 32);

/** Says that files came for a partition at which no look would look by itself: one object a version of a file (processed bucket). */
export const lateFolder = (dataset: string) => `late/${dataset}/`;
export const lateKey = (dataset: string, partition: string, key: string, version: string) =>
  `${lateFolder(dataset)}${partition}/${hex(`${key}\n${version}`, 32)}`;

/** Where the manifests lie that a schedule composes for producers that write none (processed bucket). */
export const composedManifestFolder = (dataset: string, partition: string) =>
  `manifests/${dataset}/${partitionPath(partition)}/`;

/** What the overdue watch remembers of a partition that is overdue (processed bucket). */
export const overdueKey = (dataset: string, partition: string) => `${overdueFolder(dataset)}${partition}.json`;
export const overdueFolder = (dataset: string) => `overdue/${dataset}/`;
/** When the watch of a dataset began: what is older is not expected (processed bucket). */
export const watchedSinceKey = (dataset: string) => `overdue-since/${dataset}.json`;

/** Says that the schedule of a dataset is paused, for as long as it is there (processed bucket). */
export const pausedFolder = "paused/";
export const pausedKey = (dataset: string) => `${pausedFolder}${dataset}.json`;

export const manifestSuffix = "manifest.json";

/** Manifest names that stand for the whole file set of a partition; a refresh accepts only these. */
export const wholeManifestNames = ["_manifest.json", "manifest.json"] as const;

// ---- batches and revisions -------------------------------------------------------------------------------------

/** 32 hex characters that name a batch: dataset, partition and what else names it (deliveries.ts), such as the manifest's key. */
export const batchId = (dataset: string, partition: string, name?: string) =>
  hex([dataset, partition, ...(name === undefined ? [] : [name])].join("\n"), 32);

/** One version of a batch's manifest. */
export interface ManifestVersion {
  readonly lastModified: Date;
  readonly etag: string;
  readonly versionId: string | null;
  /** Order among the versions of the same second, oldest 0, by S3's version list. */
  readonly ordinal: number;
}

/** `20261122T061500Z-0000-1a2b3c4d`: sorts by time, then by order within the second; ends in a mark of the version. */
export function revisionOf(version: ManifestVersion): string {
  const time = version.lastModified
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
  return `${time}-${String(version.ordinal).padStart(4, "0")}-${hex(version.versionId ?? version.etag, 8)}`;
}

/** As often may what a revision rejected be replayed. */
export const mostReplays = 999;

/** The n-th replay of what a revision rejected, as the ledger has it: right behind the revision, before any later one. */
export const replayRevision = (revision: string, n: number) => `${revision}.r${String(n).padStart(3, "0")}`;

/** The revision that was loaded, and how many replays of it there were up to this one. */
export function readReplayRevision(revision: string): { readonly loaded: string; readonly number: number } {
  const [, loaded = revision, number = "0"] = /^(.*)\.r(\d{3})$/.exec(revision) ?? [];
  return { loaded, number: Number(number) };
}

/** Where a batch stands in its dataset's history, as one sortable text of at most 77 bytes: the lineage column. */
export const placeOf = (partition: string, revision: string, batch: string) => `${partition}/${revision}/${batch}`;

// ---- the processed bucket --------------------------------------------------------------------------------------

/** The folders of all executions of a partition, ends in a slash. */
export const runsOfPartition = (dataset: string, partition: string) => `runs/${dataset}/${partition}/`;

/** The folder of one execution's working files, ends in a slash. */
export const runFolder = (batch: {
  readonly dataset: string;
  readonly partition: string;
  readonly batchId: string;
  readonly revision: string;
  readonly executionName: string;
}) => `runs/${batch.dataset}/${batch.partition}/${batch.batchId}/${batch.revision}/${batch.executionName}/`;

/** What the key of a conversion's folder says; `folder` is that of its execution, and ends in a slash. */
export function readRunKey(key: string) {
  const [, folder = "", dataset = "", partition = "", batch = "", revision = ""] =
    /^(runs\/([^/]+)\/([^/]+)\/([0-9a-f]{32})\/([^/]+)\/[^/]+\/)[^/]+\/$/.exec(key) ?? [];
  return folder === "" ? undefined : { folder, dataset, partition, batchId: batch, revision };
}

/** The folder of one conversion, of a Glue run or of a call of the Lambda; ends in a slash; never reused. */
export const conversionRunFolder = (folder: string, runId: string) => `${folder}${runId}/`;

/** Where readers of the lake find a batch, ends in a slash. */
export const dataFolder = (dataset: string, partition: string, batch: string) =>
  `data/${dataset}/${hivePath(partition)}/batch=${batch}/`;

/** Where the rejected rows of a batch lie, ends in a slash. */
export const rejectedFolder = (dataset: string, partition: string, batch: string) =>
  `rejected/${dataset}/${hivePath(partition)}/batch=${batch}/`;

/** Where a refusal is kept when no batch is known yet. */
export const refusedKey = (executionName: string) => `refused/${executionName}.json`;

/** What a notice remembers (processed bucket): open incidents by dataset and cause, and what quiet hours hold back. */
export const noticeFolder = (notice: string) => `notices/${notice}/`;
export const openIncidents = (notice: string, dataset: string) => `${noticeFolder(notice)}open/${dataset}/`;
export const incidentKey = (notice: string, dataset: string, cause: string) =>
  `${openIncidents(notice, dataset)}${cause.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 100)}.json`;
export const heldNotices = (notice: string) => `${noticeFolder(notice)}held/`;

// ---- executions ------------------------------------------------------------------------------------------------

/**
 * The name of the execution that loads one revision of a manifest; at most 80 characters of `[A-Za-z0-9_-]` (A1.2, A1.3).
 * @param version the VersionId; where the bucket is not versioned the event's sequencer, or for a schedule the ETag.
 */
export function executionName(dataset: string, partition: string, manifestKey: string, version: string): string {
  const safe = datasetInNames(dataset);
  const digits = partition.replaceAll(/[^0-9]/g, "").slice(0, 10);
  return `${safe}-${digits}-${hex(`${manifestKey}\n${version}`, 12)}`;
}

/** The name of the execution that replays what a revision rejected, by the ledger's name of the replay. */
export const replayName = (dataset: string, partition: string, batch: string, revision: string) =>
  executionName(dataset, partition, batch, revision);

/** A dataset as names of executions begin with it: as far as it fits. */
export const datasetInNames = (dataset: string) => dataset.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 40);

/**
 * What the name of an execution, or of a rerun, says: the dataset as far as it fits, and the digits of the partition.
 * @returns undefined when a person gave the name
 */
export function readExecutionName(name: string): { readonly dataset: string; readonly digits: string } | undefined {
  const [, dataset, digits] = /^(.+)-(\d{6}|\d{8}|\d{10})-[0-9a-f]{12}(?:-r\d+)?$/.exec(name) ?? [];
  return dataset === undefined || digits === undefined ? undefined : { dataset, digits };
}

/** The name of the n-th rerun (from 2) of an execution. */
export const rerunName = (name: string, n: number) => `${name.replace(/-r\d+$/, "")}-r${n}`;

/** The execution of scheduled-load for one planned time: `earthquakes-20261122T051500Z`, since `:` is not allowed (G11). */
export const scheduledExecutionName = (dataset: string, planned: Date) =>
  `${dataset}-${planned
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "")}`;

/** Letters, digits and single hyphens, begins with a letter, at most 255 characters (D2.2). */
export const snapshotIdentifier = (
  project: string,
  dataset: string,
  partition: string,
  revision: string,
  executionName: string,
) =>
  `sluice-${project}-${dataset}-${partition}-${hex(`${revision}/${executionName}`, 12)}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 255);

// ---- names of resources ----------------------------------------------------------------------------------------

export const bucketName = (
  project: string,
  source: string,
  kind: "landing" | "processed" | "logs",
  account: string,
  region: string,
) => `${project}-${source}-${kind}-${account}-${region}`;

/** What Athena answered, of the whole project. */
export const resultsBucketName = (project: string, account: string, region: string) =>
  `${project}-athena-${account}-${region}`;

export const sourceMachines = ["load-partition", "convert-partition", "update-catalogue", "scheduled-load"] as const;
export const warehouseMachines = ["run-statements", "take-snapshot"] as const;

/** `demo-usgs-load-partition`, also for the source's functions, roles and the Glue job. */
export const sourceResource = (project: string, source: string, name: string) => `${project}-${source}-${name}`;

/** `demo-run-statements`, for what the sources share. */
export const projectResource = (project: string, name: string) => `${project}-${name}`;

/** The Glue database that a source gets unless it names one. */
export const ownDatabase = (project: string, source: string) => `${project}_${source}`.replaceAll("-", "_");

/** What of a project says in which Glue databases its sources' tables are. */
export interface Catalogued {
  readonly name: string;
  readonly sources: Readonly<
    Record<
      string,
      { readonly database: "create" | { readonly existingDatabase: string; readonly landing?: string | undefined } }
    >
  >;
}

/** The Glue database of what a source publishes. */
export function glueDatabase({ name, sources }: Catalogued, source: string): string {
  const database = sources[source]?.database ?? "create";
  return database === "create" ? ownDatabase(name, source) : database.existingDatabase;
}

/** The Glue database of what landed; of its own, so that readers need not see it. */
export function landingDatabase({ name, sources }: Catalogued, source: string): string {
  const database = sources[source]?.database ?? "create";
  return (database === "create" ? undefined : database.landing) ?? `${ownDatabase(name, source)}_landing`;
}

/** The table of a dataset's rejected records, beside the dataset's own in the catalogue. */
export const rejectsTable = (dataset: string) => `${dataset}${rejectsEnding}`;
export const rejectsEnding = "_rejects";

/** What tells notices, and the topics of their addresses, apart in names. */
export const noticeMark = (text: string) => hex(text, 8);

/** The role with which Spectrum reads what is published. */
export const spectrumRoleName = (project: string) => projectResource(project, "spectrum-role");

/** When automated snapshots are taken; bootstrap gives it to the cluster. */
export const snapshotScheduleName = (project: string) => projectResource(project, "automated");

/** The key of `protect: hash`, where the project makes it. */
export const protectionSecretName = (project: string) => `${project}/protection/key`;

export const secretName = (project: string, user: "loader" | "reader") => `${project}/warehouse/${user}`;

export const stateMachineArn = (region: string, account: string, name: string) =>
  `arn:${awsPartition(region)}:states:${region}:${account}:stateMachine:${name}`;

// ---- names in the warehouse ------------------------------------------------------------------------------------

export const ledgerTable = (dataset: string) => ({ schema: ownSchema(), name: `loads_${dataset}` });
/** What the checks of its batches found. */
export const batchChecksTable = (dataset: string) => ({ schema: ownSchema(), name: `checks_${dataset}` });
export const lockTable = (dataset: string) => ({ schema: ownSchema(), name: `lock_${dataset}` });

/** Beside the table of a history: what its batches have said of each key. */
export const statementsTable = (dataset: string) => ({ schema: ownSchema(), name: `statements_${dataset}` });

/** The temporary table of one batch load. */
export const stagingTable = (dataset: string) => ({ schema: null, name: `stage_${dataset}` });

/**
 * What names the table that a refresh fills beside the target, and its note in the lock table: the place. Not of forced
 * loads, several of which may be under way with one revision: the first to end would take the table from the others. Each
 * has a mark of its own, as long as a place and, by the x, behind every batch of its revision.
 */
export const stagingMark = (partition: string, revision: string, batch: string, forcedExecution: string | null) =>
  placeOf(partition, revision, forcedExecution === null ? batch : `x${hex(`${batch}/${forcedExecution}`, 31)}`);

/** The permanent table beside the target that a truncate or a swap fills first; `mark` is stagingMark's. */
export const permanentStagingTable = (dataset: string, mark: string) => ({
  schema: ownSchema(),
  name: `stage_${dataset}_${hex(mark, 12)}`,
});

/** The external schema over a source's catalogue: `usgs_lake`, of a project with a schema of its own `crm_usgs_lake`. */
export const externalSchema = (source: string) => {
  const own = ownSchema();
  // Two projects of one warehouse may have a source of one name.
  return `${own === defaultOwnSchema ? "" : `${own}_`}${source.replaceAll("-", "_")}_lake`;
};

/** The key of a template's Metadata under which it says what it relies on and does not make; CloudFormation passes over it. */
export const expectedResourcesKey = "Sluice::Expected";
