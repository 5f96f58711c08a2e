import type { Contract } from "../contract/contract.js";
import { ledgerTable, lockTable } from "../contract/layout.js";
import { warehouseUsers } from "../contract/own-schema.js";
import { encodeClause } from "../sql/encodings.js";
import { columnOf, expression, type Fragment, identifier, literal, nothing, render, table } from "../sql/render.js";
import { outgrownTable, type TargetColumn, targetColumns, targetTable, typeFragment } from "../sql/tables.js";
import type { Changes } from "./changes.js";
import { addColumns, createTable } from "./create-table.js";
import { checkDesign } from "./design.js";
import { compareColumns } from "./drift.js";
import { finishGrowth, growTable } from "./grow.js";
import { commentHash, findRelation, type Inspection } from "./inspection.js";
import { exclusively, type Load, labelOf, lock, settings } from "./load.js";
import { checkMarks, commentOf } from "./marks.js";
import { oldName, type Rename, type Renamed, renameColumns } from "./rename.js";
import {
  changedStatements,
  createStatements,
  lacksStatements,
  statementsInspection,
  statementsOf,
} from "./statements.js";
import { inOneTransaction, oneByOne, type Step } from "./step.js";

/** The warehouse lacks what bootstrap makes, or the loading user lacks a privilege. A failure: an operator must act. */
export class WarehouseNotReady extends Error {
  override readonly name = "WarehouseNotReady";
}

/** What must be done to the target before the load; null where it is as the contract says. */
export interface Preparation {
  /** VARCHARs that get wider, one statement at a time: no transaction block takes ALTER COLUMN TYPE (C8.4). */
  readonly widen: Step | null;
  /** What is added and described, in one transaction under the dataset's lock. */
  readonly prepare: Step | null;
  /** Copies of the tables whose types grow, each with what takes the former table away. */
  readonly grow: readonly Step[];
}

/**
 * Creates the target, renames and adds columns, lets types grow, describes it. Every statement may be repeated, since a redrive begins
 * again with the first of its step; and each looks again at what it changes, since another load may have come before it.
 * @throws Refusal SchemaDrift, WarehouseNotReady
 */
export function prepare(load: Load, renamed: Renamed): Preparation {
  const { contract } = load;
  const { inspection } = renamed;
  checkWarehouse(contract, inspection);
  const target = findRelation(inspection, contract.table.schema, contract.table.name);
  const beside = statementsPreparation(load, renamed, target !== undefined);
  if (target === undefined) {
    return {
      widen: oneByOne(labelOf(load, "widen the columns"), beside.widen, contract.load.lock_wait_seconds),
      prepare: underLock(load, "create the table", createTarget(load, inspection, beside.prepare)),
      grow: beside.grow,
    };
  }
  if (target.kind !== "table") {
    throw new WarehouseNotReady(
      `${contract.table.schema}.${contract.table.name} is a ${target.kind}, but a load needs a table. Drop it, or name another table in the contract.`,
    );
  }
  checkPrivileges(contract, inspection);
  const changes = compareColumns(contract, inspection);
  checkMarks(load, inspection);
  // A swap builds its table from the contract; the present one goes as it is.
  if (contract.load.mode !== "swap") checkDesign(contract, inspection);
  const { added: missing, widened } = contract.load.mode === "swap" ? { added: [], widened: [] } : changes;
  const grow = contract.load.mode === "swap" ? [] : grown(load, contract, inspection, changes);
  const altered = renamed.target.length + missing.length + widened.length > 0;
  if (altered) checkOwner(contract, inspection, "alters the table");
  const present = new Set(inspection.columns.map(({ name }) => name));
  const comments = describe(load, inspection, (name) => contract.load.mode !== "swap" || present.has(name));
  return {
    widen: oneByOne(
      labelOf(load, "widen the columns"),
      [...widenColumns(contract, widened, renamed.target), ...beside.widen],
      contract.load.lock_wait_seconds,
    ),
    prepare: underLock(load, "prepare the table", [
      ...(renamed.target.length + missing.length === 0 ? [] : exclusively(load)),
      ...renameColumns(contract, renamed.target),
      ...added(contract, missing),
      ...beside.prepare,
      ...comments,
    ]),
    grow: [...grow, ...beside.grow],
  };
}

/** The steps that let types grow, or end a growth that was broken off; none where there is nothing to do. @throws WarehouseNotReady */
function grown(load: Load, contract: Contract, inspection: Inspection, changes: Changes): Step[] {
  const { schema, name } = contract.table;
  const isLeft = findRelation(inspection, schema, outgrownTable(contract).name) !== undefined;
  if (changes.grown.length === 0 && !isLeft) return [];
  checkOwner(contract, inspection, "copies the table");
  if (contract === load.contract && !inspection.mayCreateTables) throw mayNotCreate(inspection, schema);
  const { views, drop } = finishGrowth(load, contract);
  const finish = [
    inOneTransaction(labelOf(load, `update the views of ${name}`), views),
    ...optional(oneByOne(labelOf(load, `drop the former ${name}`), [drop])),
  ];
  if (changes.grown.length === 0) return finish;
  const names = changes.grown.map((column) => column.name).join(", ");
  const copy = inOneTransaction(
    labelOf(load, `grow ${name} (${names})`),
    growTable(load, contract, inspection, changes),
  );
  // What an earlier growth has left comes first: its views are bound to what this one drops.
  return [...(isLeft ? finish : []), copy, ...finish];
}

const optional = <T>(value: T | null): readonly T[] => (value === null ? [] : [value]);

/** The table beside a history: made, or changed as the history is. @throws Refusal SchemaDrift, WarehouseNotReady */
function statementsPreparation(load: Load, renamed: Renamed, hasTarget: boolean) {
  const { contract } = load;
  const { inspection, statements: renames } = renamed;
  if (contract.load.mode !== "history") return { widen: [], prepare: [], grow: [] };
  if (lacksStatements(contract, inspection)) {
    return { widen: [], prepare: createStatements(contract, hasTarget), grow: [] };
  }
  const statements = statementsOf(contract);
  checkPrivileges(statements, inspection);
  const changes = changedStatements(contract, inspection);
  const { added: missing, widened } = changes;
  if (renames.length + missing.length + widened.length > 0) checkOwner(statements, inspection, "alters the table");
  return {
    widen: widenColumns(statements, widened, renames),
    prepare: [...renameColumns(statements, renames), ...added(statements, missing)],
    grow: grown(load, statements, statementsInspection(inspection), changes),
  };
}

/** Statements that leave room for settings and lock in a batch of 40 (B1.1). */
const additionsAtOnce = 36;

/**
 * One transaction that waits its turn: the first loads of a dataset may well come all at once. What finds no room, which
 * only descriptions can be so many for, is found to be missing by the next load.
 */
const underLock = (load: Load, what: string, statements: readonly Fragment[]): Step | null =>
  statements.length === 0
    ? null
    : inOneTransaction(labelOf(load, what), [
        ...settings(),
        render("load/lock", { lock: lock(load) }),
        ...statements.slice(0, additionsAtOnce),
      ]);

function checkWarehouse(contract: Contract, { relations, loadingUser }: Inspection): void {
  for (const { schema, name } of [ledgerTable(contract.dataset), lockTable(contract.dataset)]) {
    if (findRelation({ relations }, schema, name) === undefined) {
      throw new WarehouseNotReady(
        `${schema}.${name} is missing, or ${loadingUser} cannot see it. Run 'sluice bootstrap', then rerun the batch.`,
      );
    }
  }
}

function checkPrivileges(contract: Contract, inspection: Inspection): void {
  const { schema, name } = contract.table;
  const target = findRelation(inspection, schema, name);
  if (target === undefined) return;
  const needed = {
    SELECT: target.maySelect,
    INSERT: target.mayInsert,
    UPDATE: target.mayUpdate,
    DELETE: target.mayDelete,
  };
  const missing = Object.entries(needed).flatMap(([privilege, has]) => (has ? [] : [privilege]));
  if (missing.length > 0) {
    const grant = `GRANT ${missing.join(", ")} ON TABLE ${schema}.${name} TO ${inspection.loadingUser};`;
    throw new WarehouseNotReady(
      `${inspection.loadingUser} has no ${missing.join(", ")} on ${schema}.${name}, which is owned by ${target.owner}. Run ${grant} then rerun the batch.`,
    );
  }
  if (contract.load.mode === "swap" || contract.load.mode === "truncate") {
    checkOwner(contract, inspection, `loads by ${contract.load.mode}`);
  }
}

function checkOwner(contract: Contract, inspection: Inspection, why: string): void {
  const { schema, name } = contract.table;
  const owner = findRelation(inspection, schema, name)?.owner ?? inspection.loadingUser;
  if (owner === inspection.loadingUser) return;
  throw new WarehouseNotReady(
    `${schema}.${name} belongs to ${owner}, but whoever ${why} must own it. Run ALTER TABLE ${schema}.${name} OWNER TO ${inspection.loadingUser}; then rerun the batch.`,
  );
}

const mayNotCreate = ({ hasSchema, loadingUser }: Inspection, schema: string) =>
  new WarehouseNotReady(
    `${loadingUser} may not create ${hasSchema ? "tables in " : ""}the schema ${schema}. Run 'sluice bootstrap', then rerun the batch.`,
  );

/** @param beside what is made behind the table */
function createTarget(load: Load, inspection: Inspection, beside: readonly Fragment[]): Fragment[] {
  const { contract } = load;
  const target = table(targetTable(contract));
  const { schema } = contract.table;
  if (inspection.hasSchema ? !inspection.mayCreateTables : !inspection.mayCreateSchemas) {
    throw mayNotCreate(inspection, schema);
  }
  return [
    ...(inspection.hasSchema ? [] : [render("prepare/create_schema", { schema: identifier(schema) })]),
    ...createTable(contract, targetTable(contract)),
    ...(inspection.hasReaders
      ? [
          render("prepare/grant", {
            privilege: expression`SELECT`,
            granted: target,
            grantee: expression`GROUP ${identifier(warehouseUsers().readers)}`,
            option: nothing,
          }),
        ]
      : []),
    ...beside,
    ...describe(load, inspection, () => true),
  ];
}

const added = (contract: Contract, columns: readonly TargetColumn[]): Fragment[] =>
  addColumns(
    targetTable(contract),
    columns.map((column) => ({ name: column.name, type: column.type, definition: addedDefinition(column) })),
  );

/** Comes before the renames. */
const widenColumns = (contract: Contract, widened: Changes["widened"], renames: readonly Rename[]): Fragment[] =>
  widened.flatMap(({ name, type }) => [
    render("prepare/check_width", {
      schema: literal(contract.table.schema),
      target: literal(contract.table.name),
      widened: literal(oldName(renames, name)),
      planned: literal(type.length),
    }),
    render("prepare/widen_column", {
      target: table(targetTable(contract)),
      column: identifier(oldName(renames, name)),
      type: typeFragment(type),
    }),
  ]);

/** Rows that are there have no value: a column that the contract requires is only NOT NULL with a default (C8.5). */
function addedDefinition(column: TargetColumn): Fragment {
  const { type, default: value } = column;
  return value === null
    ? expression`${typeFragment(type)}${encodeClause(column)}`
    : expression`${typeFragment(type)} DEFAULT ${literal(value)}${encodeClause(column)} NOT NULL`;
}

/** The contract's descriptions, as far as they differ. A comment that the contract does not speak of is left. */
function describe(load: Load, inspection: Inspection, isThere: (column: string) => boolean): Fragment[] {
  const { contract } = load;
  const { comments } = inspection;
  const target = table(targetTable(contract));
  const text = contract.description;
  const changed = targetColumns(contract).flatMap(({ name, description }) => {
    const { comment, isMark } = commentOf(load, inspection, name, description);
    if (comment === null || comments.get(name) === commentHash(comment) || !isThere(name)) return [];
    const sql = render("prepare/comment_on_column", { column: columnOf(target, name), comment: literal(comment) });
    return [{ sql, isMark }];
  });
  return [
    // What is protected comes first: it must find room.
    ...changed.filter(({ isMark }) => isMark).map(({ sql }) => sql),
    ...(text === null || comments.get("") === commentHash(text)
      ? []
      : [render("prepare/comment_on_table", { target, comment: literal(text) })]),
    ...changed.filter(({ isMark }) => !isMark).map(({ sql }) => sql),
  ];
}
