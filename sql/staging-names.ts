import { type Contract, parquetColumns } from "../contract/contract.js";
import { hasManyNames } from "../contract/wide.js";
import { columnOf, expression, type Fragment, literal } from "./render.js";

/**
 * Whether the contract has so many columns, with such long names, that statements may not name them all: staging tables
 * have short names then, and rows are placed by position, which is checked.
 */
export const isWide = ({ columns }: Pick<Contract, "columns">): boolean =>
  once(wide, columns, () => hasManyNames(columns));

export type Staged = Pick<Contract, "columns" | "load">;

// Statements that name all columns ask this of each of them: what was found of a contract is kept as long as the contract is.
const wide = new WeakMap<Contract["columns"], boolean>();
const places = new WeakMap<Staged, ReadonlyMap<string, number>>();

function once<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, find: () => Value): Value {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}

const placesOf = (contract: Staged): ReadonlyMap<string, number> =>
  new Map(parquetColumns(contract).map(({ name }, at) => [name, at + 1]));

/** The name of a column in the staging table: its own, or a short one by position. */
export const stagingName = (contract: Staged, name: string): string =>
  isWide(contract) ? `c${once(places, contract, () => placesOf(contract)).get(name) ?? 0}` : name;

/** `alias.column` of a staging table; a short name has no quotes, since a plan has not much room (A2.2). */
export function stagingColumn(contract: Staged, name: string, alias: Fragment): Fragment {
  if (!isWide(contract)) return columnOf(alias, name);
  return expression`${alias}.c${literal(Number(stagingName(contract, name).slice(1)))}`;
}
