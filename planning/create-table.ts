import type { Contract } from "../contract/contract.js";
import { type Fragment, list, literal, render, type TableName, table } from "../sql/render.js";
import { type Definition, keyDefinition, targetDefinitions, targetDistribution, targetSort } from "../sql/tables.js";
import { catalogueType } from "./found-type.js";

/** Room for the rest of a statement in the 100 KB that the Data API takes (J3.1). */
const createBytes = 90_000;
/** An argument of a procedure has at most 65,535 bytes. */
const argumentBytes = 60_000;

const bytes = (text: string) => Buffer.byteLength(text, "utf8");

/**
 * What CREATE TABLE holds, and what has no room in it and is added afterwards. Required columns, keys and what distributes
 * or sorts the table must be there from the start.
 */
function divided(contract: Contract): { readonly first: readonly Definition[]; readonly later: readonly Definition[] } {
  const definitions = targetDefinitions(contract);
  let room = createBytes;
  for (const { sql, added } of definitions) if (added === null) room -= bytes(sql.sql) + 4;
  const first: Definition[] = [];
  const later: Definition[] = [];
  for (const definition of definitions) {
    if (definition.added !== null) room -= bytes(definition.sql.sql) + 4;
    (definition.added === null || room > 0 ? first : later).push(definition);
  }
  return { first, later };
}

/** The table of the contract's design under a name of its own, in as many statements as its width takes. */
export function createTable(contract: Contract, name: TableName): Fragment[] {
  const { first, later } = divided(contract);
  return [
    render("prepare/create_table", {
      target: table(name),
      columns: list([...first.map(({ sql }) => sql), ...keyDefinition(contract)], ",\n  "),
      distribution: targetDistribution(contract),
      sort: targetSort(contract),
    }),
    ...addColumns(
      name,
      later.flatMap(({ name, added }) => (added === null ? [] : [{ name, ...added }])),
    ),
  ];
}

/** The columns of a table that createTable makes, in their order. */
export function createdOrder(contract: Contract): readonly string[] {
  const { first, later } = divided(contract);
  return [...first, ...later].map(({ name }) => name);
}

/** Adds columns at the end of a table, as many in one statement as a procedure's argument holds. */
export function addColumns(
  { schema, name }: TableName,
  added: readonly {
    readonly name: string;
    readonly definition: Fragment;
    readonly type: Parameters<typeof catalogueType>[0];
  }[],
): Fragment[] {
  const chunks: string[] = [];
  for (const column of added) {
    const line = `${column.name}|${column.definition.sql}|${catalogueType(column.type)}\n`;
    const last = chunks.at(-1);
    if (last === undefined || bytes(last) + bytes(line) > argumentBytes) chunks.push(line);
    else chunks[chunks.length - 1] = last + line;
  }
  return chunks.map((chunk) =>
    render("prepare/add_columns", {
      schema: literal(schema ?? ""),
      target: literal(name),
      added: literal(chunk),
    }),
  );
}
