import type { Contract } from "../contract/contract.js";
import type { SchemaChange } from "./changes.js";
import { compareColumns } from "./drift.js";
import type { Inspection } from "./inspection.js";
import type { Rename } from "./rename.js";

/** What a load does to a table's columns; nothing where there is no table yet. @param inspection under the new names */
export function schemaChanges(contract: Contract, inspection: Inspection, renames: readonly Rename[]): SchemaChange[] {
  if (inspection.columns.length === 0) return [];
  const { added, widened, grown } = compareColumns(contract, inspection);
  const typeOf = (name: string) => inspection.columns.find((column) => column.name === name)?.type ?? null;
  return [
    ...renames.map(({ from, to }) => ({ change: "renamed" as const, column: to, from })),
    ...added.map(({ name }) => ({ change: "added" as const, column: name, from: null })),
    ...[...widened, ...grown].map(({ name }) => ({ change: "grown" as const, column: name, from: typeOf(name) })),
  ];
}
