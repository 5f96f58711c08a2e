import type { ColumnType } from "../../contract/column-type.js";
import type { Contract } from "../../contract/contract.js";
import { Refusal } from "../../contract/refusals.js";
import { expression, type Fragment, identifier, literal, table } from "../../sql/render.js";
import { type TargetColumn, targetColumns, targetTable, typeFragment, typeText } from "../../sql/tables.js";
import { readFoundType } from "./found-type.js";
import type { FoundColumn, Inspection } from "./inspection.js";

type Varchar = Extract<ColumnType, { readonly name: "varchar" }>;

/** How the target differs from the contract in what a load can prepare by itself. */
export interface Changes {
  readonly added: readonly TargetColumn[];
  readonly widened: readonly { readonly name: string; readonly type: Varchar }[];
}

/** Encodings whose columns Redshift does not widen (C8.4). */
const fixedEncodings = new Set(["bytedict", "runlength", "text255", "text32k"]);

/**
 * Compares the target with the contract, by column name. Added columns and wider VARCHARs can be prepared.
 * @throws Refusal SchemaDrift for everything else, naming the column, what was found and expected, and the statement
 * that a person would run.
 */
export function compareColumns(contract: Contract, inspection: Inspection): Changes {
  const expected = targetColumns(contract);
  const found = new Map(inspection.columns.map((column) => [column.name, column]));
  const known = new Set(expected.map(({ name }) => name));
  checkIdentity(contract, inspection, known);
  const filled = new Set(inspection.design.filter(({ identity }) => identity !== "never").map(({ name }) => name));
  const surplus = inspection.columns.find(({ name }) => !known.has(name) && !filled.has(name));
  if (surplus !== undefined) throw surplusColumn(contract, surplus);
  const widened: { name: string; type: Varchar }[] = [];
  for (const column of expected) {
    const present = found.get(column.name);
    if (present === undefined) continue;
    const { type } = column;
    if (isWider(contract, column, present, inspection) && type.name === "varchar") {
      widened.push({ name: column.name, type });
    }
    if (present.isNotNull && !column.isRequired) throw tooStrict(contract, column, present);
  }
  return { added: expected.filter(({ name }) => !found.has(name)), widened };
}

const targetOf = (contract: Contract) => table(targetTable(contract));
const shown = (contract: Contract) => `${contract.table.schema}.${contract.table.name}`;

/** True when the column must be widened, false when it fits as it is. @throws Refusal SchemaDrift */
function isWider(contract: Contract, column: TargetColumn, present: FoundColumn, inspection: Inspection): boolean {
  const type = readFoundType(present.type);
  if (type !== undefined && typeText(type) === typeText(column.type)) return false;
  if (type?.name !== "varchar" || column.type.name !== "varchar") throw otherType(contract, column, present);
  // A VARCHAR with more room holds all that the contract allows.
  if (type.length > column.type.length) return false;
  if (contract.load.mode === "swap") return true;
  const obstacle = widenObstacle(column, present, inspection);
  if (obstacle !== undefined) throw cannotWiden(contract, column, present, obstacle);
  return true;
}

/** Why Redshift would not widen the column (C8.4). */
function widenObstacle(column: TargetColumn, present: FoundColumn, inspection: Inspection): string | undefined {
  const key = inspection.keys.get(column.name);
  if (key !== undefined) return `it stands in the key ${key}`;
  if (present.hasDefault) return "it has a DEFAULT";
  if (column.encode !== null && fixedEncodings.has(column.encode)) return `it is encoded as ${column.encode}`;
  const view = inspection.dependents.find(({ distance }) => distance === 1);
  if (view !== undefined) return `the view ${view.schema}.${view.name} is bound to the table`;
  return undefined;
}

const drift = (contract: Contract, what: string, remedy: string) =>
  new Refusal("SchemaDrift", `${shown(contract)}: ${what} Nothing was changed. ${remedy}`);

function surplusColumn(contract: Contract, column: FoundColumn): Refusal {
  const statement = expression`ALTER TABLE ${targetOf(contract)} DROP COLUMN ${identifier(column.name)}`;
  return drift(
    contract,
    `column '${column.name}' (found: ${column.type}; expected: no such column) is not in the contract.`,
    `Add it to the contract, or drop it: ${statement.sql};`,
  );
}

/**
 * An IDENTITY column of the table's own fills itself, since loads name their columns. A swap would lose it, and the
 * contract may not want to fill one whose values nobody may give.
 * @throws Refusal SchemaDrift
 */
function checkIdentity(contract: Contract, { columns, design }: Inspection, known: ReadonlySet<string>): void {
  for (const column of columns) {
    const identity = design.find(({ name }) => name === column.name)?.identity ?? "never";
    const isFilledByTheBatch = known.has(column.name) && identity === "always";
    const isLost = !known.has(column.name) && identity !== "never" && contract.load.mode === "swap";
    if (isFilledByTheBatch || isLost) throw identityColumn(contract, column, isLost);
  }
}

function identityColumn(contract: Contract, column: FoundColumn, isLost: boolean): Refusal {
  const target = targetOf(contract);
  if (!isLost) {
    const statements = [
      expression`ALTER TABLE ${target} RENAME COLUMN ${identifier(column.name)} TO ${identifier(`${column.name}_identity`.slice(0, 127))}`,
    ];
    return drift(
      contract,
      `column '${column.name}' is an IDENTITY column (found: it fills itself; expected: values of the batch).`,
      `Take it out of the contract, or give it another name in the table: ${run(statements)}`,
    );
  }
  return drift(
    contract,
    `column '${column.name}' is an IDENTITY column, and a swap, which builds the table from the contract, would lose it (found: ${column.type} IDENTITY; expected: no such column).`,
    `Load it by 'mode: replace', which keeps the table, or drop the column: ${run([expression`ALTER TABLE ${target} DROP COLUMN ${identifier(column.name)}`])}`,
  );
}

function otherType(contract: Contract, column: TargetColumn, present: FoundColumn): Refusal {
  const added = `${column.name}_new`.slice(0, 127);
  const target = targetOf(contract);
  const statements = [
    expression`ALTER TABLE ${target} ADD COLUMN ${identifier(added)} ${typeFragment(column.type)}`,
    expression`UPDATE ${target} SET ${identifier(added)} = CAST(${identifier(column.name)} AS ${typeFragment(column.type)})`,
    expression`ALTER TABLE ${target} DROP COLUMN ${identifier(column.name)}`,
    expression`ALTER TABLE ${target} RENAME COLUMN ${identifier(added)} TO ${identifier(column.name)}`,
  ];
  return drift(
    contract,
    `column '${column.name}' has another type (found: ${present.type}; expected: ${typeText(column.type)}).`,
    `Set the contract's type to what is there, or change the table: ${run(statements)}`,
  );
}

function cannotWiden(contract: Contract, column: TargetColumn, present: FoundColumn, obstacle: string): Refusal {
  const statement = expression`ALTER TABLE ${targetOf(contract)} ALTER COLUMN ${identifier(column.name)} TYPE ${typeFragment(column.type)}`;
  return drift(
    contract,
    `column '${column.name}' is too narrow (found: ${present.type}; expected: ${typeText(column.type)}) and cannot be widened, since ${obstacle}.`,
    `Remove that, then run ${statement.sql}; and put it back.`,
  );
}

function tooStrict(contract: Contract, column: TargetColumn, present: FoundColumn): Refusal {
  const added = `${column.name}_new`.slice(0, 127);
  const target = targetOf(contract);
  const statements = [
    expression`ALTER TABLE ${target} ADD COLUMN ${identifier(added)} ${typeFragment(column.type)}${
      column.default === null ? expression`` : expression` DEFAULT ${literal(column.default)}`
    }`,
    expression`UPDATE ${target} SET ${identifier(added)} = ${identifier(column.name)}`,
    expression`ALTER TABLE ${target} DROP COLUMN ${identifier(column.name)}`,
    expression`ALTER TABLE ${target} RENAME COLUMN ${identifier(added)} TO ${identifier(column.name)}`,
  ];
  return drift(
    contract,
    `column '${column.name}' is NOT NULL (found: ${present.type} NOT NULL; expected: ${typeText(column.type)}), but the contract does not require it.`,
    `Set 'required: true' in the contract, or change the table: ${run(statements)}`,
  );
}

const run = (statements: readonly Fragment[]) => statements.map(({ sql }) => `${sql};`).join(" ");
