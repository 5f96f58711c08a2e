import { createHash } from "node:crypto";
import { type Contract, lineageColumns, loadedColumns } from "../contract/contract.js";
import { columns, expression, type Fragment, list, literal, nothing, render } from "../sql/render.js";
import { stagedValue, targetColumns } from "../sql/tables.js";

/** How the values of staged rows get into the columns of a table: by name, or by position where names have no room. */

/** The names of the target's columns that a load writes, and what each is of a row of `staged`. */
export function stagedColumns(contract: Contract): readonly { readonly name: string; readonly value: Fragment }[] {
  const alias = expression`staged`;
  const inFiles = new Set([...loadedColumns(contract), ...lineageColumns].map(({ name }) => name));
  return targetColumns(contract)
    .filter(({ name }) => inFiles.has(name))
    .map((column) => ({ name: column.name, value: stagedValue(contract, column, alias) }));
}

/** How an INSERT places values, and the check behind it when it does so by position. */
export interface Placement {
  /** ` ("a", "b")`, or nothing. */
  readonly columns: Fragment;
  readonly values: Fragment;
  readonly check: readonly Fragment[];
}

/** @param written what a load writes @param order the table's columns, to place values by position; null: by name */
export function placed(
  contract: Contract,
  written: readonly { readonly name: string; readonly value: Fragment }[],
  order: readonly string[] | null,
): Placement {
  const listed = (values: readonly Fragment[]) => list(values, order === null ? ",\n  " : ", ");
  if (order === null) {
    const names = columns(written.map(({ name }) => name));
    return { columns: expression` (${names})`, values: listed(written.map(({ value }) => value)), check: [] };
  }
  const values = new Map(written.map(({ name, value }) => [name, value]));
  // A mark that is not given has its default only by name; every other column is written.
  const inOrder = order.map((name) => values.get(name) ?? literal(false));
  const check = render("load/check_columns", {
    schema: literal(contract.table.schema),
    target: literal(contract.table.name),
    expected: literal(order.reduce((chained, name) => md5(chained + name), "")),
  });
  return { columns: nothing, values: listed(inOrder), check: [check] };
}

const md5 = (text: string) => createHash("md5").update(text, "utf8").digest("hex");

/** `INSERT INTO … SELECT` of all rows of a staging table. @param order the columns of the table, see placed */
export function insertStaged(contract: Contract, into: Fragment, from: Fragment, order: readonly string[] | null) {
  const { columns, values, check } = placed(contract, stagedColumns(contract), order);
  return { insert: render("load/insert_staged", { target: into, staging: from, columns, values }), check };
}
