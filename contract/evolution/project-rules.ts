import { isDeepStrictEqual } from "node:util";
import type { ProjectFile } from "../schema.js";
import { harmless, type Verdict } from "./change.js";

type ProjectRule = (before: ProjectFile, after: ProjectFile) => Verdict;

const decision = (meaning: Omit<Verdict, "class">): Verdict => ({ class: "needs a decision", ...meaning });

const elsewhere = decision({
  loaded: "Resources are created again under other names or in another place; the old buckets, ledger and tables stay.",
});

/** One rule for each key of sluice.yaml. */
export const projectRules: Readonly<Record<Exclude<keyof ProjectFile, "sources">, ProjectRule>> = {
  name: () => elsewhere,
  account: () => elsewhere,
  region: () => elsewhere,
  warehouse: ({ warehouse: before }, { warehouse: after }) =>
    "create" in before && "create" in after
      ? harmless
      : decision({ table: "The new warehouse has neither tables nor ledger: nothing is loaded there yet." }),
  deployment: () => harmless,
  alerts: () => harmless,
  notices: () => harmless,
  readers: (before, after) =>
    before.readers.every((reader) => after.readers.includes(reader))
      ? harmless
      : {
          class: "breaks readers",
          readers: "Readers who are no longer listed cannot read the published data any more.",
        },
  administrators: () => harmless,
  lake: () => harmless,
  tags: () => harmless,
  dataDeletion: () => harmless,
  protection: (before, after) =>
    before.protection.key === after.protection.key
      ? harmless
      : decision({
          table:
            "Loads that add to a table with hashed columns end as ProtectionChanged until 'protection.replaces' accepts the change.",
          loaded:
            "A new key gives every value another hash: old rows do not equal new ones until they are loaded again.",
        }),
  environment: () => harmless,
  environments: ({ environments: before }, { environments: after }) =>
    Object.keys(before).length === 0
      ? Object.values(after).every(({ prefix }) => prefix === "")
        ? harmless
        : decision({
            loaded:
              "Resources of an environment begin with its name, so a deployment creates new ones; 'prefix: \"\"' keeps the existing names.",
          })
      : Object.keys(before).every((name) => after[name] !== undefined && before[name]?.prefix === after[name]?.prefix)
        ? harmless
        : elsewhere,
  breaks: () => harmless,
};

/** What a change of one source means. */
export function sourceChanged(before: ProjectFile["sources"][string], after: ProjectFile["sources"][string]): Verdict {
  if (isDeepStrictEqual([before.landing, before.processed], [after.landing, after.processed])) return harmless;
  return decision({ loaded: "Files land, or are kept, in another bucket; the contents of the old one stay there." });
}

export const sourceRemoved = decision({
  loaded: "Its buckets are kept, but files that land in them are not loaded.",
});
