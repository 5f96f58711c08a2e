import type { Contract } from "../contract/contract.js";
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
  "dependents",
  "datashares",
  "aggregates",
  "design",
  "distribution",
] as const;
export type Question = (typeof questions)[number];

/** What run-statements takes. The grants come as a second result, and only the results of single statements are all read. */
export interface InspectionStep {
  readonly statements: readonly string[];
  readonly transaction: boolean;
  readonly results: boolean;
}

/**
 * What is asked about the target before a load is planned: who loads, tables, columns, comments, keys, bound views,
 * datashares, aggregates, storage, and for a swap the grants, which only a procedure may see. The catalogue's functions
 * live on the leader node, so nothing reads a user's table (C10.11).
 */
export function inspection(contract: Pick<Contract, "dataset" | "table" | "aggregates" | "load">): InspectionStep {
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
    dependents: place,
    aggregates: { named: anyOf(contract.aggregates.map(({ name }) => name)) },
    design: place,
    distribution: place,
    datashares: { target: literal(`${contract.table.schema}.${contract.table.name}`) },
  };
  const asked = Object.fromEntries(questions.map((name) => [name, render(`inspect/${name}`, values[name])]));
  const grants = contract.load.mode === "swap" ? [render("inspect/grants", place)] : [];
  const statements = [render("inspect/findings", asked), ...grants].map(({ sql }) => sql);
  return { statements, transaction: grants.length === 0, results: true };
}

/** The condition that a relation has one of these names, `schema.name`. */
function anyOf(names: readonly string[]): Fragment {
  const conditions = names.map((name) => {
    const [schema, relation] = splitName(name);
    return expression`(n.nspname = ${literal(schema)} AND v.relname = ${literal(relation)})`;
  });
  return conditions.length === 0 ? expression`FALSE` : list(conditions, " OR ");
}
