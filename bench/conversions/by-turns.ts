import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { baseTree, root } from "../base-tree.js";
import { median } from "../rounds.js";

const Answer = z.object({
  seconds: z.number(),
  megabytes: z.number(),
  counts: z.record(z.string(), z.number()),
});
type Answer = z.infer<typeof Answer>;

export interface Target {
  /** How many times the MB/s of the base. */
  readonly least: number;
  /** Pairs of runs; a bound near 1 needs many. */
  readonly pairs: number;
}

export interface Comparison {
  /** Of the benchmark, and of the module that has its cases. */
  readonly name: string;
  readonly base: string;
  readonly records: number;
  readonly targets: Readonly<Record<string, Target>>;
}

/** No measurement of a bound near 1 is shorter: what converts faster converts several times. Elsewhere the slower one counts. */
const leastSeconds = 1;

/**
 * Whole conversions on one core in processor time, this build against the base by turns: the median of the pairs' ratios.
 * Each line is the same bytes read by both; they must count the same records. The exit code is 0 when every target is met.
 */
export async function byTurns({ name, base, records, targets }: Comparison): Promise<void> {
  const [before, now] = [baseTree(base, "python"), root].map((tree) => new Converter(name, tree, records));
  if (before === undefined || now === undefined) throw new TypeError("two builds");
  const runs: Record<string, object> = {};
  const shares: number[] = [];
  try {
    for (const [line, { least, pairs }] of Object.entries(targets)) {
      const { ratios, rates } = await compared(line, { least, pairs }, before, now);
      const ratio = median(ratios);
      shares.push(ratio / least);
      runs[line] = { ratio: rounded(ratio, 3), target: least, megabytesPerSecond: rounded(median(rates), 1) };
      const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
      console.log(
        `${line.padEnd(14)} ${ratio.toFixed(3)}x, at least ${least}x; ${pairs} pairs: ${range}; ${median(rates).toFixed(1)} MB/s a core`,
      );
    }
  } finally {
    await Promise.all([before.stop(), now.stop()]);
  }
  const worst = Math.min(...shares);
  console.log(JSON.stringify({ name, base, records, ratio: rounded(worst, 3), target: 1, runs }));
  process.exitCode = worst >= 1 ? 0 : 1;
}

async function compared(line: string, { least, pairs }: Target, before: Converter, now: Converter) {
  // The first pair warms both up and says how often each converts in a measurement.
  const first = [await before.ask(line, 1), await now.ask(line, 1)];
  const [old, answer] = first.map(({ counts }) => JSON.stringify(counts));
  if (old !== answer) throw new Error(`${line}: ${old} before, ${answer} now`);
  const pick = least < 2 ? Math.min : Math.max;
  const times = Math.ceil(leastSeconds / pick(...first.map(({ seconds }) => seconds)));
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Neither is always the first of a pair.
    const order = pair % 2 === 0 ? [before, now] : [now, before];
    const seconds = new Map<Converter, number>();
    for (const each of order) {
      const { seconds: spent, megabytes } = await each.ask(line, times);
      seconds.set(each, spent);
      if (each === now) rates.push(megabytes / spent);
    }
    ratios.push((seconds.get(before) ?? Number.NaN) / (seconds.get(now) ?? Number.NaN));
  }
  return { ratios, rates };
}

/** The Python process that converts by the build of a tree. */
class Converter {
  readonly #child;
  readonly #answers;

  constructor(cases: string, tree: string, records: number) {
    const script = join(root, "bench/conversions/conversions.py");
    this.#child = spawn(join(root, ".venv/bin/python"), [script, cases, tree, String(records)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(line: string, times: number): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify({ case: line, times })}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`The conversion of '${line}' ended; its error stands above.`);
    return Answer.parse(JSON.parse(String(value)));
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    await closed;
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
