import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../contract.js";
import { pathOf } from "../deliveries.js";
import { harmless, type Verdict } from "./change.js";

type DatasetRule = (before: Contract, after: Contract) => Verdict;

const decision = (meaning: Omit<Verdict, "class">): Verdict => ({ class: "needs a decision", ...meaning });

const otherBatches = decision({
  loaded:
    "Batches get other ids, which the ledger does not know, so files that are already loaded would be loaded again.",
});

const readOtherwise = decision({
  loaded: "Files are read by the new rule from now on, also old ones that are loaded again.",
});

/** One rule for each key of a dataset that is compared as a whole; the others are taken apart (compare.ts). */
export const datasetRules: Readonly<
  Record<
    Exclude<
      keyof Contract,
      "version" | "dataset" | "columns" | "checks" | "batch_checks" | "table" | "load" | "aggregates"
    >,
    DatasetRule
  >
> = {
  source: () =>
    decision({
      loaded: "Files land in the buckets of the other source; earlier files stay in the old one's.",
    }),
  description: () => ({ class: "harmless", table: "The next load writes the table's comment." }),
  owner: () => harmless,
  breaks: () => harmless,
  partition: () => otherBatches,
  timezone: () => otherBatches,
  path: (before, after) =>
    pathOf(before).shape === pathOf(after).shape && before.partition === after.partition ? harmless : otherBatches,
  arrival: () => otherBatches,
  deliveries: () => otherBatches,
  format: (before, after) => (isMoreLenient(before.format, after.format) ? harmless : readOtherwise),
  rejects: (before, after) =>
    isLooser(before.rejects, after.rejects)
      ? harmless
      : decision({ loaded: "A batch with the same number of rejected records may be TooManyRejected from now on." }),
  unknown_columns: (_, after) =>
    after.unknown_columns === "refuse"
      ? decision({ loaded: "A file with a column that the contract does not declare is StructureChanged from now on." })
      : harmless,
  rescued: (before, after) =>
    after.rescued === null || (before.rescued !== null && isLooser(before.rescued, after.rescued))
      ? harmless
      : decision({ loaded: "A batch with the same number of rescued values may be TooManyRejected from now on." }),
  catalogue: () => harmless,
  engine: (_, after) =>
    after.engine.choice === "lambda"
      ? decision({ loaded: "A batch that is too large for the Lambda is BatchTooLarge from now on." })
      : harmless,
  glue: () => harmless,
  schedule: (before, after) =>
    before.schedule?.manifests === after.schedule?.manifests
      ? harmless
      : decision({ loaded: "It changes whether Sluice composes manifests, and so what starts a load." }),
  expect: () => harmless,
  large_strings: (_, after) =>
    after.large_strings
      ? harmless
      : decision({ loaded: "Texts of more than 65,535 bytes inside SUPER are rejected from now on." }),
};

/** What only takes files that were refused before, or records that were rejected. */
const lenient: Readonly<Record<string, unknown>> = { compression: "auto", quotes: "lenient", short_rows: "fill" };

function isMoreLenient(before: Contract["format"], after: Contract["format"]): boolean {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].every(
    (key) =>
      isDeepStrictEqual(old.get(key), now.get(key)) || (lenient[key] !== undefined && now.get(key) === lenient[key]),
  );
}

function isLooser(before: Contract["rejects"], after: Contract["rejects"]): boolean {
  if ("max_rows" in before) return "max_rows" in after ? after.max_rows >= before.max_rows : before.max_rows === 0;
  return "max_percent" in after && after.max_percent >= before.max_percent;
}
