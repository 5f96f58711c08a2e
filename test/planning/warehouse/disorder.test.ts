import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { contractFor, play } from "./disorder.js";
import { historyOf } from "./history.js";
import { TestWarehouse } from "./test-warehouse.js";
import { crashes, variants } from "./variants.js";

/** Histories a variant; `npm run histories` plays more. */
const histories = Number(process.env.SLUICE_HISTORIES ?? 2);

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
        fc.asyncProperty(historyOf(variant), crashes, async (history, broken) => {
          expect(await play(warehouse, variant, history, broken)).toBeUndefined();
        }),
        { numRuns: histories, endOnFailure: false },
      );
    },
    600_000,
  );
});
