import type { Contract } from "../contract/contract.js";
import { growth } from "../contract/evolution/growth.js";
import { rescuedColumn } from "../contract/evolution-file.js";
import type { Refusal } from "../contract/refusals.js";
import { expression, identifier, literal } from "../sql/render.js";
import { type TargetColumn, targetColumns, typeFragment, typeText } from "../sql/tables.js";
import type { Changes, Grown, Widened } from "./changes.js";
import { readFoundType } from "./found-type.js";
import { copyObstacle, type Obstacle } from "./grow.js";
import { checkIdentity, filledByItself } from "./identity.js";
import type { FoundColumn, Inspection } from "./inspection.js";
import { drift, run, targetOf } from "./schema-drift.js";

/** Encodings whose columns Redshift does not widen in place (C8.4). */
const fixedEncodings = new Set(["bytedict", "runlength", "text255", "text32k"]);

/**
 * Compares the target with the contract, by column name. Added columns and types that grow can be prepared.
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
  const widened: Widened[] = [];
  const grown: Grown[] = [];
  for (const column of expected) {
    const present = found.get(column.name);
    if (present === undefined) continue;
    const { name, type } = column;
    const change = changeOf(contract, column, present, inspection);
    if (change === "widen" && type.name === "varchar") widened.push({ name, type });
    if (change === "grow") grown.push({ name, from: present.type, type });
    if (present.isNotNull && !column.isRequired) throw tooStrict(contract, column, present);
  }
  const isCopied = grown.length > 0 && contract.load.mode !== "swap";
  const obstacle = isCopied ? copyObstacle(contract, inspection, expected) : undefined;
  if (obstacle !== undefined) throw cannotGrow(contract, grown, obstacle);
  return { added: expected.filter(({ name }) => !found.has(name)), widened, grown };
}

/** What must be done for the column to hold what the contract allows. @throws Refusal SchemaDrift */
function changeOf(contract: Contract, column: TargetColumn, present: FoundColumn, inspection: Inspection) {
  const type = readFoundType(present.type);
  if (type === undefined) throw otherType(contract, column, present);
  switch (growth(type, column.type)) {
    case "same":
      return "none";
    case "grows":
      return column.type.name === "varchar" && isWidenedInPlace(contract, column, present, inspection)
        ? "widen"
        : "grow";
    case "narrower":
      // A VARCHAR with more room holds all that the contract allows.
      if (column.type.name === "varchar") return "none";
      throw otherType(contract, column, present);
    case "loses digits":
      throw losesDigits(contract, column, present);
    case "other":
      throw otherType(contract, column, present);
  }
}

/** Whether Redshift widens the column without a copy of the table (C8.4). */
function isWidenedInPlace(contract: Contract, column: TargetColumn, present: FoundColumn, inspection: Inspection) {
  if (contract.load.mode === "swap") return true;
  const encoding = inspection.design.find(({ name }) => name === column.name)?.encoding ?? column.encode;
  const hasFixedEncoding = encoding !== null && fixedEncodings.has(encoding);
  return !(inspection.keys.has(column.name) || present.hasDefault || hasFixedEncoding || inspection.boundView !== null);
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
    `column '${column.name}' has a different type (found: ${present.type}; expected: ${typeText(column.type)}).`,
    `Set the contract's type to the one found, or change the table: ${run(statements)}`,
  );
}

function losesDigits(contract: Contract, column: TargetColumn, present: FoundColumn): Refusal {
  return drift(
    contract,
    `column '${column.name}' would lose digits (found: ${present.type}; expected: ${typeText(column.type)}): the new type has more digits on one side of the point and fewer on the other.`,
    "Declare it with at least as many digits on both sides as it has in the table, or change the table yourself.",
  );
}

function cannotGrow(contract: Contract, [column]: readonly Grown[], { why, statement }: Obstacle): Refusal {
  const expected = column === undefined ? "" : typeText(column.type);
  return drift(
    contract,
    `column '${column?.name}' is too narrow (found: ${column?.from}; expected: ${expected}), and the table cannot be copied for it to grow, since ${why}.`,
    `Set the contract's type to what is there, or remove what is in the way${statement === "" ? "." : `: ${statement}`}`,
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
