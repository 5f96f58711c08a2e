import type { Contract } from "../contract/contract.js";
import { encodeClause } from "../sql/encodings.js";
import { expression, type Fragment, identifier, list, literal, nothing, render, table } from "../sql/render.js";
import { isWide } from "../sql/staging-names.js";
import {
  grownTable,
  informativeKey,
  keyDefinition,
  outgrownTable,
  type TargetColumn,
  targetColumns,
  targetDistribution,
  targetSort,
  targetTable,
  typeFragment,
} from "../sql/tables.js";
import type { Changes, Grown } from "./changes.js";
import { drop } from "./exchange.js";
import { catalogueType, readFoundType } from "./found-type.js";
import type { FoundDesign, Inspection } from "./inspection.js";
import { exclusively, type Load, lock, settings } from "./load.js";

/**
 * Types that grow: Redshift alters none but a VARCHAR's (C8.4), so the table is copied into one with the new types, which takes
 * its name. A column beside, filled by an UPDATE, would write every row twice, lose its place, its NOT NULL and its grants,
 * and cannot be done where it distributes or sorts the table.
 */

/** Why the table cannot be copied, and what a person would run; the statement is empty where there is none. */
export interface Obstacle {
  readonly why: string;
  readonly statement: string;
}

/** What keeps a load from copying the table, because the copy would lose it; undefined for nothing. */
export function copyObstacle(
  contract: Contract,
  inspection: Inspection,
  expected: readonly TargetColumn[],
): Obstacle | undefined {
  const key = otherKey(contract, inspection);
  if (key !== undefined) {
    const [column, name] = key;
    const { sql } = expression`ALTER TABLE ${table(targetTable(contract))} DROP CONSTRAINT ${identifier(name)}`;
    return { why: `'${column}' is in the key ${name}, which the contract does not declare`, statement: `${sql};` };
  }
  const why = otherObstacle(contract, inspection, expected);
  return why === undefined ? undefined : { why, statement: "" };
}

/** A column and its key, which a table made from the contract would not have. */
function otherKey(contract: Contract, { keys }: Inspection): readonly [column: string, key: string] | undefined {
  const own = informativeKey(contract);
  const isOurs = keys.size === own.length && new Set(keys.values()).size <= 1;
  return [...keys].find(([column]) => !isOurs || !own.includes(column));
}

function otherObstacle(contract: Contract, { columns, design }: Inspection, expected: readonly TargetColumn[]) {
  if (isWide(contract)) return "the names of so many columns do not fit into a plan";
  const filled = design.find(({ identity }) => identity !== "never")?.name ?? contract.table.identity?.column;
  if (filled !== undefined) return `the IDENTITY column '${filled}' would get other numbers`;
  if (design.some(({ sortPosition }) => sortPosition < 0)) return "its sort key is interleaved";
  const defaults = new Map(expected.map((column) => [column.name, column.default]));
  const withDefault = columns.find(({ name, hasDefault }) => hasDefault && (defaults.get(name) ?? null) === null);
  return withDefault === undefined
    ? undefined
    : `'${withDefault.name}' has a DEFAULT, which the contract does not declare`;
}

/** The statements that copy the table, in one transaction; the table must not change from its lock to the end. */
export function growTable(load: Load, contract: Contract, inspection: Inspection, changes: Changes): Fragment[] {
  const [target, replacement, aside] = [targetTable(contract), grownTable(contract), outgrownTable(contract)];
  const named = withFoundDesign(contract, inspection);
  return [
    ...settings(),
    render("load/lock", { lock: lock(load) }),
    ...exclusively({ contract }),
    drop(replacement),
    render("prepare/create_table", {
      target: table(replacement),
      columns: list([...definitions(contract, inspection, changes), ...keyOf(contract, inspection)], ",\n  "),
      distribution: targetDistribution(named),
      sort: targetSort(named),
    }),
    render("prepare/grow_table", {
      schema: literal(contract.table.schema),
      target: literal(target.name),
      replacement: literal(replacement.name),
      aside: literal(aside.name),
      grown: literal(`\n${changes.grown.map(lineOf).join("\n")}\n`),
    }),
  ];
}

/** What comes behind a growth, each in its own transaction; also found to be left when a growth was broken off. */
export function finishGrowth(load: Load, contract: Contract): { readonly views: Fragment[]; readonly drop: Fragment } {
  const [target, aside] = [targetTable(contract), outgrownTable(contract)];
  const names = {
    schema: literal(contract.table.schema),
    target: literal(target.name),
    aside: literal(aside.name),
  };
  return {
    views: [...settings(), render("load/lock", { lock: lock(load) }), render("prepare/follow_views", names)],
    // Behind the commit, so that nobody who waited for the table misses it.
    drop: drop(aside),
  };
}

const lineOf = ({ name, from, type }: Grown) => `${name}\t${from}\t${catalogueType(type)}`;

/** The table's columns as they will be when it is copied, in their order: those that were added come last. */
function definitions(contract: Contract, inspection: Inspection, { added, widened, grown }: Changes): Fragment[] {
  const columns = new Map(targetColumns(contract).map((column) => [column.name, column]));
  const types = new Map([...widened, ...grown].map(({ name, type }) => [name, type]));
  const present = inspection.columns.flatMap(({ name, type, isNotNull }) => {
    // A column that the contract does not have, and a load leaves, such as _rescued, is copied as it is.
    const column = columns.get(name) ?? { ...unknownColumn, name };
    const kept = types.get(name) ?? readFoundType(type);
    return kept === undefined ? [] : [definition({ ...column, type: kept }, isNotNull)];
  });
  // As sluice.add_columns has made them: rows that are there have no value.
  return [...present, ...added.map((column) => definition(column, column.default !== null))];
}

const unknownColumn = { isRequired: false, default: null, encode: null, description: null };

const definition = (column: TargetColumn, isNotNull: boolean): Fragment =>
  expression`${identifier(column.name)} ${typeFragment(column.type)}${
    column.default === null ? nothing : expression` DEFAULT ${literal(column.default)}`
  }${encodeClause(column)}${isNotNull ? expression` NOT NULL` : nothing}`;

/** The key that the planner knows of, where the table has it. */
const keyOf = (contract: Contract, { keys }: Inspection) => (keys.size === 0 ? [] : keyDefinition(contract));

/** What the contract leaves to Redshift and somebody has set by hand is kept. */
function withFoundDesign(contract: Contract, { design, distribution }: Inspection): Contract {
  const { table } = contract;
  const key = design.find(({ isDistributionKey }) => isDistributionKey)?.name;
  const found: Contract["table"]["distribution"] | undefined =
    distribution === "key"
      ? key === undefined
        ? undefined
        : { style: "key", column: key }
      : distribution === null
        ? undefined
        : { style: distribution };
  const isOpen = table.distribution.style === "auto" && found !== undefined;
  return {
    ...contract,
    table: {
      ...table,
      distribution: isOpen ? found : table.distribution,
      sort: table.sort.length > 0 ? table.sort : [...sortOf(design)],
    },
  };
}

const sortOf = (design: readonly FoundDesign[]): readonly string[] =>
  design
    .filter(({ sortPosition }) => sortPosition > 0)
    .toSorted((a, b) => a.sortPosition - b.sortPosition)
    .map(({ name }) => name);
