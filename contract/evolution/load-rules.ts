import type { Contract, Load, Table } from "../contract.js";
import { harmless, type Verdict } from "./change.js";

/** What a change of a key of `load` or `table` means. */
type LoadRule = (before: Load, after: Load) => Verdict;
type TableRule = (before: Contract, after: Contract) => Verdict;

const decision = (meaning: Omit<Verdict, "class"> = {}): Verdict => ({ class: "needs a decision", ...meaning });

const oldRows =
  "Rows that are loaded stay as the old rule left them; load their batches again (sluice backfill --force).";

export const loadRules: Readonly<Record<keyof Load, LoadRule>> = {
  mode: ({ mode: before }, { mode: after }) =>
    decision({
      table:
        before === "history" || after === "history"
          ? "A history has columns of its own, so loads end as SchemaDrift: name a new table, or change this one."
          : "From the next load on the table follows the new mode.",
      readers: "They may see other rows than before: what the table holds of each batch changes.",
      loaded: oldRows,
    }),
  key: () =>
    decision({
      table: "Rows that are equal in the new key may be there twice already: a load does not look for them.",
      loaded: oldRows,
    }),
  order_by: () => decision({ loaded: `Which version of a key wins is decided anew from now on. ${oldRows}` }),
  strategy: () => harmless,
  conflicts: () => decision({ loaded: oldRows }),
  deduplicate: () => decision({ loaded: oldRows }),
  deletes: ({ deletes: before }, { deletes: after }) =>
    before?.action === "soft" && before.mark !== (after?.action === "soft" ? after.mark : undefined)
      ? {
          class: "breaks readers",
          table: `The table keeps the column '${before.mark}', so that loads end as SchemaDrift until somebody drops it.`,
          readers: `Whatever names '${before.mark}' fails once it is dropped.`,
        }
      : decision({ loaded: oldRows }),
  history: ({ history: before }, { history: after }) =>
    before !== null &&
    after !== null &&
    (before.valid_from !== after.valid_from || before.valid_to !== after.valid_to || before.current !== after.current)
      ? {
          class: "breaks readers",
          table: "The table keeps the columns under their old names, so that loads end as SchemaDrift.",
          readers: "Whatever names the old columns fails once they are renamed.",
        }
      : decision({ loaded: "Versions are made by the new rule when their key is next loaded." }),
  allow_empty: (_, after) =>
    after.allow_empty ? harmless : decision({ loaded: "From now on a batch without rows is EmptyRefresh." }),
  snapshot: () => harmless,
  dependent_views: (_, after) =>
    after.dependent_views === "rebuild"
      ? harmless
      : decision({ table: "From now on a load is DependentViews while a view is bound to the table." }),
  lock_wait_seconds: () => harmless,
};

const drifts = "Loads end as SchemaDrift until somebody alters the table; the refusal shows the statement.";

export const tableRules: Readonly<Record<keyof Table, TableRule>> = {
  schema: () => renamed,
  name: () => renamed,
  distribution: (before, after) => design(after, after.table.distribution.style === "auto", before.load.mode),
  sort: (before, after) => design(after, after.table.sort.length === 0, before.load.mode),
  columns: (before, after) =>
    design(
      after,
      Object.entries(after.table.columns).every(
        ([name, { encode }]) => encode === null || encode === before.table.columns[name]?.encode,
      ),
      before.load.mode,
    ),
  identity: (_, after) =>
    after.table.identity === null
      ? after.load.mode === "swap"
        ? { class: "breaks readers", table: "The next load builds the table without the column." }
        : harmless
      : decision({ table: after.load.mode === "swap" ? "The next load builds the table with it." : drifts }),
};

const renamed: Verdict = {
  class: "breaks readers",
  table: "The next load makes a new table, and what it loads is all that is in it; the old one is left as it is.",
  readers: "Queries and views of the old table go on, and see no new rows.",
  loaded: "Batches that are loaded count as loaded: load them again for the new table (sluice backfill --force).",
};

/** @param leavesOpen whether the new design says nothing that a load compares */
function design(after: Contract, leavesOpen: boolean, before: Load["mode"]): Verdict {
  if (leavesOpen) return harmless;
  return after.load.mode === "swap" && before === "swap"
    ? { class: "planned", table: "The next load builds the table with it." }
    : decision({ table: drifts });
}
