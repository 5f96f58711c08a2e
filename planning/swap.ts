import type { Contract } from "../contract/contract.js";
import { Refusal } from "../contract/refusals.js";
import { render, table } from "../sql/render.js";
import { previousTable, replacementTable, targetTable } from "../sql/tables.js";
import { createTable } from "./create-table.js";
import { drop, handOver, rename, takeOver } from "./exchange.js";
import { readFoundType } from "./found-type.js";
import type { Inspection } from "./inspection.js";
import {
  checkRows,
  closing,
  countsOf,
  insertStaged,
  type Load,
  labelOf,
  noteBeside,
  opening,
  stageRows,
  stagingOf,
  target,
  tidyUp,
} from "./load.js";
import { inOneTransaction, type Step } from "./step.js";

/** Builds the new table beside the old one; the swap checks what is in it. A redrive builds it again. */
export function build(load: Load, inspection: Inspection): Step {
  const contract = withPresentWidths(load.contract, inspection);
  const replacement = replacementTable(contract, load.mark);
  return inOneTransaction(labelOf(load, "build the replacement"), [
    ...opening(load),
    ...stageRows(load),
    noteBeside(load),
    drop(replacement),
    createTable(contract, table(replacement)),
    insertStaged(contract, table(replacement), stagingOf(load)),
  ]);
}

/** Both renames in one transaction; the table that was there is kept as the previous generation. */
export function swap(load: Load, inspection: Inspection): Step {
  const { contract } = load;
  const replacement = replacementTable(contract, load.mark);
  const previous = previousTable(contract);
  return inOneTransaction(labelOf(load, "swap the tables"), [
    ...opening(load),
    checkRows(load, table(replacement)),
    render("load/count_swapped", { counts: countsOf(load), replacement: table(replacement), target: target(load) }),
    ...handOver(contract, inspection, replacement),
    drop(previous),
    rename(targetTable(contract), previous),
    rename(replacement, targetTable(contract)),
    ...takeOver(contract, inspection),
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

/**
 * What must not depend on a table that is swapped.
 * @throws Refusal DependentViews
 */
export function checkDependents(contract: Contract, inspection: Inspection): void {
  const shown = `${contract.table.schema}.${contract.table.name}`;
  const refuse = (what: string, remedy: string) =>
    new Refusal("DependentViews", `${shown} cannot be swapped: ${what}. Nothing was changed. ${remedy}`);
  const instead = "Load it by 'mode: replace', which keeps the table";
  const [share] = inspection.datashares;
  if (share !== undefined) throw refuse(`it is in the datashare ${share}`, `${instead}, or take it out of the share.`);
  const materialized = inspection.dependents.find(({ kind }) => kind === "materialized view");
  if (materialized !== undefined) {
    throw refuse(
      `the materialized view ${materialized.schema}.${materialized.name} depends on it`,
      `${instead}, or drop the materialized view.`,
    );
  }
  const [view] = inspection.dependents;
  if (view === undefined) return;
  const name = `${view.schema}.${view.name}`;
  const lateBinding = "or make the view late-binding (WITH NO SCHEMA BINDING)";
  if (contract.load.dependent_views === "refuse") {
    throw refuse(
      `the view ${name} is bound to it, and the contract says 'dependent_views: refuse'`,
      `Say 'dependent_views: rebuild', ${lateBinding}.`,
    );
  }
  const foreign = inspection.dependents.find(
    ({ distance, owner }) => distance === 1 && owner !== inspection.loadingUser,
  );
  if (foreign !== undefined) {
    throw refuse(
      `the view ${foreign.schema}.${foreign.name}, which is bound to it, belongs to ${foreign.owner}, and only its owner can make it again`,
      `Run ALTER TABLE ${foreign.schema}.${foreign.name} OWNER TO ${inspection.loadingUser}; ${lateBinding}.`,
    );
  }
}

/** A view that is bound to a column cannot be made again with another type of it. @throws Refusal DependentViews */
export function checkWidened(
  contract: Contract,
  inspection: Inspection,
  widened: readonly { readonly name: string }[],
): void {
  const [column] = widened;
  const view = inspection.dependents.find(({ distance }) => distance === 1);
  if (column === undefined || view === undefined) return;
  throw new Refusal(
    "DependentViews",
    `${contract.table.schema}.${contract.table.name}: column '${column.name}' gets wider, and the view ${view.schema}.${view.name} is bound to it as it is. ` +
      "Nothing was changed. Drop the view and create it again after the load, or make it late-binding (WITH NO SCHEMA BINDING).",
  );
}
