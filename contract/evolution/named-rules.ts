import type { Contract } from "../contract.js";
import { harmless, type Verdict } from "./change.js";

/** What a change of something that has a name means: checks of records, of batches, aggregates. */

type List = "checks" | "batch_checks" | "aggregates";
type Named = Contract[List][number];

const decision = (meaning: Omit<Verdict, "class">): Verdict => ({ class: "needs a decision", ...meaning });

const recordsChecked = decision({
  table: "Loaded rows are not checked again.",
  loaded: "Records that do not pass are rejected from now on, also if an old batch is loaded again.",
});
const batchesChecked = decision({
  loaded: "A batch that does not pass is BatchCheckFailed from now on, also if an old one is loaded again.",
});

export const added: Readonly<Record<List, Verdict>> = {
  checks: recordsChecked,
  batch_checks: batchesChecked,
  aggregates: { class: "planned", table: "The next load makes the view." },
};

export const removed: Readonly<Record<List, Verdict>> = {
  checks: harmless,
  batch_checks: harmless,
  aggregates: decision({ readers: "The view stays as it is; a materialized view is no longer refreshed." }),
};

export function changedByName(list: List, before: Named, after: Named): Verdict {
  switch (list) {
    case "checks":
      return recordsChecked;
    case "batch_checks":
      return isLooser(before, after) ? harmless : batchesChecked;
    case "aggregates":
      return decision({
        readers: "The next load creates the view again; queries that use a column that it loses fail.",
      });
  }
}

/** A check of batches that only warns from now on, or lets more pass. */
function isLooser(before: Named, after: Named): boolean {
  if (!("kind" in before) || !("kind" in after)) return false;
  const { severity: old, ...was } = before;
  const { severity, ...is } = after;
  if (severity === "warn") return true;
  if (old === "warn" || was.kind !== "references" || is.kind !== "references") return false;
  const { most: fewer, percent: less, ...one } = was;
  const { most, percent, ...other } = is;
  const isSame = JSON.stringify(one) === JSON.stringify(other);
  if (most !== null && fewer !== null) return isSame && most >= fewer;
  return isSame && percent !== null && less !== null && Number(percent) >= Number(less);
}
