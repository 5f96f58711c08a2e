import { type Contract, loadedColumns } from "../contract/contract.js";
import type { Refusal } from "../contract/refusals.js";
import { expression, type Fragment, identifier, literal, render } from "../sql/render.js";
import { targetTable } from "../sql/tables.js";
import { findRelation, type Inspection } from "./inspection.js";
import { drift, run, targetOf } from "./schema-drift.js";
import { statementsInspection, statementsOf } from "./statements.js";

/** A column that the contract calls by another name than the table does (`was`). */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** What was found, under the names that it has once the renames are done. */
export interface Renamed {
  readonly inspection: Inspection;
  readonly target: readonly Rename[];
  /** Of the table beside a history. */
  readonly statements: readonly Rename[];
}

/**
 * Columns of the target whose names are the old ones of the contract. A table that has the new name already is left as it is.
 * @throws Refusal SchemaDrift where a table has both names, or neither
 */
export function withNewNames(contract: Contract, inspection: Inspection): Renamed {
  const target = renamesOf(contract, inspection);
  const statements =
    contract.load.mode === "history" ? renamesOf(statementsOf(contract), statementsInspection(inspection)) : [];
  const rename = namer(target);
  const byColumn = <T>(map: ReadonlyMap<string, T>) => new Map([...map].map(([name, value]) => [rename(name), value]));
  const named = <T extends { readonly name: string }>(all: readonly T[], by = rename) =>
    all.map((each) => ({ ...each, name: by(each.name) }));
  return {
    inspection: {
      ...inspection,
      columns: named(inspection.columns),
      statements: named(inspection.statements, namer(statements)),
      comments: byColumn(inspection.comments),
      marks: byColumn(inspection.marks),
      keys: byColumn(inspection.keys),
      design: named(inspection.design),
    },
    target,
    statements,
  };
}

const namer = (renames: readonly Rename[]) => {
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  return (name: string) => names.get(name) ?? name;
};

/** The name that a column has before the renames. */
export const oldName = (renames: readonly Rename[], name: string): string =>
  renames.find(({ to }) => to === name)?.from ?? name;

function renamesOf(contract: Contract, inspection: Inspection): Rename[] {
  const { schema, name: tableName } = contract.table;
  if (findRelation(inspection, schema, tableName)?.kind !== "table") return [];
  const present = new Set(inspection.columns.map(({ name }) => name));
  return loadedColumns(contract).flatMap(({ name, was }): Rename[] => {
    if (was === null) return [];
    if (present.has(was) && present.has(name)) throw bothNames(contract, was, name);
    if (!present.has(was) && !present.has(name)) throw neitherName(contract, was, name, [...present]);
    return present.has(was) ? [{ from: was, to: name }] : [];
  });
}

/** Each looks again whether it is done by now, so that a repeat changes nothing. */
export const renameColumns = (contract: Contract, renames: readonly Rename[]): Fragment[] => {
  const { schema, name } = targetTable(contract);
  return renames.map(({ from, to }) =>
    render("prepare/rename_column", {
      schema: literal(schema ?? ""),
      target: literal(name),
      old_name: literal(from),
      new_name: literal(to),
    }),
  );
};

function bothNames(contract: Contract, was: string, name: string): Refusal {
  const target = targetOf(contract);
  const statements = [
    expression`UPDATE ${target} SET ${identifier(name)} = COALESCE(${identifier(name)}, ${identifier(was)})`,
    expression`ALTER TABLE ${target} DROP COLUMN ${identifier(was)}`,
  ];
  return drift(
    contract,
    `column '${name}' was '${was}' (found: both; expected: one of them).`,
    `Remove 'was' and declare '${was}' as another column, or merge the two: ${run(statements)}`,
  );
}

function neitherName(contract: Contract, was: string, name: string, present: readonly string[]): Refusal {
  return drift(
    contract,
    `column '${name}' was '${was}' (found: neither; the table has ${present.slice(0, 50).join(", ")}).`,
    `Correct 'was' to the column's name in the table, or remove it: then the column is added, empty.`,
  );
}
