import type { Contract } from "../contract/contract.js";
import { type Fragment, render } from "../sql/render.js";
import { targetDefinitions, targetDistribution, targetSort } from "../sql/tables.js";

/** The table of the contract's design under a name of its own. */
export const createTable = (contract: Contract, name: Fragment): Fragment =>
  render("prepare/create_table", {
    target: name,
    columns: targetDefinitions(contract),
    distribution: targetDistribution(contract),
    sort: targetSort(contract),
  });
