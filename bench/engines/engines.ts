import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseTree, root } from "../base-tree.js";
import { median } from "../rounds.js";
import { Host, type Run, type Side } from "./host.js";

const targets = {
  "1 MB, new process, time": 0.06,
  "1 MB, new process, memory": 0.3,
  "120 MB, warm, time": 0.6,
  "120 MB, warm, memory": 0.65,
} as const;
type Case = keyof typeof targets;

interface Sides {
  readonly lambda: Side;
  readonly base: Side;
}

/** The Lambda's host against the Glue job of the base, by turns: a small batch, each time in a new process; a large one, warm. */
export async function engines(args: readonly string[]): Promise<void> {
  const [small = 5, large = 7] = args.map(Number);
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const csv = { large: join(folder, "flights.csv"), small: join(folder, "few.csv") };
    const made = spawnSync(join(root, ".venv", "bin", "python"), [join(root, "bench/glue/flights.py"), csv.large]);
    if (made.status !== 0) throw new Error(`flights.py: ${made.stderr}`);
    writeFileSync(
      csv.small,
      readFileSync(csv.large)
        .subarray(0, 1_000_000)
        .toString("utf8")
        .replace(/\n[^\n]*$/, "\n"),
    );
    const sides = (size: string): Sides => ({
      lambda: { tree: root, host: "lambda", folder: join(folder, `lambda-${size}`) },
      base: { tree: baseTree(), host: "glue", folder: join(folder, `base-${size}`) },
    });
    const cold = await newProcesses(sides("small"), csv.small, small);
    const warm = await warmProcesses(sides("large"), csv.large, large);
    conclude(
      {
        "1 MB, new process, time": ratio(cold, "seconds"),
        "1 MB, new process, memory": ratio(cold, "memoryMb"),
        "120 MB, warm, time": ratio(warm, "seconds"),
        "120 MB, warm, memory": ratio(warm, "memoryMb"),
      },
      { small: cold, large: warm },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Runs = Readonly<Record<keyof Sides, Run[]>>;

/** From the start of the process to its end, with all that it imports or starts. */
async function newProcesses(sides: Sides, csv: string, rounds: number): Promise<Runs> {
  const runs: Runs = { lambda: [], base: [] };
  for (const side of Object.values(sides)) {
    const host = new Host(side, csv);
    await host.stage();
    await host.run();
    await host.stop();
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of turn(round)) {
      const started = performance.now();
      const host = new Host(sides[name], csv);
      const run = await host.run();
      const seconds = (performance.now() - started) / 1000;
      await host.stop();
      note("1 MB", name, { ...run, seconds }, runs);
    }
  }
  return runs;
}

async function warmProcesses(sides: Sides, csv: string, rounds: number): Promise<Runs> {
  const runs: Runs = { lambda: [], base: [] };
  const hosts = { lambda: new Host(sides.lambda, csv), base: new Host(sides.base, csv) };
  for (const host of Object.values(hosts)) {
    await host.stage();
    for (let warmUp = 0; warmUp < 2; warmUp++) await host.run();
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of turn(round)) note("120 MB", name, await hosts[name].run(), runs);
  }
  for (const host of Object.values(hosts)) await host.stop();
  return runs;
}

const turn = (round: number): readonly (keyof Sides)[] => (round % 2 === 0 ? ["lambda", "base"] : ["base", "lambda"]);

function note(batch: string, name: keyof Sides, run: Run, runs: Runs): void {
  runs[name].push(run);
  console.log(`${batch.padEnd(6)} ${name.padEnd(6)} ${run.seconds.toFixed(2)} s, ${run.memoryMb} MB, ${run.rows}`);
  const [first] = Object.values(runs).flat();
  if (first !== undefined && first.rows !== run.rows)
    throw new Error(`other rows: ${run.rows}, expected ${first.rows}`);
}

const ratio = ({ lambda, base }: Runs, what: "seconds" | "memoryMb") =>
  median(lambda.map((run) => run[what])) / median(base.map((run) => run[what]));

function conclude(cases: Readonly<Record<Case, number>>, runs: unknown): void {
  const judged = Object.entries(targets).map(([name, target]) => {
    const found = Object.entries(cases).find(([each]) => each === name)?.[1] ?? Number.NaN;
    return { name, ratio: Number(found.toFixed(3)), target };
  });
  const met = judged.every(({ ratio: found, target }) => found <= target);
  console.log(JSON.stringify({ name: "engines", cases: judged, runs }));
  process.exitCode = met ? 0 : 1;
}
