import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { contractFor, play, type Variant } from "./disorder.js";
import { historyOf } from "./history.js";
import { TestWarehouse } from "./test-warehouse.js";

/** Histories a variant; the soak sets more. */
const histories = Number(process.env.SLUICE_HISTORIES ?? 4);

const refresh = { isOrdered: false, deletes: "none", strategy: "merge" } as const;
const variants: readonly Variant[] = [
  ...(["merge", "delete_insert"] as const).flatMap((strategy) =>
    ([true, false] as const).flatMap((isOrdered) =>
      (["none", "soft", "hard"] as const).map((deletes) => ({ mode: "upsert" as const, strategy, isOrdered, deletes })),
    ),
  ),
  ...(["append", "replace", "truncate", "swap"] as const).map((mode) => ({ mode, ...refresh })),
];

const crash = fc.option(fc.record({ step: fc.integer({ min: 0, max: 2 }), after: fc.integer({ min: 0, max: 24 }) }), {
  nil: undefined,
});

let warehouse: TestWarehouse;
beforeAll(async () => {
  const [first] = variants;
  if (first === undefined) throw new TypeError("no variant");
  warehouse = await TestWarehouse.open([contractFor(first)]);
});
afterAll(() => warehouse?.stop());

describe("whatever comes, in whatever order, the table is the one that the contract language says", () => {
  test.each(variants.map((variant) => [Object.values(variant).join(" "), variant] as const))(
    "%s",
    async (_, variant) => {
      await fc.assert(
        fc.asyncProperty(historyOf(variant), fc.array(crash, { maxLength: 10 }), async (history, crashes) => {
          expect(await play(warehouse, variant, history, crashes)).toBeUndefined();
        }),
        { numRuns: histories, endOnFailure: false },
      );
    },
    600_000,
  );
});
