import fc from "fast-check";
import { disorderOf, playOrders } from "../test/planning/warehouse/any-order.js";
import { contractFor } from "../test/planning/warehouse/disorder.js";
import { TestWarehouse } from "../test/planning/warehouse/test-warehouse.js";
import { variants } from "../test/planning/warehouse/variants.js";

/**
 * Batches of histories in one order after another (late, stale, corrected, repeated, before and after a column was added):
 * each order must end in the table that the newest revisions say. `npm run bench -- any-order [batches] [seed]`, by default
 * 2,000 batches.
 */
export async function anyOrder(args: readonly string[]): Promise<void> {
  const [batches = 2000, seed = Math.floor(Math.random() * 2 ** 31)] = args.map(Number);
  if (!Number.isInteger(batches) || batches < 1 || !Number.isInteger(seed)) {
    throw new RangeError("give the number of batches and, if you like, a seed");
  }
  const histories = variants.filter(({ mode }) => mode === "history");
  const warehouse = await TestWarehouse.open(histories.slice(0, 1).map((variant) => contractFor(variant)));
  const runs: Record<string, { batches: number; orders: number; wrong: number }> = {};
  let [tried, wrong] = [0, 0];
  try {
    for (let round = 0; tried < batches; round++) {
      const variant = histories[round % histories.length];
      if (variant === undefined) throw new TypeError("no history");
      const [drawn] = fc.sample(disorderOf(variant, 3), { numRuns: 1, seed: seed + round });
      if (drawn === undefined) throw new TypeError("nothing was drawn");
      const { sent, difference } = await playOrders(warehouse, variant, drawn);
      const name = Object.values(variant).join(" ");
      const run = runs[name] ?? { batches: 0, orders: 0, wrong: 0 };
      run.batches += sent;
      run.orders += drawn.orders.length;
      runs[name] = run;
      tried += sent;
      if (difference === undefined) continue;
      run.wrong++;
      wrong++;
      console.log(`  ${name}, seed ${seed + round}: ${JSON.stringify(difference)}`);
    }
    for (const [name, run] of Object.entries(runs)) {
      console.log(`${name.padEnd(34)} ${run.batches} batches in ${run.orders} orders, ${run.wrong} wrong`);
    }
  } finally {
    await warehouse.stop();
  }
  console.log(JSON.stringify({ name: "any-order", tried, wrong, target: 0, seed, variants: runs }));
  process.exitCode = wrong === 0 ? 0 : 1;
}
