import type { Contract } from "../contract/contract.js";
import { ledgerTable, lockTable } from "../contract/layout.js";
import { literal, nothing, render, table } from "../sql/render.js";
import { asideTable, counts, previousTable, targetTable } from "../sql/tables.js";
import { checkDependents, exchange } from "./exchange.js";
import { findRelation, type Inspection } from "./inspection.js";
import { settings } from "./load.js";
import { inOneTransaction, type Step } from "./step.js";

/** There is no generation to go back to. */
export class NothingToRollBack extends Error {
  override readonly name = "NothingToRollBack";
}

/** The batch_id of the ledger rows that rollbacks write. */
const rollbackBatch = "rollback";

/**
 * Puts the generation that the last swap put aside back in place, and keeps the present one aside: a second rollback
 * undoes the first. One transaction, with a ledger row of its own.
 * @param revision names this rollback, at most 40 characters; the same one runs once, however often it is sent.
 * @throws NothingToRollBack
 */
export function rollback(contract: Contract, inspection: Inspection, revision: string): Step {
  const [target, previous] = [targetTable(contract), previousTable(contract)];
  const shown = `${contract.table.schema}.${contract.table.name}`;
  if (contract.load.mode !== "swap") {
    throw new NothingToRollBack(
      `${contract.dataset} uses mode: ${contract.load.mode}; only a swap keeps the previous table.`,
    );
  }
  if (findRelation(inspection, previous.schema, previous.name) === undefined) {
    throw new NothingToRollBack(`${shown} has no previous generation: it has not been swapped yet.`);
  }
  const ledger = table(ledgerTable(contract.dataset));
  const ids = { batch_id: literal(rollbackBatch), revision: literal(revision) };
  return inOneTransaction(`${contract.dataset}: roll back`, [
    ...settings(),
    render("load/lock", { lock: table(lockTable(contract.dataset)) }),
    render("load/guard", {
      dataset: literal(contract.dataset),
      ...ids,
      place: literal(""),
      execution: literal(revision),
      kind: literal("rollback"),
      forced: literal(false),
    }),
    checkDependents(contract),
    render("rollback/count", { counts: table(counts(contract)), target: table(target) }),
    ...exchange(contract, previous, asideTable(contract, revision)),
    render("rollback/insert_ledger_row", {
      ledger,
      counts: table(counts(contract)),
      restored: table(target),
      ...ids,
      execution: literal(revision),
    }),
    render("load/balance", { dataset: literal(contract.dataset), ...ids, whole_table: literal("") }),
    render("load/select_counts", { ledger, ...ids, checked: literal(""), results: nothing }),
  ]);
}
