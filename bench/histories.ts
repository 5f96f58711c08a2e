import fc from "fast-check";
import { contractFor, play, type Variant } from "../test/planning/warehouse/disorder.js";
import { historyOf } from "../test/planning/warehouse/history.js";
import { TestWarehouse } from "../test/planning/warehouse/test-warehouse.js";
import { crashes, variants } from "../test/planning/warehouse/variants.js";

/**
 * Random histories of late, stale, corrected, deleted, duplicated and rerun batches, some broken off and taken up again,
 * against the model of the contract language. `npm run histories -- [histories a variant] [seed]`, by default 32 of each
 * of the 20 variants.
 */
export async function histories(args: readonly string[]): Promise<void> {
  const [each = 32, seed = Math.floor(Math.random() * 2 ** 31)] = args.map(Number);
  if (!Number.isInteger(each) || each < 1 || !Number.isInteger(seed)) {
    throw new RangeError("give the number of histories a variant and, if you like, a seed");
  }
  const [first] = variants;
  if (first === undefined) throw new TypeError("no variant");
  console.log(`${variants.length} variants, ${each} histories each, seed ${seed}`);
  const warehouse = await TestWarehouse.open([contractFor(first)]);
  const runs: Record<string, { tried: number; wrong: number }> = {};
  try {
    for (const variant of variants) {
      const run = await playVariant(warehouse, variant, each, seed);
      runs[Object.values(variant).join(" ")] = run;
      console.log(`${Object.values(variant).join(" ").padEnd(34)} ${run.tried} histories, ${run.wrong} wrong`);
    }
  } finally {
    await warehouse.stop();
  }
  const sum = (of: "tried" | "wrong") => Object.values(runs).reduce((total, run) => total + run[of], 0);
  console.log(
    JSON.stringify({ name: "histories", tried: sum("tried"), wrong: sum("wrong"), target: 0, seed, variants: runs }),
  );
  process.exitCode = sum("wrong") === 0 ? 0 : 1;
}

async function playVariant(warehouse: TestWarehouse, variant: Variant, each: number, seed: number) {
  const run = { tried: 0, wrong: 0 };
  const drawn = fc.sample(fc.tuple(historyOf(variant), crashes), { numRuns: each, seed });
  for (const [at, [history, broken]] of drawn.entries()) {
    const difference = await play(warehouse, variant, history, broken);
    run.tried++;
    if (difference === undefined) continue;
    run.wrong++;
    console.log(`  history ${at}: ${JSON.stringify(difference)}\n  ${JSON.stringify({ history, broken })}`);
  }
  return run;
}
