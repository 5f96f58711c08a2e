import { TestWarehouse } from "../test/planning/warehouse/test-warehouse.js";
import { watchedContract, watchedModes, watchLoads } from "../test/planning/warehouse/watch.js";

/**
 * Loads of every mode, one after the other, while readers on other connections look: is each state complete?
 * `npm run readers -- [loads] [mode …]`, by default 50 loads of every mode. The window in which a truncated table is empty is
 * measured.
 */
export async function readers(args: readonly string[]): Promise<void> {
  const loads = Number(args[0] ?? 50);
  if (!Number.isInteger(loads) || loads < 1) throw new RangeError(`'${args[0]}' is no number of loads`);
  const chosen = watchedModes.filter((mode) => args.length < 2 || args.slice(1).includes(mode));
  if (chosen.length === 0) throw new RangeError(`there are the modes ${watchedModes.join(", ")}`);
  const warehouse = await TestWarehouse.open([watchedContract("append")]);
  const modes: Record<string, object> = {};
  let [tried, wrong] = [0, 0];
  try {
    for (const mode of chosen) {
      const { wrong: faults, ...seen } = await watchLoads(warehouse, mode, loads);
      console.log(
        `${mode.padEnd(14)} ${seen.loads} loads, ${seen.reads} reads, ${seen.complete} complete (${seen.states} states), ` +
          `${seen.empty} empty (longest window ${seen.longestEmptyMs} ms), ${seen.errors1018} errors 1018, ${faults.length} wrong`,
      );
      for (const fault of faults.slice(0, 5)) console.log(`  ${fault}`);
      modes[mode] = { ...seen, wrong: faults.length };
      tried += seen.reads;
      wrong += faults.length;
    }
  } finally {
    await warehouse.stop();
  }
  console.log(JSON.stringify({ name: "readers", tried, wrong, target: 0, runs: modes }));
  process.exitCode = wrong === 0 ? 0 : 1;
}
