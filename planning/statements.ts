import type { Contract } from "../contract/contract.js";
import { statementsTable } from "../contract/layout.js";
import { type Fragment, literal, render, table } from "../sql/render.js";
import { isWide } from "../sql/staging-names.js";
import { targetTable } from "../sql/tables.js";
import type { Changes } from "./changes.js";
import { createTable } from "./create-table.js";
import { compareColumns } from "./drift.js";
import { findRelation, type Inspection } from "./inspection.js";

/** The table beside a history that holds what its batches have said. It has the columns of the history itself. */

/** The contract of that table: a statement's valid_from is its time, is_current whether it is no deletion. */
export const statementsOf = (contract: Contract): Contract => ({
  ...contract,
  table: { ...contract.table, ...statementsTable(contract.dataset), identity: null },
});

/** What that table looks like now. */
export const statementsInspection = (inspection: Inspection): Inspection => ({
  ...inspection,
  ...{
    columns: inspection.statements,
    design: [],
    keys: new Map(),
    boundView: null,
    comments: new Map(),
    marks: new Map(),
  },
});

/** Whether the dataset is loaded as a history, and the table is not there yet. */
export const lacksStatements = (contract: Contract, inspection: Inspection): boolean => {
  const { schema, name } = statementsOf(contract).table;
  return contract.load.mode === "history" && findRelation(inspection, schema, name) === undefined;
};

/**
 * Makes the table, behind the target. Rows of a target that nobody noted anything of stop it: the next load of their keys
 * would lose them.
 */
export function createStatements(contract: Contract, hasTarget: boolean): Fragment[] {
  const { schema, name } = statementsOf(contract).table;
  const check = render("prepare/check_history", {
    schema: literal(contract.table.schema),
    target: literal(contract.table.name),
    statements: literal(name),
  });
  // A plan has no room for the columns of a wide contract twice (A2.2).
  const made = isWide(contract)
    ? [render("load/create_like", { made: table({ schema, name }), model: table(targetTable(contract)) })]
    : createTable(statementsOf(contract), { schema, name });
  return [...(hasTarget ? [check] : []), ...made];
}

/** What changes in the contract must change there too. @throws Refusal SchemaDrift */
export const changedStatements = (contract: Contract, inspection: Inspection): Changes =>
  contract.load.mode !== "history" || lacksStatements(contract, inspection)
    ? { added: [], widened: [], grown: [] }
    : compareColumns(statementsOf(contract), statementsInspection(inspection));
