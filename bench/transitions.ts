import { readFileSync } from "node:fs";
import { statementsInput } from "../contract/definition.js";
import { definitionText, machineNames, placeholdersOf } from "../state-machines/definitions.js";
import { type Counted, type Durations, World } from "./transitions-world.js";

/**
 * State transitions of load-partition with its children, for statements (the load, and the refresh of the aggregates) of
 * 60 s and of 300 s, against the usual workflow that asks every 5 s, which is written down in polling-workflow.asl.json.
 * Both convert, crawl (75 s), load and refresh; ours also validates, checks, publishes, inspects and plans.
 * `npm run bench -- transitions`
 */
const targets: readonly { readonly seconds: number; readonly ratio: number }[] = [
  { seconds: 60, ratio: 0.3 },
  { seconds: 300, ratio: 0.15 },
];
const heartbeatSeconds = 600;
const soonSeconds = 2;
const laterSeconds = 60;

const step = (sql: string, transaction: boolean) =>
  statementsInput({ statements: [sql], transaction, timeoutSeconds: 7200, label: sql });

/** What our functions answer, as far as the machines look at it. */
const lambdas = {
  validateManifest: {
    batch: { dataset: "d", partition: "p", batchId: "b", revision: "r" },
    conversion: {
      ...{ engine: "glue", mayHandOver: false },
      ...{ batchFile: "s3://b/f", outputFolder: "s3://b/o/", partitionFolder: "s3://l/p/" },
    },
    inspection: { ...step("inspect", true), results: true },
  },
  checkReport: { reportFile: "s3://b/r", counts: {}, copyManifest: null, warnings: [] },
  publishParquet: { published: 1, removed: 0, catalogue: { mode: "crawler", dataset: "d", folder: "s3://b/data/d/" } },
  planLoad: {
    branch: "upsert",
    prepare: [],
    load: step("load", true),
    ledger: step("ledger", true),
    aggregates: step("refresh", false),
    snapshotBefore: null,
    snapshotAfter: null,
  },
};

function definition(name: string): unknown {
  if (name === "polling-workflow") {
    return JSON.parse(readFileSync(new URL("./polling-workflow.asl.json", import.meta.url), "utf8"));
  }
  const inCamelCase = (machine: string) => machine.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const machine = machineNames.find((each) => each === name || inCamelCase(each) === name);
  if (machine === undefined) throw new Error(`no state machine ${name}`);
  const text = definitionText(machine);
  return JSON.parse(placeholdersOf(text).reduce((filled, each) => filled.replaceAll(`\${${each}}`, each), text));
}

const input = { dataset: "d", manifest: { bucket: "b", key: "k" } };

export const durations = (statement: number): Durations => ({ job: 120, crawl: 75, inspection: 3, statement });

export const countLoad = (statement: number, isEventLost = false): Promise<Counted> =>
  new World(durations(statement), { lambdas, machines: definition, isEventLost }).count("load-partition", input);

export const countPolling = (statement: number): Promise<Counted> =>
  new World(durations(statement), { lambdas, machines: definition }).count("polling-workflow", {});

/** From a statement's end, or from the heartbeat when that comes later, to the moment somebody acts on it. */
function afterTheHeartbeat(delays: readonly number[], seconds: readonly number[]): number {
  return Math.max(...delays.map((delay, index) => delay - Math.max(0, heartbeatSeconds - (seconds[index] ?? 0))));
}

export async function transitions(): Promise<void> {
  const runs = [];
  let isMet = true;
  for (const { seconds, ratio: target } of targets) {
    const [ours, usual, lost] = [await countLoad(seconds), await countPolling(seconds), await countLoad(seconds, true)];
    const ratio = ours.transitions / usual.transitions;
    const seen = Math.max(...ours.delays);
    const seenWhenLost = afterTheHeartbeat(lost.delays, [durations(seconds).inspection, seconds, seconds]);
    console.log(
      `statements of ${seconds} s: ${ours.transitions} transitions against ${usual.transitions}: ${ratio.toFixed(3)}`,
    );
    for (const [machine, count] of Object.entries(ours.by)) console.log(`  ${machine}: ${count}`);
    console.log(`  acted on ${seen} s after their end; ${seenWhenLost} s after the heartbeat when the event is lost`);
    isMet &&= ratio <= target && seen <= soonSeconds && seenWhenLost <= laterSeconds;
    runs.push({
      seconds,
      ours: ours.transitions,
      usual: usual.transitions,
      ratio: round(ratio),
      target,
      seen,
      seenWhenLost,
    });
  }
  const [first] = runs;
  console.log(JSON.stringify({ name: "transitions", ratio: first?.ratio, target: first?.target, runs }));
  process.exitCode = isMet ? 0 : 1;
}

const round = (value: number) => Number(value.toFixed(3));
