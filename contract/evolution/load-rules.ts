import type { Contract, Load, Table } from "../contract.js";
import { harmless, type Verdict } from "./change.js";

/** What a change of a key of `load` or `table` means. */
type LoadRule = (before: Load, after: Load) => Verdict;
type TableRule = (before: Contract, after: Contract) => Verdict;

const decision = (meaning: Omit<Verdict, "class"> = {}): Verdict => ({ class: "needs a decision", ...meaning });

const oldRows =
  "Loaded rows stay as they are; load their batches again to apply the new rule (sluice backfill --force).";

export const loadRules: Readonly<Record<keyof Load, LoadRule>> = {
  mode: ({ mode: before }, { mode: after }) =>
    decision({
      table:
        before === "history" || after === "history"
          ? "A history has additional columns, so loads end as SchemaDrift: name a new table, or alter this one."
          : "The table follows the new mode from the next load on.",
      readers: "They may see different rows, since the table keeps different rows of each batch.",
      loaded: oldRows,
    }),
  key: () =>
    decision({
      table: "The table may already have several rows with the same new key; loads do not check that.",
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
          table: "The table keeps the columns under their old names, so loads end as SchemaDrift.",
          readers: "Queries that use the old names fail once the columns are renamed.",
        }
      : decision({ loaded: "The versions of a key follow the new rule when the key is next loaded." }),
  allow_empty: (_, after) =>
    after.allow_empty ? harmless : decision({ loaded: "A batch without rows is EmptyRefresh from now on." }),
  snapshot: () => harmless,
  dependent_views: (_, after) =>
    after.dependent_views === "rebuild"
      ? harmless
      : decision({ table: "A load is DependentViews from now on if a view is bound to the table." }),
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
  table:
    "The next load creates a new table, which contains only what is loaded from then on; the old table stays as it is.",
  readers: "Queries and views of the old table keep working, but see no new rows.",
  loaded: "Loaded batches still count as loaded: load them again into the new table (sluice backfill --force).",
};

/** @param leavesOpen whether the new design says nothing that a load compares */
function design(after: Contract, leavesOpen: boolean, before: Load["mode"]): Verdict {
  if (leavesOpen) return harmless;
  return after.load.mode === "swap" && before === "swap"
    ? { class: "planned", table: "The next load builds the table with it." }
    : decision({ table: drifts });
}
