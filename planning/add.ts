import { render } from "../sql/render.js";
import {
  anyRevision,
  closing,
  countsOf,
  insertAll,
  type Load,
  labelOf,
  opening,
  removeRows,
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
    removeRows(load, anyRevision(load)),
    ...insertAll(load, stagingOf(load)),
    ...closing(load, null),
  ]);

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
