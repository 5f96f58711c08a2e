import { isDeepStrictEqual } from "node:util";
import type { ProjectFile } from "../schema.js";
import { harmless, type Verdict } from "./change.js";

type ProjectRule = (before: ProjectFile, after: ProjectFile) => Verdict;

const decision = (meaning: Omit<Verdict, "class">): Verdict => ({ class: "needs a decision", ...meaning });

const elsewhere = decision({
  loaded:
    "Resources are made anew under other names or in another place; buckets, ledger and tables of before are left there.",
});

/** One rule for each key of sluice.yaml. */
export const projectRules: Readonly<Record<Exclude<keyof ProjectFile, "sources">, ProjectRule>> = {
  name: () => elsewhere,
  account: () => elsewhere,
  region: () => elsewhere,
  warehouse: ({ warehouse: before }, { warehouse: after }) =>
    "create" in before && "create" in after
      ? harmless
      : decision({ table: "Tables and ledger are in the other warehouse: there nothing is loaded." }),
  deployment: () => harmless,
  alerts: () => harmless,
  notices: () => harmless,
  readers: (before, after) =>
    before.readers.every((reader) => after.readers.includes(reader))
      ? harmless
      : { class: "breaks readers", readers: "Who is no longer listed may not read the published data any more." },
  administrators: () => harmless,
  lake: () => harmless,
  tags: () => harmless,
  dataDeletion: () => harmless,
  protection: (before, after) =>
    before.protection.key === after.protection.key
      ? harmless
      : decision({
          table:
            "Loads that add to a table with hashed columns end as ProtectionChanged until 'protection.replaces' says it.",
          loaded:
            "A new key gives every value another hash: rows of before never equal new ones until they are loaded again.",
        }),
  environment: () => harmless,
  environments: ({ environments: before }, { environments: after }) =>
    Object.keys(before).length === 0
      ? Object.values(after).every(({ prefix }) => prefix === "")
        ? harmless
        : decision({
            loaded:
              "Resources of an environment carry its name, so that a deployment makes new ones; 'prefix: \"\"' keeps the names that are there.",
          })
      : Object.keys(before).every((name) => after[name] !== undefined && before[name]?.prefix === after[name]?.prefix)
        ? harmless
        : elsewhere,
  breaks: () => harmless,
};

/** What a change of one source means. */
export function sourceChanged(before: ProjectFile["sources"][string], after: ProjectFile["sources"][string]): Verdict {
  if (isDeepStrictEqual([before.landing, before.processed], [after.landing, after.processed])) return harmless;
  return decision({ loaded: "Files land, or are kept, in another bucket; what is in the old one stays there." });
}

export const sourceRemoved = decision({
  loaded: "Its buckets are kept, and nothing loads what lands in them.",
});
