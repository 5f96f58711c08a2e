import type { Contract } from "../contract/contract.js";
import { ledgerTable, lockTable, warehouseUsers } from "../contract/layout.js";
import { expression, type Fragment, list, literal, render } from "./render.js";
import { previousTable, splitName } from "./tables.js";

/** The statements of an inspection by name; each has one result, in this order. */
export const inspectionNames = [
  "session",
  "relations",
  "columns",
  "comments",
  "keys",
  "dependents",
  "grants",
  "datashares",
  "aggregates",
  "design",
  "distribution",
] as const;
export type InspectionName = (typeof inspectionNames)[number];

/**
 * What is asked about the target before a load is planned: who loads, tables, columns, comments, keys, bound views,
 * grants, datashares, aggregates, storage. Each statement has one result; the catalogue's functions live on the leader node, so none reads
 * a user's table (C10.11).
 */
export function inspectionStatements(contract: Pick<Contract, "dataset" | "table" | "aggregates" | "load">): string[] {
  const schema = literal(contract.table.schema);
  const target = literal(contract.table.name);
  const place = { schema, target };
  const isReplaced = contract.load.mode === "swap";
  const values: Readonly<Record<InspectionName, Readonly<Record<string, Fragment>>>> = {
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
    grants: isReplaced ? place : {},
    aggregates: { named: anyOf(contract.aggregates.map(({ name }) => name)) },
    design: place,
    distribution: place,
    datashares: { target: literal(`${contract.table.schema}.${contract.table.name}`) },
  };
  const file = (name: InspectionName) => (name === "grants" && !isReplaced ? "no_grants" : name);
  return inspectionNames.map((name) => render(`inspect/${file(name)}`, values[name]).sql);
}

/** The condition that a relation has one of these names, `schema.name`. */
function anyOf(names: readonly string[]): Fragment {
  const conditions = names.map((name) => {
    const [schema, relation] = splitName(name);
    return expression`(n.nspname = ${literal(schema)} AND v.relname = ${literal(relation)})`;
  });
  return conditions.length === 0 ? expression`FALSE` : list(conditions, " OR ");
}
