import { literal, render, table } from "../sql/render.js";
import { permanentStaging, stagingDefinitions, stagingDistribution } from "../sql/tables.js";
import { checkBatch } from "./batch-checks.js";
import {
  checkStaged,
  closing,
  copyRows,
  countsOf,
  exclusively,
  insertAll,
  type Load,
  labelOf,
  lock,
  noteBeside,
  opening,
  removeRows,
  target,
  tidyUp,
} from "./load.js";
import { inOneTransaction, type Step } from "./step.js";
import { checkTypes } from "./unaltered.js";

const stagingOf = ({ contract, mark }: Load) => table(permanentStaging(contract, mark));

/** Fills and checks a permanent staging table of this revision; a redrive empties it and fills it again. */
export const fill = (load: Load): Step =>
  inOneTransaction(labelOf(load, "fill the staging table"), [
    ...opening(load),
    render("load/create_permanent_staging", {
      staging: stagingOf(load),
      columns: stagingDefinitions(load.contract),
      distribution: stagingDistribution(load.contract),
    }),
    noteBeside(load),
    // DELETE, not TRUNCATE, which would commit (C7.3).
    render("load/delete_all", { target: stagingOf(load) }),
    ...copyRows(load, stagingOf(load)),
    checkStaged(load, stagingOf(load)),
    ...checkBatch(load, stagingOf(load)),
  ]);

/** Empties the target, once the rows that shall fill it are known to lie ready. */
export const truncateTable = (load: Load): Step =>
  inOneTransaction(labelOf(load, "truncate the table"), [
    ...opening(load),
    checkStaged(load, stagingOf(load)),
    ...checkTypes(load),
    render("load/remember_truncated", { lock: lock(load), target: target(load), mark: literal(load.mark) }),
    ...exclusively(load),
    render("load/truncate", { target: target(load) }),
  ]);

/** Puts the rows in. What another load put there meanwhile is taken out, and the staging table goes with the commit. */
export const insertRows = (load: Load): Step =>
  inOneTransaction(labelOf(load, "insert the rows"), [
    ...opening(load),
    checkStaged(load, stagingOf(load)),
    render("load/count_truncated", {
      counts: countsOf(load),
      staging: stagingOf(load),
      lock: lock(load),
      mark: literal(load.mark),
    }),
    ...checkTypes(load),
    removeRows(load),
    ...insertAll(load, stagingOf(load)),
    // All rows of the checked staging table and no others: a count of the target would only be a third look through it.
    ...closing(load, null, [
      ...tidyUp(load, permanentStaging(load.contract, load.mark)),
      render("load/drop_table", { dropped: stagingOf(load) }),
    ]),
  ]);
