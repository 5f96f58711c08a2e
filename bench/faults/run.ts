import { parseArgs } from "node:util";
import { describe, eachOnce, kindOf, Matrix, sampleOf, type Trial, type Verdict } from "./matrix.js";
import { byQuiet, variants } from "./variants.js";

/**
 * `npm run faults [-- --all] [--sample N] [--seed N] [--only TEXT] [--real]`: the fault matrix. Ends with one line of JSON;
 * exit 0 when nothing was wrong. The real Glue job takes part in a whole matrix, and in a sample with --real.
 */
const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    sample: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
    real: { type: "boolean", default: false },
  },
});

const seed = Number(values.seed ?? Date.now() % 1_000_000);
const wrong: Verdict[] = [];
const tried = new Map<string, { tried: number; wrong: number }>();
let [redrives, reruns, missed, count] = [0, 0, 0, 0];
const begin = performance.now();
const secondsSince = (start: number) => Math.round((performance.now() - start) / 100) / 10;

if (values.real || (values.sample === undefined && values.only === undefined)) await withTheRealJob();

// Of one dataset nothing tells that its files are complete but time.
for (const all of [variants, [byQuiet]]) {
  const datasets = all.filter(({ dataset }) => isWanted(dataset));
  if (datasets.length === 0) continue;
  const matrix = await Matrix.open({ datasets });
  try {
    const recorded = await matrix.record();
    for (const [dataset, sites] of recorded) console.log(`${dataset}: the clean run has ${sites.length} calls`);
    const chosen = choose(matrix.trials());
    console.log(`${chosen.length} trials, seed ${seed}; ready after ${secondsSince(begin)} s`);
    await tryAll(matrix, chosen);
  } finally {
    await matrix.close();
  }
}

for (const verdict of wrong) console.log(`wrong: ${describe(verdict.trial)}: ${verdict.wrong}`);
console.log(
  `${secondsSince(begin)} s; ${redrives} redrives, ${reruns} new executions, ${missed} faults that their run did not meet`,
);
const runs = Object.fromEntries([...tried].sort(([a], [b]) => (a < b ? -1 : 1)));
console.log(JSON.stringify({ name: "faults", tried: count, wrong: wrong.length, target: 0, seed, runs }));
process.exitCode = wrong.length === 0 ? 0 : 1;

/** Each mode by the real job on Spark: a clean run, and one in which the process dies while the job runs. */
async function withTheRealJob(): Promise<void> {
  const real = await Matrix.open({ isReal: true });
  try {
    const recorded = await real.record();
    const trials = [...recorded].flatMap(([dataset, sites]): Trial[] => {
      const site = sites.find(({ operation }) => operation === "GetJobRun");
      return site === undefined ? [] : [{ dataset, kind: "crash_before", site }];
    });
    console.log(`${recorded.size} clean runs with the real Glue job are right; ${trials.length} trials with it`);
    await tryAll(real, trials);
  } finally {
    await real.close();
  }
}

async function tryAll(matrix: Matrix, trials: readonly Trial[]): Promise<void> {
  const start = performance.now();
  for (const [index, trial] of trials.entries()) {
    const own = performance.now();
    note(await matrix.run(trial), `${index + 1}/${trials.length}`, secondsSince(own));
    if ((index + 1) % 25 !== 0) continue;
    const each = secondsSince(start) / (index + 1);
    const left = Math.round((each * (trials.length - index - 1)) / 60);
    console.log(`${wrong.length} wrong so far; ${each.toFixed(2)} s a trial, about ${left} min left`);
  }
}

/** Where `--only` begins with the name of a dataset, the others need not be loaded. */
function isWanted(dataset: string): boolean {
  const named = [...variants, byQuiet].filter((each) => values.only?.startsWith(each.dataset));
  return named.length === 0 || named.some((each) => each.dataset === dataset);
}

function choose(trials: readonly Trial[]): readonly Trial[] {
  const wanted = trials.filter((trial) => values.only === undefined || describe(trial).includes(values.only));
  const pool = values.all ? wanted : eachOnce(wanted);
  return values.sample === undefined ? pool : sampleOf(wanted, Number(values.sample), seed);
}

function note(verdict: Verdict, number: string, seconds: number): void {
  const { trial, loaded } = verdict;
  count++;
  const mode = [...variants, byQuiet].find(({ dataset }) => dataset === trial.dataset)?.mode ?? trial.dataset;
  const name = `${mode}: ${kindOf(trial)}`;
  const row = tried.get(name) ?? { tried: 0, wrong: 0 };
  tried.set(name, { tried: row.tried + 1, wrong: row.wrong + (verdict.wrong === undefined ? 0 : 1) });
  if (verdict.wrong !== undefined) wrong.push(verdict);
  if (!verdict.hasStruck) missed++;
  redrives += loaded?.redrives ?? 0;
  reruns += loaded?.reruns ?? 0;
  const how = verdict.wrong === undefined ? "right" : `WRONG ${verdict.wrong}`;
  const help = loaded === undefined ? "" : ` (${loaded.first}; ${loaded.redrives} redrives, ${loaded.reruns} reruns)`;
  console.log(`${number} ${describe(trial)}: ${how}${help}, ${seconds} s${verdict.hasStruck ? "" : " [not met]"}`);
}
