import type { ColumnType } from "../contract/column-type.js";
import type { Contract } from "../contract/contract.js";
import { rescuedColumn } from "../contract/evolution-file.js";
import type { Refusal } from "../contract/refusals.js";
import { expression, identifier, literal } from "../sql/render.js";
import { type TargetColumn, targetColumns, typeFragment, typeText } from "../sql/tables.js";
import { readFoundType } from "./found-type.js";
import { checkIdentity, filledByItself } from "./identity.js";
import type { FoundColumn, Inspection } from "./inspection.js";
import { drift, run, targetOf } from "./schema-drift.js";

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
  const filled = filledByItself(contract, inspection);
  // A contract that rescues no more leaves what was rescued where it is.
  const surplus = inspection.columns.find(
    ({ name }) => !known.has(name) && !filled.has(name) && name !== rescuedColumn,
  );
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
  const encoding = inspection.design.find(({ name }) => name === column.name)?.encoding ?? column.encode;
  if (encoding !== null && fixedEncodings.has(encoding)) return `it is encoded as ${encoding}`;
  if (inspection.boundView !== null) return `the view ${inspection.boundView} is bound to the table`;
  return undefined;
}

function surplusColumn(contract: Contract, column: FoundColumn): Refusal {
  const statement = expression`ALTER TABLE ${targetOf(contract)} DROP COLUMN ${identifier(column.name)}`;
  return drift(
    contract,
    `column '${column.name}' (found: ${column.type}; expected: no such column) is not in the contract.`,
    `Add it to the contract, or drop it: ${statement.sql};`,
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
