import type { Contract } from "../contract/contract.js";
import { type Fragment, identifier, literal, render, type TableName, table } from "../sql/render.js";
import { previousTable, targetTable } from "../sql/tables.js";
import { exclusively } from "./load.js";

/** One table takes the name of another, and with it its grants, its comments and the views that are bound to it. */

/** Refuses the exchange when something depends on the table that would be lost or left behind. */
export const checkDependents = (contract: Contract): Fragment =>
  render("load/check_dependents", {
    schema: literal(contract.table.schema),
    target: literal(contract.table.name),
    previous: literal(previousTable(contract).name),
    rule: literal(contract.load.dependent_views),
  });

/**
 * The successor gets the target's grants, exactly, and its comments; then the names change, and the views that are bound
 * to the table follow the name. Checked in the end: grants in both directions, owner, comments, views.
 * @param aside a name that occurs nowhere else: the views' texts are searched for it
 */
export const exchange = (contract: Contract, successor: TableName, aside: TableName): Fragment[] => {
  const [target, previous, schema] = [targetTable(contract), previousTable(contract), literal(contract.table.schema)];
  const heirs = { schema, origin: literal(target.name), receiver: literal(successor.name) };
  return [
    render("load/hand_over", heirs),
    render("load/copy_comments", heirs),
    ...exclusively({ contract }),
    ...(successor.name === previous.name ? [] : [drop(previous)]),
    rename(target, aside),
    rename(successor, target),
    render("load/rebuild_views", { schema, aside: literal(aside.name), target: literal(target.name) }),
    rename(aside, previous),
    render("load/check_swap", { schema, target: literal(target.name), previous: literal(previous.name) }),
  ];
};

/** The table of that name is renamed within its schema. */
const rename = (renamed: TableName, to: TableName): Fragment =>
  render("load/rename", { renamed: table(renamed), name: identifier(to.name) });

export const drop = (dropped: TableName): Fragment => render("load/drop_table", { dropped: table(dropped) });
