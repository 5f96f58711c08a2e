import { createHash } from "node:crypto";
import { type Contract, isRefresh, isStagedAsJson } from "../contract/contract.js";
import { ledgerTable, lockTable } from "../contract/layout.js";
import {
  columnOf,
  expression,
  type Fragment,
  identifier,
  list,
  literal,
  render,
  type TableName,
  table,
} from "../sql/render.js";
import { longestStatementSeconds, queryGroup } from "../sql/session.js";
import { stagingName } from "../sql/staging-names.js";
import { counts, stagedValue, staging, stagingDefinitions, stagingDistribution, targetTable } from "../sql/tables.js";
import { checkBatch, checkResults } from "./batch-checks.js";
import type { FoundColumn } from "./inspection.js";
import { insertStaged } from "./placement.js";
import { inOneTransaction, type Step } from "./step.js";

export type Relied = Pick<FoundColumn, "name" | "type">;

/** What all load modes need to know about the batch that they load. */
export interface Load {
  readonly contract: Contract;
  readonly partition: string;
  readonly batchId: string;
  readonly revision: string;
  /** The lineage column `sluice_batch` of every row of the batch. */
  readonly place: string;
  /** Names the table that this load fills beside the target, if it does, and its note in the lock table. */
  readonly mark: string;
  /** s3:// URI of the producer's manifest, and its VersionId or ETag. */
  readonly manifest: string;
  readonly manifestVersion: string;
  /** The name of the execution that loads. */
  readonly execution: string;
  readonly isForced: boolean;
  /** Whether the rows were rejected when the batch was loaded, and are added to it now. */
  readonly isReplay: boolean;
  readonly counts: {
    readonly read: number;
    readonly written: number;
    readonly deduplicated: number;
    readonly rejected: number;
  };
  /** s3:// URI of the manifest that COPY reads; null when nothing was written. */
  readonly copyManifest: string | null;
  /** The version of the key that hashed the rows; null where none did. */
  readonly keyVersion: string | null;
  /** Marks of columns that the table may have from before. */
  readonly replaces: readonly string[];
  /** ARN of the cluster's role that reads the files. */
  readonly copyRole: string;
  /** The target's columns in their order, where an INSERT has no room for their names (sql/staging-names.ts, isWide). */
  readonly order: readonly string[] | null;
  /** Those of the statements beside a history, likewise. */
  readonly statementsOrder: readonly string[] | null;
  /** The target's columns as they were inspected, as far as the load relies on them; and those of the statements. */
  readonly relied: readonly Relied[];
  readonly reliedStatements: readonly Relied[];
}

export const labelOf = ({ contract, partition }: Pick<Load, "contract" | "partition">, what: string) =>
  `${contract.dataset} ${partition}: ${what}`;

export const target = ({ contract }: Pick<Load, "contract">): Fragment => table(targetTable(contract));
export const ledger = ({ contract }: Pick<Load, "contract">): Fragment => table(ledgerTable(contract.dataset));
export const lock = ({ contract }: Pick<Load, "contract">): Fragment => table(lockTable(contract.dataset));
export const stagingOf = ({ contract }: Pick<Load, "contract">): Fragment => table(staging(contract));
export const countsOf = ({ contract }: Pick<Load, "contract">): Fragment => table(counts(contract));

/** The session's settings: what comes before the lock takes no snapshot. */
export const settings = (): Fragment[] => [
  render("load/set_query_group", { query_group: literal(queryGroup) }),
  render("load/set_statement_timeout", { milliseconds: literal(longestStatementSeconds * 1000) }),
];

/**
 * Waits for the target's exclusive lock, for the contract's time; what changes the table comes right behind. The lock is
 * asked for with a statement timeout, since Redshift has none for locks.
 */
export const exclusively = ({ contract }: Pick<Load, "contract">): Fragment[] => [
  render("load/set_statement_timeout", { milliseconds: literal(contract.load.lock_wait_seconds * 1000) }),
  render("load/lock_exclusively", { target: target({ contract }) }),
  render("load/set_statement_timeout", { milliseconds: literal(longestStatementSeconds * 1000) }),
];

/** Settings, lock and guard: how every transaction of a load begins. */
export const opening = (load: Load): Fragment[] => [
  ...settings(),
  render("load/lock", { lock: lock(load) }),
  render("load/guard", {
    dataset: literal(load.contract.dataset),
    batch_id: literal(load.batchId),
    revision: literal(load.revision),
    place: literal(load.place),
    execution: literal(load.execution),
    kind: literal(load.isReplay ? "replay" : isRefresh(load.contract.load) ? "refresh" : "batch"),
    forced: literal(load.isForced),
  }),
];

/** A temporary staging table, filled and checked. */
export const stageRows = (load: Load): Fragment[] => [
  render("load/create_staging", {
    staging: stagingOf(load),
    columns: stagingDefinitions(load.contract),
    distribution: stagingDistribution(load.contract),
  }),
  ...copyRows(load, stagingOf(load)),
  checkStaged(load, stagingOf(load)),
  ...checkBatch(load, stagingOf(load)),
];

/** The COPY; none when nothing was written, since COPY refuses to find no file (C1.12). */
export function copyRows(
  { contract, copyManifest, copyRole }: Pick<Load, "contract" | "copyManifest" | "copyRole">,
  into: Fragment,
): Fragment[] {
  if (copyManifest === null) return [];
  const values = { staging: into, copy_manifest: literal(copyManifest), role: literal(copyRole) };
  if (!isStagedAsJson(contract)) return [render("load/copy", values)];
  // The run's own folder, which no file that it has read can know of.
  const hash = createHash("sha256").update(copyManifest).digest("hex").slice(0, 32);
  return [render("load/copy_json", { ...values, null_text: literal(`sluice-null-${hash}`) })];
}

/** Checks the rows of a staging table. */
export const checkStaged = (load: Pick<Load, "contract" | "counts">, staged: Fragment): Fragment =>
  checkRows(load, staged, (name) => stagingName(load.contract, name));

/** As many rows as the report says, and the keys of the contract in order. @param nameOf the name of a key column in the table */
export function checkRows(
  { contract, counts: { written } }: Pick<Load, "contract" | "counts">,
  staged: Fragment,
  nameOf = (name: string) => name,
) {
  const { mode, key, order_by } = contract.load;
  // A history takes every version of a key, but not two of one time.
  const named = mode === "history" && order_by !== null ? [...key, order_by] : key;
  const keys = named.map((name) => identifier(nameOf(name)));
  return render("load/check", {
    staged: literal(staged.sql),
    expected: literal(written),
    key_columns: literal(keys.length === 0 ? "" : list(keys).sql),
    key_is_null: literal(
      keys.length === 0
        ? ""
        : list(
            keys.map((key) => expression`${key} IS NULL`),
            " OR ",
          ).sql,
    ),
  });
}

/** Notes the table beside the target that this revision fills: a load that never ends leaves it behind. */
export const noteBeside = (load: Load): Fragment =>
  render("load/note_permanent_staging", { lock: lock(load), mark: literal(load.mark) });

/**
 * Drops the tables that superseded loads have left beside the target, and their notes: what is older, and after a forced
 * load also this revision's own that was not forced, which finds it in the ledger now. @param own this load's table
 */
export const tidyUp = (load: Load, own: TableName): Fragment[] => [
  render("load/drop_leftovers", {
    dataset: literal(load.contract.dataset),
    schema: literal(own.schema ?? ""),
    // The name ends in 12 characters of the hash of the mark.
    prefix: literal(own.name.slice(0, -12)),
    // Comes right after the place itself.
    before: literal(load.isForced ? `${load.place}/` : load.place),
  }),
  render("load/forget_notes", { lock: lock(load), place: literal(load.place), mark: literal(load.mark) }),
];

/** Puts all rows of a staging table into the target. */
export function insertAll(load: Load, from: Fragment): Fragment[] {
  const { insert, check } = insertStaged(load.contract, target(load), from, load.order);
  return [insert, ...check];
}

/** Takes the target's rows out, and counts them. @param batch a LIKE pattern over places; without it all rows */
export const removeRows = (load: Load, batch = ""): Fragment =>
  render("load/remove_rows", {
    target: literal(target(load).sql),
    batch: literal(batch),
    counts: literal(countsOf(load).sql),
  });

/** Both sides' key columns are equal. */
export const sameKey = (key: readonly string[], left: (name: string) => Fragment, right: (name: string) => Fragment) =>
  list(
    key.map((name) => expression`${left(name)} = ${right(name)}`),
    " AND ",
  );

/** The value of a column of a row of `staged`, as the target has it. */
export function stagedNamed(contract: Contract, name: string): Fragment {
  const staged = expression`staged`;
  const column = contract.columns.find((known) => known.name === name);
  return column === undefined ? columnOf(staged, name) : stagedValue(contract, column, staged);
}

/** Matches the place of every revision of the batch: partition/revision/batch. */
export const anyRevision = ({ partition, batchId }: Load) => `${partition}/%/${batchId}`;

/** The key column of that name behind an alias. */
export const keyOf = (alias: Fragment) => (name: string) => columnOf(alias, name);

/**
 * Ledger row, balance, and the counts for the caller: how the last transaction of a load ends.
 * @param wholeTable the table that must now have exactly the written rows; null for a load that adds to one.
 */
export function closing(load: Load, wholeTable: Fragment | null, before: readonly Fragment[] = []): Fragment[] {
  const revision = { batch_id: literal(load.batchId), revision: literal(load.revision) };
  const { read, written, deduplicated, rejected } = load.counts;
  const texts = [load.manifest, load.manifestVersion, load.execution, load.contract.load.mode];
  const values = [
    ...[load.batchId, load.partition, load.revision, load.place, ...texts].map(literal),
    ...[read, written, deduplicated, rejected].map(literal),
  ];
  return [
    ...(load.isForced
      ? [
          render("load/delete_ledger_row", {
            ledger: ledger(load),
            ...revision,
            replays: literal(`${load.revision}.r%`),
          }),
        ]
      : []),
    render("load/insert_ledger_row", {
      ledger: ledger(load),
      counts: countsOf(load),
      values: list(values),
      forced: literal(load.isForced),
    }),
    render("load/balance", {
      dataset: literal(load.contract.dataset),
      ...revision,
      whole_table: literal(wholeTable?.sql ?? ""),
    }),
    ...before,
    render("load/select_counts", { ledger: ledger(load), ...revision, ...checkResults(load) }),
  ];
}

/** The counts of this revision's ledger row: what is answered when it was loaded already. */
export const readLedger = (load: Load): Step =>
  inOneTransaction(labelOf(load, "read the ledger"), [
    render("load/select_counts", {
      ledger: ledger(load),
      batch_id: literal(load.batchId),
      revision: literal(load.revision),
      ...checkResults(load),
    }),
  ]);
