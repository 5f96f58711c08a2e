import type { Contract, Identity } from "../contract/contract.js";
import type { Refusal } from "../contract/refusals.js";
import { columns, expression, identifier, render, table } from "../sql/render.js";
import { identityType, targetColumns, targetTable } from "../sql/tables.js";
import { createTable } from "./create-table.js";
import type { FoundColumn, Inspection } from "./inspection.js";
import { drift, run, targetOf } from "./schema-drift.js";

/** Columns that the warehouse fills: the contract's own, and such as somebody has given the table. */

const identityOf = ({ design }: Inspection, column: string) =>
  design.find(({ name }) => name === column)?.identity ?? "never";

/** The columns that no batch needs to fill. */
export const filledByItself = ({ table: { identity } }: Contract, { design }: Inspection): ReadonlySet<string> =>
  new Set([
    ...design.filter((column) => column.identity !== "never").map(({ name }) => name),
    ...(identity === null ? [] : [identity.column]),
  ]);

/**
 * The contract's identity column must be there, and must be one: no ALTER TABLE makes one, so only a new table has it. Its
 * seed and step count when the table is made, and are not compared. A column of the table's own may fill itself as well;
 * but a swap would lose it, and the contract may not want to fill one whose values nobody may give.
 * @throws Refusal SchemaDrift
 */
export function checkIdentity(contract: Contract, inspection: Inspection, known: ReadonlySet<string>): void {
  const { identity } = contract.table;
  // A swap builds the table from the contract.
  const isSwap = contract.load.mode === "swap";
  if (identity !== null && !isSwap) {
    const present = inspection.columns.find(({ name }) => name === identity.column);
    if (present === undefined || identityOf(inspection, identity.column) === "never") {
      throw noIdentity(contract, identity, present);
    }
  }
  for (const column of inspection.columns) {
    const kind = identityOf(inspection, column.name);
    if (known.has(column.name) && kind === "always") throw filledByTheBatch(contract, column);
    const isOther = !known.has(column.name) && kind !== "never" && column.name !== identity?.column;
    if (isOther && isSwap) throw lostBySwap(contract, column);
  }
}

function noIdentity(contract: Contract, identity: Identity, present: FoundColumn | undefined): Refusal {
  const target = targetTable(contract);
  const named = (suffix: string) => ({ schema: target.schema, name: `${target.name.slice(0, 123)}${suffix}` });
  const [made, kept] = [named("_new"), named("_old")];
  const names = columns(targetColumns(contract).map(({ name }) => name));
  const rebuilt = [
    ...createTable(contract, made),
    expression`INSERT INTO ${table(made)} (${names}) SELECT ${names} FROM ${table(target)}`,
    render("load/rename", { renamed: table(target), name: identifier(kept.name) }),
    render("load/rename", { renamed: table(made), name: identifier(target.name) }),
  ];
  return drift(
    contract,
    `column '${identity.column}' must fill itself (found: ${present?.type ?? "no such column"}; expected: ${identityType(identity).sql}), and ALTER TABLE cannot add such a column.`,
    `Remove 'table.identity' from the contract, or rebuild the table with the old one's grants: ${run(rebuilt)}`,
  );
}

function filledByTheBatch(contract: Contract, column: FoundColumn): Refusal {
  const other = identifier(`${column.name}_identity`.slice(0, 127));
  const statement = expression`ALTER TABLE ${targetOf(contract)} RENAME COLUMN ${identifier(column.name)} TO ${other}`;
  return drift(
    contract,
    `column '${column.name}' is an IDENTITY column (found: it fills itself; expected: values of the batch).`,
    `Remove it from the contract, or rename it in the table: ${run([statement])}`,
  );
}

function lostBySwap(contract: Contract, column: FoundColumn): Refusal {
  const statement = expression`ALTER TABLE ${targetOf(contract)} DROP COLUMN ${identifier(column.name)}`;
  return drift(
    contract,
    `column '${column.name}' is an IDENTITY column, and a swap, which builds the table from the contract, would lose it (found: ${column.type} IDENTITY; expected: no such column).`,
    `Write 'table.identity: { column: ${column.name} }' in the contract, use 'mode: replace', which keeps the table, or drop the column: ${run([statement])}`,
  );
}
