import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { baseTree, root } from "../base-tree.js";

const Answer = z.object({
  seconds: z.number(),
  megabytes: z.number(),
  counts: z.record(z.string(), z.number()),
});
type Answer = z.infer<typeof Answer>;

interface Target {
  /** How many times the MB/s of the build before. */
  readonly least: number;
  /** Pairs of runs; a bound near 1 needs many. */
  readonly pairs: number;
}

const targets: Readonly<Record<string, Target>> = {
  xml: { least: 10, pairs: 7 },
  "xml wide": { least: 8, pairs: 7 },
  "xml 58 MB": { least: 8, pairs: 3 },
  "xml faulty": { least: 4, pairs: 7 },
  "json lines": { least: 3, pairs: 7 },
  "json document": { least: 2.7, pairs: 7 },
  "json faulty": { least: 2, pairs: 7 },
  "json 58 MB": { least: 2, pairs: 3 },
  csv: { least: 0.97, pairs: 15 },
};

/** Whole conversions on one core, this build against the one before by turns: `npm run bench -- speed [case …]`. */
export async function speed(args: readonly string[]): Promise<void> {
  const names = Object.keys(targets).filter((name) => args.length === 0 || args.includes(name));
  const [before, now] = [start(baseTree()), start(root)];
  const runs: Record<string, { ratio: number; target: number; megabytesPerSecond: number }> = {};
  try {
    for (const name of names) {
      const { least, pairs } = targets[name] ?? { least: 1, pairs: 1 };
      const ratios: number[] = [];
      const rates: number[] = [];
      // The first pair warms both up.
      for (let pair = 0; pair <= pairs; pair++) {
        const old = await before.ask(name);
        const answer = await now.ask(name);
        if (JSON.stringify(old.counts) !== JSON.stringify(answer.counts)) {
          throw new Error(`${name}: ${JSON.stringify(old.counts)} before, ${JSON.stringify(answer.counts)} now`);
        }
        if (pair === 0) continue;
        ratios.push(old.seconds / answer.seconds);
        rates.push(answer.megabytes / answer.seconds);
      }
      runs[name] = { ratio: rounded(median(ratios), 2), target: least, megabytesPerSecond: rounded(median(rates), 1) };
      console.log(
        `${name.padEnd(14)} ${median(ratios).toFixed(2)}x, at least ${least}x; ${median(rates).toFixed(1)} MB/s a core`,
      );
    }
  } finally {
    await Promise.all([before.stop(), now.stop()]);
  }
  const shares = Object.values(runs).map(({ ratio, target }) => ratio / target);
  const worst = Math.min(...shares);
  console.log(JSON.stringify({ name: "speed", ratio: rounded(worst, 3), target: 1, runs }));
  process.exitCode = worst >= 1 ? 0 : 1;
}

/** The Python process that converts by the build of a tree. */
function start(tree: string) {
  const child = spawn(join(root, ".venv/bin/python"), [join(root, "bench/glue/speed.py"), tree], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(name: string): Promise<Answer> {
      child.stdin.write(`${name}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`The conversion of '${name}' ended; its error stands above.`);
      return Answer.parse(JSON.parse(String(value)));
    },
    async stop(): Promise<void> {
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
