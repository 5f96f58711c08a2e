import type { Contract } from "../contract/contract.js";
import type { Statements } from "../contract/definition.js";
import { ledgerTable, lockTable, warehouseUsers } from "../contract/layout.js";
import { expression, type Fragment, list, literal, render } from "./render.js";
import { previousTable, splitName } from "./tables.js";

/** What is asked about the target: one statement answers all of it (findings.sql). */
export const questions = [
  "session",
  "relations",
  "columns",
  "comments",
  "keys",
  "bound_view",
  "aggregates",
  "design",
  "distribution",
] as const;
export type Question = (typeof questions)[number];

/** An inspection may take this long, in seconds. */
const inspectionTimeoutSeconds = 900;

/**
 * What is asked about the target before a load is planned: who loads, tables, columns, comments, keys, whether a view is
 * bound to it, aggregates, storage. The catalogue's functions live on the leader node, so nothing reads a user's table
 * (C10.11). Grants, datashares and the texts of views stay in the warehouse: its procedures read them (sluice.hand_over,
 * sluice.check_dependents, sluice.rebuild_views), so that no result can be too large for a state (J3.1).
 */
export function inspection(
  contract: Pick<Contract, "dataset" | "table" | "aggregates" | "load">,
  label = `${contract.dataset}: inspect the target`,
): Statements {
  const schema = literal(contract.table.schema);
  const target = literal(contract.table.name);
  const place = { schema, target };
  const values: Readonly<Record<Question, Readonly<Record<string, Fragment>>>> = {
    session: { schema, readers: literal(warehouseUsers.readers) },
    relations: {
      ...place,
      previous: literal(previousTable(contract).name),
      ledger: literal(ledgerTable(contract.dataset).name),
      lock: literal(lockTable(contract.dataset).name),
    },
    columns: place,
    comments: place,
    keys: place,
    bound_view: place,
    aggregates: { named: anyOf(contract.aggregates.map(({ name }) => name)) },
    design: place,
    distribution: place,
  };
  const asked = Object.fromEntries(questions.map((name) => [name, render(`inspect/${name}`, values[name])]));
  return {
    ...{ statements: [render("inspect/findings", asked).sql], transaction: true, results: true },
    ...{ label, timeoutSeconds: inspectionTimeoutSeconds },
  };
}

/** The condition that a relation has one of these names, `schema.name`. */
function anyOf(names: readonly string[]): Fragment {
  const conditions = names.map((name) => {
    const [schema, relation] = splitName(name);
    return expression`(n.nspname = ${literal(schema)} AND v.relname = ${literal(relation)})`;
  });
  return conditions.length === 0 ? expression`FALSE` : list(conditions, " OR ");
}
