import type { Contract } from "../contract/contract.js";
import { ownSchema } from "../contract/own-schema.js";
import { list, literal, render } from "./render.js";
import { splitName } from "./tables.js";

/** What bootstrap needs to know of a contract to see what is there. */
export type Declared = Pick<Contract, "table" | "aggregates">;

/** The query of what a warehouse has already of what bootstrap would make: kind, name, owner, whether a superuser. */
export function whatIsThere(
  contracts: readonly Declared[],
  users: Readonly<Record<"loader" | "reader" | "readers", string>>,
  externalSchemas: readonly string[],
): string {
  const relations = contracts.map(({ table: { schema, name } }) => `${schema}.${name}`);
  return render("warehouse/what_is_there", {
    users: literals([users.loader, users.reader]),
    readers: literal(users.readers),
    schemas: literals([ownSchema(), ...targetSchemas(contracts), ...externalSchemas]),
    // Without a dataset there is nothing to look for, and a list may not be empty.
    relations: literals(relations.length === 0 ? [""] : relations),
  }).sql;
}

/** Whether texts inside SUPER may be longer than 65,535 bytes. */
export const largeStringsQuery = (): string => render("warehouse/is_large_string_enabled", {}).sql;

/** The schemas of targets and aggregates, each once. */
export const targetSchemas = (contracts: readonly Declared[]): readonly string[] => [
  ...new Set(
    contracts.flatMap(({ table: { schema }, aggregates }) => [
      schema,
      ...aggregates.map(({ name }) => splitName(name)[0]),
    ]),
  ),
];

export const literals = (values: readonly string[]) => list(values.map((value) => literal(value)));
