import { parseArgs } from "node:util";
import { describe, eachOnce, kindOf, Matrix, sampleOf, type Trial, type Verdict } from "./matrix.js";
import { variants } from "./variants.js";

/**
 * `npm run faults [-- --all] [--sample N] [--seed N] [--only TEXT]`: the fault matrix. Ends with one line of JSON; exit 0
 * when nothing was wrong.
 */
const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    sample: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
  },
});

const seed = Number(values.seed ?? Date.now() % 1_000_000);
const matrix = await Matrix.open();
const wrong: Verdict[] = [];
const tried = new Map<string, { tried: number; wrong: number }>();
let [redrives, reruns, missed, count] = [0, 0, 0, 0];

try {
  const recorded = await matrix.record();
  for (const [dataset, sites] of recorded) console.log(`${dataset}: the clean run has ${sites.length} calls`);
  const chosen = choose(matrix.trials());
  console.log(`${chosen.length} trials, seed ${seed}`);
  for (const trial of chosen) note(await matrix.run(trial), chosen.length);
} finally {
  await matrix.close();
}

for (const verdict of wrong) console.log(`wrong: ${describe(verdict.trial)}: ${verdict.wrong}`);
console.log(`${redrives} redrives, ${reruns} new executions, ${missed} faults that their run did not meet`);
const runs = Object.fromEntries([...tried].sort(([a], [b]) => (a < b ? -1 : 1)));
console.log(JSON.stringify({ name: "faults", tried: count, wrong: wrong.length, target: 0, seed, runs }));
process.exitCode = wrong.length === 0 ? 0 : 1;

function choose(trials: readonly Trial[]): readonly Trial[] {
  const wanted = trials.filter((trial) => values.only === undefined || describe(trial).includes(values.only));
  const pool = values.all ? wanted : eachOnce(wanted);
  return values.sample === undefined ? pool : sampleOf(wanted, Number(values.sample), seed);
}

function note(verdict: Verdict, of: number): void {
  const { trial, loaded } = verdict;
  count++;
  const mode = variants.find(({ dataset }) => dataset === trial.dataset)?.mode ?? trial.dataset;
  const name = `${mode}: ${kindOf(trial)}`;
  const row = tried.get(name) ?? { tried: 0, wrong: 0 };
  tried.set(name, { tried: row.tried + 1, wrong: row.wrong + (verdict.wrong === undefined ? 0 : 1) });
  if (verdict.wrong !== undefined) wrong.push(verdict);
  if (!verdict.hasStruck) missed++;
  redrives += loaded?.redrives ?? 0;
  reruns += loaded?.reruns ?? 0;
  const how = verdict.wrong === undefined ? "right" : `WRONG ${verdict.wrong}`;
  const help = loaded === undefined ? "" : ` (${loaded.first}; ${loaded.redrives} redrives, ${loaded.reruns} reruns)`;
  console.log(`${count}/${of} ${describe(trial)}: ${how}${help}${verdict.hasStruck ? "" : " [not met]"}`);
}
