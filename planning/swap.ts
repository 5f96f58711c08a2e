import type { Contract } from "../contract/contract.js";
import { Refusal } from "../contract/refusals.js";
import { type Fragment, render, type TableName, table } from "../sql/render.js";
import { isWide } from "../sql/staging-names.js";
import { asideTable, replacementTable, targetTable } from "../sql/tables.js";
import { createTable } from "./create-table.js";
import { checkDependents, drop, exchange } from "./exchange.js";
import { readFoundType } from "./found-type.js";
import type { Inspection } from "./inspection.js";
import {
  checkRows,
  closing,
  countsOf,
  type Load,
  labelOf,
  noteBeside,
  opening,
  stageRows,
  stagingOf,
  target,
  tidyUp,
} from "./load.js";
import { insertStaged } from "./placement.js";
import { inOneTransaction, type Step } from "./step.js";

/** Builds the new table beside the old one; the swap checks what is in it. A redrive builds it again. */
export function build(load: Load, inspection: Inspection): Step {
  const contract = withPresentWidths(load.contract, inspection);
  const replacement = replacementTable(contract, load.mark);
  return inOneTransaction(labelOf(load, "build the replacement"), [
    ...opening(load),
    ...(inspection.columns.length === 0 ? [] : [checkDependents(contract)]),
    ...stageRows(load),
    noteBeside(load),
    drop(replacement),
    ...createReplacement(contract, replacement, inspection),
    // The order is that of the table that was just made.
    insertStaged(contract, table(replacement), stagingOf(load), load.order).insert,
  ]);
}

/**
 * From the contract's design. A wide table that this load has to make as well is copied from: the plan has no room for the
 * names of its columns twice (A2.2).
 */
const createReplacement = (contract: Contract, replacement: TableName, { columns }: Inspection): Fragment[] =>
  isWide(contract) && columns.length === 0 && contract.table.identity === null
    ? [render("load/create_like", { made: table(replacement), model: table(targetTable(contract)) })]
    : createTable(contract, replacement);

/** Both renames in one transaction; the table that was there is kept as the previous generation. */
export function swap(load: Load): Step {
  const { contract } = load;
  const replacement = replacementTable(contract, load.mark);
  return inOneTransaction(labelOf(load, "swap the tables"), [
    ...opening(load),
    checkDependents(contract),
    checkRows(load, table(replacement)),
    render("load/count_swapped", { counts: countsOf(load), replacement: table(replacement), target: target(load) }),
    ...exchange(contract, replacement, asideTable(contract, load.mark)),
    // The rows of the replacement, which is the table now, are what was counted.
    ...closing(load, null, tidyUp(load, replacement)),
  ]);
}

/** A VARCHAR that has more room than the contract asks for keeps it. */
function withPresentWidths(contract: Contract, inspection: Inspection): Contract {
  const found = new Map(inspection.columns.map(({ name, type }) => [name, readFoundType(type)]));
  return {
    ...contract,
    columns: contract.columns.map((column) => {
      const present = found.get(column.name);
      const isWider =
        present?.name === "varchar" && column.type.name === "varchar" && present.length > column.type.length;
      return isWider ? { ...column, type: present } : column;
    }),
  };
}

/** A view that is bound to a column cannot be made again with another type of it. @throws Refusal DependentViews */
export function checkWidened(
  contract: Contract,
  inspection: Inspection,
  widened: readonly { readonly name: string }[],
): void {
  const [column] = widened;
  const view = inspection.boundView;
  if (column === undefined || view === null) return;
  throw new Refusal(
    "DependentViews",
    `${contract.table.schema}.${contract.table.name}: column '${column.name}' gets a longer type, but the view ${view} is bound to it. ` +
      "Nothing was changed. Drop the view and create it again after the load, or make it late-binding (WITH NO SCHEMA BINDING).",
  );
}
