import { type Fragment, literal, render } from "../sql/render.js";
import {
  anyRevision,
  closing,
  countsOf,
  insertAll,
  keyOf,
  type Load,
  labelOf,
  opening,
  removeRows,
  sameKey,
  stagedNamed,
  stageRows,
  stagingOf,
  target,
} from "./load.js";
import { inOneTransaction, type Step } from "./step.js";
import { checkTypes } from "./unaltered.js";

const countStaged = (load: Load) => render("load/count_staged", { counts: countsOf(load), staging: stagingOf(load) });

/** Adds the rows once; a newer revision takes the place of its batch's rows. */
export const append = (load: Load): Step =>
  inOneTransaction(labelOf(load, "append the rows"), [
    ...opening(load),
    ...stageRows(load),
    ...checkTypes(load),
    countStaged(load),
    ...(load.isReplay ? replaced(load) : [removeRows(load, anyRevision(load))]),
    ...insertAll(load, stagingOf(load)),
    ...closing(load, null),
  ]);

/** A replayed row takes the place of the row of its batch that has its key: a lower order_by, or `conflicts: last`. */
function replaced(load: Load): Fragment[] {
  const { key } = load.contract.load;
  if (key.length === 0) return [];
  const rows = {
    target: target(load),
    staging: stagingOf(load),
    place: literal(load.place),
    same_key: sameKey(key, keyOf(target(load)), (name) => stagedNamed(load.contract, name)),
  };
  return [render("load/count_replaced", { counts: countsOf(load), ...rows }), render("load/delete_replaced", rows)];
}

/** The table is the batch: readers see the old rows until the commit, then the new ones. */
export const replace = (load: Load): Step =>
  inOneTransaction(labelOf(load, "replace the rows"), [
    ...opening(load),
    ...stageRows(load),
    ...checkTypes(load),
    countStaged(load),
    removeRows(load),
    ...insertAll(load, stagingOf(load)),
    ...closing(load, target(load)),
  ]);
