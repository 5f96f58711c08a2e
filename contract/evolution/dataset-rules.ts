import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../contract.js";
import { pathOf } from "../deliveries.js";
import { harmless, type Verdict } from "./change.js";

type DatasetRule = (before: Contract, after: Contract) => Verdict;

const decision = (meaning: Omit<Verdict, "class">): Verdict => ({ class: "needs a decision", ...meaning });

const otherBatches = decision({
  loaded:
    "Batches get other ids, so that files which are loaded would load again: nothing in the ledger knows them by the new ones.",
});

const readOtherwise = decision({
  loaded: "Files are read by the new rule from now on, old ones too when they are loaded again.",
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
      loaded: "Files land in the buckets of the other source; what landed in those of the old one stays there.",
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
      : decision({ loaded: "From now on a batch with as many rejected records may be TooManyRejected." }),
  unknown_columns: (_, after) =>
    after.unknown_columns === "refuse"
      ? decision({ loaded: "From now on a file with a column that the contract does not have is StructureChanged." })
      : harmless,
  rescued: (before, after) =>
    after.rescued === null || (before.rescued !== null && isLooser(before.rescued, after.rescued))
      ? harmless
      : decision({ loaded: "From now on a batch with as many rescued values may be TooManyRejected." }),
  catalogue: () => harmless,
  engine: (_, after) =>
    after.engine.choice === "lambda"
      ? decision({ loaded: "From now on a batch that is too large for the Lambda is BatchTooLarge." })
      : harmless,
  glue: () => harmless,
  schedule: (before, after) =>
    before.schedule?.manifests === after.schedule?.manifests
      ? harmless
      : decision({ loaded: "Whether Sluice composes manifests changes, and with it what starts a load." }),
  expect: () => harmless,
  large_strings: (_, after) =>
    after.large_strings
      ? harmless
      : decision({ loaded: "From now on texts of more than 65,535 bytes inside SUPER are rejected." }),
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
