import { literal, render } from "../../sql/render.js";
import { closing, countsOf, insertStaged, type Load, labelOf, opening, stageRows, stagingOf, target } from "./load.js";
import { inOneTransaction, type Step } from "./step.js";

/** Matches the place of every revision of the batch: partition/revision/batch. */
const anyRevision = ({ partition, batchId }: Load) => literal(`${partition}/%/${batchId}`);

/** Adds the rows once; a newer revision takes the place of its batch's rows. */
export const append = (load: Load): Step =>
  inOneTransaction(labelOf(load, "append the rows"), [
    ...opening(load),
    ...stageRows(load),
    render("load/count_append", {
      counts: countsOf(load),
      staging: stagingOf(load),
      target: target(load),
      batch: anyRevision(load),
    }),
    render("load/delete_batch", { target: target(load), batch: anyRevision(load) }),
    insertStaged(load.contract, target(load), stagingOf(load)),
    ...closing(load, null),
  ]);

/** The table is the batch: readers see the old rows until the commit, then the new ones. */
export const replace = (load: Load): Step =>
  inOneTransaction(labelOf(load, "replace the rows"), [
    ...opening(load),
    ...stageRows(load),
    render("load/count_refresh", { counts: countsOf(load), staging: stagingOf(load), target: target(load) }),
    render("load/delete_all", { target: target(load) }),
    insertStaged(load.contract, target(load), stagingOf(load)),
    ...closing(load, target(load)),
  ]);
