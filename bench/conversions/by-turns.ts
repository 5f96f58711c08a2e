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
  /** A line's files grow from `least` until a conversion lasts long enough to be measured, up to `most`. */
  readonly records: { readonly least: number; readonly most: number };
  readonly targets: Readonly<Record<string, Target>>;
}

/** No measurement of a bound near 1 is shorter: what converts faster converts several times. Elsewhere the slower one counts. */
const leastSeconds = 1;
/** So far apart two builds are not near each other. */
const farApart = 2;

/**
 * Whole conversions on one core in processor time, this build against the base by turns: the median of the pairs' ratios.
 * Each line is the same bytes read by both; they must count the same records. The exit code is 0 when every target is met.
 */
export async function byTurns({ name, base, records, targets }: Comparison): Promise<void> {
  const [before, now] = [baseTree(base, "python"), root].map((tree) => new Converter(name, tree));
  if (before === undefined || now === undefined) throw new TypeError("two builds");
  const runs: Record<string, object> = {};
  const shares: number[] = [];
  try {
    for (const [line, { least, pairs }] of Object.entries(targets)) {
      const { ratios, rates, count } = await compared({ line, least, pairs, records }, before, now);
      const ratio = median(ratios);
      shares.push(ratio / least);
      runs[line] = {
        ratio: rounded(ratio, 3),
        target: least,
        records: count,
        megabytesPerSecond: rounded(median(rates), 1),
      };
      const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
      console.log(
        `${line.padEnd(14)} ${ratio.toFixed(3)}x, at least ${least}x; ${pairs} pairs of ${count} records: ${range}; ${median(rates).toFixed(1)} MB/s a core`,
      );
    }
  } finally {
    await Promise.all([before.stop(), now.stop()]);
  }
  const worst = Math.min(...shares);
  console.log(JSON.stringify({ name, base, records, ratio: rounded(worst, 3), target: 1, runs }));
  process.exitCode = worst >= 1 ? 0 : 1;
}

interface Line extends Target, Pick<Comparison, "records"> {
  readonly line: string;
}

async function compared({ line, least, pairs, records }: Line, before: Converter, now: Converter) {
  const sides = [before, now];
  const both = async (count: number) => {
    const answers: Answer[] = [];
    for (const side of sides) answers.push(await side.ask(line, 1, count));
    const [old, answer] = answers.map(({ counts }) => JSON.stringify(counts));
    if (old !== answer) throw new Error(`${line}: ${old} before, ${answer} now`);
    return answers.map(({ seconds }) => seconds);
  };
  const few = await both(records.least);
  const count = Math.max(
    records.least,
    Math.min(records.most, Math.ceil((records.least * 1.2 * leastSeconds) / Math.max(...few))),
  );
  // The first pair warms both up and says how often each converts in a measurement.
  const first = count === records.least ? few : await both(count);
  const [fastest, slowest] = [Math.min(...first), Math.max(...first)];
  const times = Math.ceil(leastSeconds / (least < farApart && slowest < farApart * fastest ? fastest : slowest));
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Neither is always the first of a pair.
    const order = pair % 2 === 0 ? [before, now] : [now, before];
    const seconds = new Map<Converter, number>();
    for (const each of order) {
      const { seconds: spent, megabytes } = await each.ask(line, times, count);
      seconds.set(each, spent);
      if (each === now) rates.push(megabytes / spent);
    }
    ratios.push((seconds.get(before) ?? Number.NaN) / (seconds.get(now) ?? Number.NaN));
  }
  return { ratios, rates, count };
}

/** The Python process that converts by the build of a tree. */
class Converter {
  readonly #child;
  readonly #answers;

  constructor(cases: string, tree: string) {
    const script = join(root, "bench/conversions/conversions.py");
    this.#child = spawn(join(root, ".venv/bin/python"), [script, cases, tree], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(line: string, times: number, records: number): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify({ case: line, times, records })}\n`);
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
