import { isDeepStrictEqual } from "node:util";
import { columnTypeText } from "../column-type.js";
import type { Column, Contract } from "../contract.js";
import { harmless, type Verdict } from "./change.js";
import { growth } from "./growth.js";

/** What a change of one key of a column means; asked only where the key differs. */
export type ColumnRule = (before: Column, after: Column, contract: Contract) => Verdict;

/** The value is read in another way from now on. */
const readOtherwise: Verdict = {
  class: "needs a decision",
  loaded: "Loaded rows keep their old values; load their batches again (sluice backfill --force) to get the new ones.",
};

const descriptionChanges: Verdict = { class: "harmless", table: "The next load writes the column's comment." };

/** One rule for each key of a column: a new key does not compile without one. */
export const columnRules: Readonly<Record<keyof Column, ColumnRule>> = {
  // Columns are matched by their names, so this one never differs.
  name: () => harmless,
  from: () => readOtherwise,
  value: () => readOtherwise,
  expression: () => readOtherwise,
  type: (before, after, contract) => typeChanges(before, after, contract),
  description: () => descriptionChanges,
  required: (_, after) => (after.required ? mustBeThere : mayBeNull),
  optional: (_, after) => (after.optional ? harmless : mustBeInFiles),
  trim: () => readOtherwise,
  empty: () => readOtherwise,
  null: () => readOtherwise,
  normalize: () => readOtherwise,
  case: () => readOtherwise,
  parse: (before, after) => (isBeginning(before.parse, after.parse) ? harmless : readOtherwise),
  zones: () => readOtherwise,
  number: () => readOtherwise,
  timezone: () => readOtherwise,
  round: () => readOtherwise,
  truncate: () => readOtherwise,
  default: () => readOtherwise,
  as: () => readOtherwise,
  occurrence: () => readOtherwise,
  on_error: (_, after) => (after.on_error === "rescue" ? rescuedFromNow : rejectedFromNow),
  was: (_, after) => (after.was === null ? harmless : renamesIfThere),
  retired: (_, after) => (after.retired ? columnRetired : readOtherwise),
  protect: () => protectedOtherwise,
  large: (_, after) => (after.large ? harmless : narrowerValues),
  load: (_, after, contract) => (after.load ? columnAdded(after, contract) : columnRemoved),
};

/** A further pattern only takes values that none of the patterns before it fits. */
function isBeginning(before: Column["parse"], after: Column["parse"]): boolean {
  const [shorter, longer] = [[before].flat(), [after].flat()];
  return isDeepStrictEqual(longer.slice(0, shorter.length), shorter);
}

const mustBeThere: Verdict = {
  class: "needs a decision",
  table: "The table's column stays as it is; rows without a value stay without one.",
  loaded: "Records without a value are rejected from now on.",
};

const mayBeNull: Verdict = {
  class: "needs a decision",
  table:
    "If the table's column is NOT NULL, loads end as SchemaDrift until somebody changes it, since Redshift cannot drop NOT NULL; the refusal shows the statements.",
  readers: "They may meet NULL in it.",
};

const renamesIfThere: Verdict = {
  class: "planned",
  table: "The next load renames the column if the table has the old name.",
  readers: "Queries and late-binding views that use the old name fail.",
};

const narrowerValues: Verdict = {
  class: "needs a decision",
  loaded: "Values of more than 65,535 bytes are rejected from now on.",
};

/** The column of the contract before, under its new name. */
export const columnRenamed: Verdict = { ...renamesIfThere, class: "breaks readers" };

const columnRetired: Verdict = {
  class: "breaks readers",
  table: "The table keeps the column; new rows have NULL there.",
  readers: "They meet NULL in new rows.",
};

const rescuedFromNow: Verdict = {
  class: "harmless",
  loaded: "Records that were rejected for this column stay rejected until their batches are loaded again.",
};

const rejectedFromNow: Verdict = {
  class: "needs a decision",
  loaded: "Records whose value does not fit are rejected from now on.",
};

const protectedOtherwise: Verdict = {
  class: "needs a decision",
  table:
    "Loads that add to the table end as ProtectionChanged until 'protection.replaces' in sluice.yaml accepts the change.",
  loaded: "Loaded rows keep their values, which never equal the new ones: load their batches again.",
};

const mustBeInFiles: Verdict = {
  class: "needs a decision",
  loaded: "A file without the column is StructureChanged from now on, also if an old one is loaded again.",
};

/** @param contract the one that is about to be */
export function columnAdded(column: Column, { load }: Pick<Contract, "load">): Verdict {
  if (!column.load) {
    return {
      class: "harmless",
      ...(column.optional || column.from === null
        ? {}
        : { loaded: "A file without the column is StructureChanged, unless the column is 'optional: true'." }),
    };
  }
  const files =
    column.optional || column.from === null
      ? ""
      : " A file without the column is StructureChanged, also if an old one is loaded again, unless the column is 'optional: true'.";
  return {
    class: "planned",
    table:
      load.mode === "swap"
        ? "The next load builds the table with it."
        : "The next load adds the column at the table's end; readers wait for a moment.",
    readers: "Bound views do not show it until they are created again; 'select *' does.",
    loaded: `Rows that are loaded have NULL there until their batches are loaded again.${files}`,
  };
}

export const columnRemoved: Verdict = {
  class: "breaks readers",
  table:
    "The table keeps the column, so loads end as SchemaDrift until somebody drops it. Write 'retired: true' to keep it without new values.",
  readers: "Queries that use the column fail once it is dropped.",
};

function typeChanges(before: Column, after: Column, { load, table }: Contract): Verdict {
  const [from, to] = [columnTypeText(before.type), columnTypeText(after.type)];
  switch (growth(before.type, after.type)) {
    case "same":
      return harmless;
    case "grows":
      return after.type.name === "varchar" ? widened(load.mode) : grown(load.mode);
    case "narrower":
      return {
        class: "needs a decision",
        table:
          after.type.name === "varchar"
            ? `The table keeps ${from}.`
            : `Loads end as SchemaDrift until somebody changes ${table.schema}.${table.name}: no load takes room away.`,
        loaded: `From now on values that ${to} cannot hold are rejected.`,
      };
    case "loses digits":
      return {
        class: "needs a decision",
        table: `Loads end as SchemaDrift: ${to} has more digits than ${from} on one side of the point and fewer on the other, so values could lose digits. Keep both sides, or change the table yourself.`,
      };
    case "other":
      return {
        class: "needs a decision",
        table: `Loads end as SchemaDrift until somebody changes the table: ${from} does not grow into ${to}.`,
        readers: "Comparisons and arithmetic with the column change their meaning.",
      };
  }
}

const built: Verdict = {
  class: "planned",
  table:
    "The next load builds the table with it; if views are bound to the table, the load is refused (DependentViews).",
};

const widened = (mode: Contract["load"]["mode"]): Verdict =>
  mode === "swap" ? built : { class: "planned", table: "The next load widens the column; no row is rewritten." };

const grown = (mode: Contract["load"]["mode"]): Verdict =>
  mode === "swap"
    ? built
    : {
        class: "planned",
        table:
          "The next load copies the table into one with the new type, which takes its name, grants and comments. Readers wait as long as the copy takes, and the warehouse needs space for the table twice.",
        readers:
          "Bound views are created again with the new type; with materialized views, datashares or policies, the load is refused (DependentViews).",
      };
