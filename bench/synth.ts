import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseTree, root } from "./base-tree.js";
import { conclude, median } from "./rounds.js";

const targets = { ratio: 0.8, seconds: 20, megabytes: 1500 } as const;

/** Prints what each process took when it ends; a command may start others. */
const sayMemory = `data:text/javascript,process.on("exit",()=>console.error("maxRSS="+process.resourceUsage().maxRSS))`;

/** `npm run bench -- synth [rounds]`: the demo's templates against the build before, and those of 20 sources with 200 datasets. */
export async function synth([rounds = "3"]: readonly string[]): Promise<void> {
  const base = baseTree();
  const folder = mkdtempSync(join(tmpdir(), "sluice-synth-"));
  try {
    const demo = (tree: string) => synthesize(tree, join(tree, "examples", "demo"), join(folder, "out"));
    // The first one fetches wheels, and compiles.
    for (const tree of [base, root]) demo(tree);
    const seconds: Record<"base" | "now", number[]> = { base: [], now: [] };
    for (let round = 1; round <= Number(rounds); round++) {
      const turns = [["base", base] as const, ["now", root] as const];
      for (const [side, tree] of round % 2 === 0 ? turns : turns.toReversed()) seconds[side].push(demo(tree).seconds);
      console.log(`round ${round}: before ${seconds.base.at(-1)} s, now ${seconds.now.at(-1)} s`);
    }
    const wide = synthesize(root, writeWide(join(folder, "wide")), join(folder, "out"));
    const ratio = median(seconds.now) / median(seconds.base);
    const isWideMet = wide.seconds <= targets.seconds && wide.megabytes <= targets.megabytes;
    const met = ratio <= targets.ratio && isWideMet;
    conclude({ name: "synth", ratio, target: targets.ratio, met, runs: { ...seconds, wide } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function synthesize(tree: string, project: string, output: string) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(tree, "bin", "sluice.js"), "synth", "--project", project, "--output", output],
    { cwd: tree, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: `--import=${encodeURI(sayMemory)}` } },
  );
  if (status !== 0) throw new Error(`sluice synth in ${tree} ended with ${status}: ${stderr}`);
  const taken = [...stderr.matchAll(/maxRSS=(\d+)/g)].map(([, kilobytes]) => Number(kilobytes) / 1024);
  return {
    seconds: Number(((performance.now() - begun) / 1000).toFixed(2)),
    megabytes: Math.round(Math.max(...taken)),
  };
}

/** A project of 20 sources with 10 datasets each. @returns its folder */
function writeWide(folder: string): string {
  mkdirSync(join(folder, "datasets"), { recursive: true });
  const sources = Array.from({ length: 20 }, (_, index) => `source${index}`);
  const declared = sources.map((source) => `  ${source}: { landing: create }`).join("\n");
  writeFileSync(
    join(folder, "sluice.yaml"),
    `name: wide\nregion: eu-west-1\nwarehouse: { create: {} }\nsources:\n${declared}\n`,
  );
  for (const source of sources) {
    for (let index = 0; index < 10; index++) {
      const dataset = `${source}_data${index}`;
      writeFileSync(
        join(folder, "datasets", `${dataset}.yaml`),
        `dataset: ${dataset}
source: ${source}
partition: hour
format: { type: csv }
columns:
  - { name: id, type: bigint }
  - { name: placed_at, type: timestamp }
  - { name: amount, type: "decimal(10,2)" }
table: { name: ${source}.data${index}, distribution: key(id), sort: [placed_at] }
load: { mode: upsert, key: [id], order_by: placed_at }
`,
      );
    }
  }
  return folder;
}
