import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { disorderOf, playOrders } from "./any-order.js";
import { contractFor } from "./disorder.js";
import { TestWarehouse } from "./test-warehouse.js";
import { variants } from "./variants.js";

/** A seeded sample; `npm run bench -- any-order` sends thousands of batches. */

const histories = variants.filter(({ mode }) => mode === "history");

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await TestWarehouse.open(histories.slice(0, 1).map((variant) => contractFor(variant)));
});
afterAll(() => warehouse?.stop());

test.each(histories.slice(1, 3).map((variant) => [Object.values(variant).join(" "), variant] as const))(
  "%s: whatever the order of the batches, and though a column came later, the table is the same",
  async (_, variant) => {
    const [drawn] = fc.sample(disorderOf(variant, 2), { numRuns: 1, seed: 20261129 });
    if (drawn === undefined) throw new TypeError("nothing was drawn");
    const { sent, difference } = await playOrders(warehouse, variant, drawn);
    expect(difference).toBeUndefined();
    expect(sent).toBeGreaterThan(50);
  },
  600_000,
);
