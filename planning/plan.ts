import type { ColumnType } from "../contract/column-type.js";
import type { Contract } from "../contract/contract.js";
import type { Diagnosis } from "../contract/definition.js";
import { growth } from "../contract/evolution/growth.js";
import { snapshotIdentifier, stagingMark } from "../contract/layout.js";
import type { Batch, BatchFile } from "../run-folder/batch.js";
import type { Report } from "../run-folder/report.js";
import { s3Uri } from "../run-folder/s3-uri.js";
import { isWide } from "../sql/staging-names.js";
import { targetColumns } from "../sql/tables.js";
import { append, replace } from "./add.js";
import { aggregates } from "./aggregates.js";
import type { SchemaChange } from "./changes.js";
import { createdOrder } from "./create-table.js";
import { copyErrors, lockHolders } from "./diagnosis.js";
import { compareColumns } from "./drift.js";
import { catalogueType, readFoundType } from "./found-type.js";
import { writeHistory } from "./history.js";
import type { FoundColumn, Inspection } from "./inspection.js";
import { type Load, readLedger } from "./load.js";
import { type Preparation, prepare } from "./prepare.js";
import { withNewNames } from "./rename.js";
import { schemaChanges } from "./schema-changes.js";
import type { Step } from "./step.js";
import { build, checkWidened, swap } from "./swap.js";
import { fill, insertRows, truncateTable } from "./truncate.js";
import { upsert } from "./upsert.js";

export interface Snapshot {
  readonly when: "before" | "after";
  readonly identifier: string;
  readonly retentionDays: number;
  /** A snapshot of Sluice that is younger is enough; 0: none is. */
  readonly minimumDistanceSeconds: number;
}

/** The steps of a load by its branch of the state machine. */
type Branch =
  | { readonly branch: "upsert" | "append" | "history" | "replace"; readonly load: Step }
  | { readonly branch: "truncate"; readonly fill: Step; readonly truncate: Step; readonly insert: Step }
  | { readonly branch: "swap"; readonly build: Step; readonly swap: Step };

export type Plan = Branch &
  Preparation & {
    /** Gives the counts of this revision when it turns out to be loaded already. */
    readonly ledger: Step;
    readonly aggregates: Step | null;
    /** Whether any of them has to be made. */
    readonly makesViews: boolean;
    /** What the result of the load shall say. */
    readonly warnings: readonly string[];
    /** What the load changes of the table's columns. */
    readonly schemaChanges: readonly SchemaChange[];
    /** Null unless the contract asks for one, before or after the load. */
    readonly snapshot: Snapshot | null;
    /** Says why a statement of any of the steps failed. */
    readonly diagnosis: Diagnosis;
    /** Whether the lake gets the rows only when they are loaded. */
    readonly publishes: boolean;
  };

export interface PlanInput {
  readonly contract: Contract;
  readonly batch: Pick<Batch, "partition" | "batchId" | "revision" | "place">;
  readonly batchFile: Pick<BatchFile, "manifest" | "execution" | "replay">;
  readonly report: Pick<Report, "counts" | "copy_manifest"> & Partial<Pick<Report, "protection">>;
  readonly inspection: Inspection;
  readonly isForced: boolean;
  readonly project: string;
  /** Marks of columns that tables may have from before (contract/protection-file.ts). */
  readonly replaces: readonly string[];
  /** ARN of the cluster's role that reads the files. */
  readonly copyRole: string;
  readonly snapshotRetentionDays: number;
}

/**
 * Which branch loads the batch, and the SQL of each of its steps: a pure function of its input.
 * @throws Refusal SchemaDrift, DependentViews; WarehouseNotReady, AggregateInvalid, TooManyStatements
 */
export function planLoad(input: PlanInput): Plan {
  const { contract } = input;
  const renamed = withNewNames(contract, input.inspection);
  const { inspection } = renamed;
  const load = loadOf({ ...input, inspection });
  const preparation = prepare(load, renamed);
  if (contract.load.mode === "swap" && inspection.columns.length > 0) {
    const { widened, grown } = compareColumns(contract, inspection);
    checkWidened(contract, inspection, [...widened, ...grown]);
  }
  const { step, makesViews, warnings } = aggregates(load, inspection);
  return {
    ...branchOf(load, inspection),
    ...preparation,
    ledger: readLedger(load),
    aggregates: step,
    makesViews,
    warnings,
    schemaChanges: schemaChanges(contract, inspection, renamed.target),
    snapshot: snapshotOf(input),
    diagnosis: { lock: lockHolders(load), copy: copyErrors(load) },
    publishes: load.isReplay,
  };
}

/** The columns of a table as the load will find them; null where values are placed by name. @param columns as they are now */
function orderOf(contract: Contract, columns: readonly FoundColumn[]): readonly string[] | null {
  // Values of an identity column cannot be left out by position.
  if (!isWide(contract) || contract.table.identity !== null) return null;
  if (columns.length === 0 || contract.load.mode === "swap") return createdOrder(contract);
  const known = new Set(targetColumns(contract).map(({ name }) => name));
  const present = columns.map(({ name }) => name);
  if (present.some((name) => !known.has(name))) return null;
  return [...present, ...[...known].filter((name) => !present.includes(name))];
}

function loadOf({ contract, batch, batchFile, report, isForced, copyRole, inspection, replaces }: PlanInput): Load {
  const { manifest, execution } = batchFile;
  return {
    contract,
    ...{ partition: batch.partition, batchId: batch.batchId, revision: batch.revision, place: batch.place },
    manifest: s3Uri(manifest.bucket, manifest.key),
    manifestVersion: manifest.version_id ?? manifest.etag,
    ...{ execution, isForced, copyRole, replaces, isReplay: batchFile.replay !== undefined },
    keyVersion: report.protection?.key_version ?? null,
    mark: stagingMark(batch.partition, batch.revision, batch.batchId, isForced ? execution : null),
    counts: report.counts,
    copyManifest: report.copy_manifest,
    order: orderOf(contract, inspection.columns),
    // Where they are not there, they are made like the target.
    statementsOrder: orderOf(contract, inspection.statements.length > 0 ? inspection.statements : inspection.columns),
    relied: reliedOn(contract, inspection.columns),
    reliedStatements: reliedOn(contract, inspection.statements),
  };
}

/** A swap builds a table of its own; a wide target's columns have no room in a statement, and are checked by their order. */
function reliedOn(contract: Contract, columns: Inspection["columns"]): Load["relied"] {
  if (contract.load.mode === "swap" || isWide(contract)) return [];
  const written = new Map(targetColumns(contract).map((column) => [column.name, column.type]));
  return columns.flatMap(({ name, type }) => {
    const expected = written.get(name);
    return expected === undefined ? [] : [{ name, type: prepared(type, expected) }];
  });
}

/** The type that a column has when the load comes to it: what grows by a copy of the table has grown. */
function prepared(found: string, expected: ColumnType): string {
  const type = readFoundType(found);
  const grows = type !== undefined && expected.name !== "varchar" && growth(type, expected) === "grows";
  return grows ? catalogueType(expected) : found;
}

function branchOf(load: Load, inspection: Inspection): Branch {
  switch (load.contract.load.mode) {
    case "upsert":
      return { branch: "upsert", load: upsert(load) };
    case "append":
      return { branch: "append", load: append(load) };
    case "history":
      return { branch: "history", load: writeHistory(load) };
    case "replace":
      return { branch: "replace", load: replace(load) };
    case "truncate":
      return { branch: "truncate", fill: fill(load), truncate: truncateTable(load), insert: insertRows(load) };
    case "swap":
      return { branch: "swap", build: build(load, inspection), swap: swap(load) };
  }
}

/**
 * The identifier is what makes a repeated request harmless (D2.3). It is the execution's own: a redrive meets its
 * snapshot again, while a rerun, before which others may have loaded for days, has a new one.
 */
function snapshotOf({ contract, batch, batchFile, project, snapshotRetentionDays }: PlanInput) {
  const { when, retention_days, minimum_distance_seconds } = contract.load.snapshot;
  if (when === "none") return null;
  return {
    when,
    identifier: snapshotIdentifier(project, contract.dataset, batch.partition, batch.revision, batchFile.execution),
    retentionDays: retention_days ?? snapshotRetentionDays,
    minimumDistanceSeconds: minimum_distance_seconds,
  };
}
