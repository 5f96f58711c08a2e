/** A way of doing the work that is measured: seconds of one run. */
export type Plan = () => Promise<number>;

export interface Measured {
  readonly cold: number;
  readonly warm: readonly number[];
  readonly median: number;
}

/**
 * Runs every plan by turns: one cold run, warm-ups, then rounds in random order.
 * @returns for each plan its first run and the median of the rounds, in seconds.
 */
export async function measure(
  plans: Readonly<Record<string, Plan>>,
  { warmUps, rounds }: { readonly warmUps: number; readonly rounds: number },
): Promise<Record<string, Measured>> {
  const names = Object.keys(plans);
  const runs: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < 1 + warmUps + rounds; round++) {
    for (const name of shuffled(names)) {
      const seconds = (await plans[name]?.()) ?? 0;
      runs[name]?.push(seconds);
      const what = round === 0 ? "cold" : round <= warmUps ? "warm-up" : `round ${round - warmUps}`;
      console.log(`${what.padEnd(8)} ${name.padEnd(8)} ${seconds.toFixed(2)} s`);
    }
  }
  return Object.fromEntries(
    names.map((name) => {
      const [cold = 0, ...rest] = runs[name] ?? [];
      const warm = rest.slice(warmUps);
      return [name, { cold, warm, median: median(warm) }];
    }),
  );
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The last line of a benchmark, for programs; the exit code says whether the target is met. */
export function conclude(result: {
  readonly name: string;
  readonly ratio: number;
  /** null: only reported. */
  readonly target: number | null;
  readonly met: boolean;
  readonly runs: unknown;
}): void {
  const { met, ...line } = result;
  console.log(JSON.stringify({ ...line, ratio: Number(result.ratio.toFixed(3)) }));
  process.exitCode = met ? 0 : 1;
}

/** Warm-ups and rounds from the command line: `npm run bench -- glue-tax 1 3`. */
export function sizes(args: readonly string[]): { warmUps: number; rounds: number } {
  const [warmUps = 3, rounds = 5] = args.map(Number).filter(Number.isInteger);
  return { warmUps, rounds };
}
