import { parseArgs } from "node:util";
import { AwsError, type Call } from "../../local/call/call.js";
import { ConnectionLost } from "../../local/call/faults.js";
import type { Row } from "../../test/planning/warehouse/model.js";
import { randomFrom } from "./matrix.js";
import { MatrixAccount } from "./matrix-account.js";
import type { Intervention } from "./seam.js";
import { Subject } from "./trial.js";
import { trialRows, type Variant, variants } from "./variants.js";

/**
 * `npm run soak [-- --batches N] [--datasets N] [--percent P] [--seed N]`: batches of many datasets while calls fail at
 * random: before their effect, after it, by throttling, and now and then the process dies. Ends with one line of JSON.
 */
const { values } = parseArgs({
  options: {
    batches: { type: "string", default: "200" },
    datasets: { type: "string", default: "10" },
    percent: { type: "string", default: "2" },
    seed: { type: "string" },
  },
});
const [batches, datasets, percent] = [Number(values.batches), Number(values.datasets), Number(values.percent)];
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const random = randomFrom(seed);
/** Faults meet redrives as well, so that some batches need many: a crawl alone has dozens of calls. */
const mostHelp = 20;
/** Of the faults, those that are the death of the process. */
const crashShare = 0.02;

const chosen: readonly Variant[] = Array.from({ length: datasets }, (_, index) => {
  const variant = variants[index % variants.length];
  if (variant === undefined) throw new TypeError("there are variants");
  return { ...variant, dataset: `${variant.dataset}_${index}` };
});

let faults = 0;
let crashes = 0;

function trouble(account: MatrixAccount): Intervention {
  return async (call: Call) => {
    if (random() * 100 >= percent) return undefined;
    faults++;
    if (random() < crashShare) {
      crashes++;
      return account.seam.die();
    }
    const kind = random();
    if (kind < 1 / 3) throw new AwsError("InternalFailure", "by the soak", { statusCode: 500 });
    if (kind < 2 / 3) throw new AwsError("ThrottlingException", "Rate exceeded");
    await account.seam.perform(call);
    throw new ConnectionLost();
  };
}

/** Rows that meet those of earlier batches: newer, older, new. */
const rowsOf = (): readonly Row[] =>
  trialRows.map((row) => ({
    ...row,
    id: `${row.id}${Math.floor(random() * 20)}`,
    version: 1 + Math.floor(random() * 9),
  }));

const account = await MatrixAccount.open(chosen);
console.log(`${batches} batches of ${datasets} datasets, ${percent}% of the calls fail, seed ${seed}`);
const subjects = chosen.map((variant) => new Subject(account, variant));
let [redrives, reruns, wrong] = [0, 0, 0];
const begin = performance.now();
const problems: string[] = [];
try {
  for (let batch = 0; batch < batches; batch++) {
    const subject = subjects[batch % subjects.length];
    // The last batch's events may still be under way, and the process may die of one of them.
    if (!account.hasCrashed) await account.settled();
    if (account.hasCrashed) await account.restart();
    account.seam.arm({ intervene: trouble(account) });
    try {
      const loaded = await subject?.load(rowsOf(), undefined, mostHelp);
      redrives += loaded?.redrives ?? 0;
      reruns += loaded?.reruns ?? 0;
    } catch (error) {
      wrong++;
      problems.push(`${subject?.variant.dataset}: ${error}`);
      console.log(`wrong: ${problems.at(-1)}`);
    }
    if ((batch + 1) % 20 === 0) {
      const perSecond = ((batch + 1) * 1000) / (performance.now() - begin);
      console.log(
        `${batch + 1} batches, ${perSecond.toFixed(2)} a second, ${faults} faults, ${crashes} crashes, ${redrives} redrives, ${reruns} new executions`,
      );
    }
  }
  account.seam.disarm();
  if (account.hasCrashed) await account.restart();
  await account.settled();
  for (const subject of subjects) {
    const difference = await subject.difference();
    if (difference === undefined) continue;
    wrong++;
    console.log(`wrong: ${subject.variant.dataset}: ${difference}`);
  }
} finally {
  await account.close();
}
const runs = { batches, datasets, percent, seed, faults, crashes, redrives, reruns };
console.log(JSON.stringify({ name: "soak", tried: batches, wrong, target: 0, runs }));
process.exitCode = wrong === 0 ? 0 : 1;
