import type { Counts } from "./api.js";

export interface Part {
  readonly name: string;
  readonly count: number;
  /** Of the bar's whole, from 0 to 1. */
  readonly share: number;
}

/** One equation as a bar: the whole, and what it is made of. */
export interface Bar {
  readonly whole: string;
  readonly total: number;
  readonly parts: readonly Part[];
  /** Whether the parts are the whole; otherwise by how much they are not. */
  readonly difference: number;
}

/** A part that is there is seen, however small it is. */
const leastShare = 0.004;

/** read = written + deduplicated + rejected, and written = inserted + updated + deleted + outdated; as far as known. */
export function reconciliation(counts: Counts): readonly Bar[] {
  const bars = [
    bar("read", counts.read, { written: counts.written, deduplicated: counts.deduplicated, rejected: counts.rejected }),
    bar("written", counts.written, {
      inserted: counts.inserted,
      updated: counts.updated,
      deleted: counts.deleted,
      outdated: counts.outdated,
    }),
  ];
  return bars.filter((each) => each !== undefined);
}

function bar(whole: string, total: number | null, named: Readonly<Record<string, number | null>>): Bar | undefined {
  const counts = Object.entries(named).flatMap(([name, count]) => (count === null ? [] : [{ name, count }]));
  if (total === null || counts.length < Object.keys(named).length) return undefined;
  const sum = counts.reduce((all, { count }) => all + count, 0);
  const shares = counts.map(({ count }) => (count === 0 ? 0 : Math.max(leastShare, count / Math.max(1, sum))));
  const all = shares.reduce((a, b) => a + b, 0);
  return {
    whole,
    total,
    parts: counts.map((part, index) => ({ ...part, share: all === 0 ? 0 : (shares[index] ?? 0) / all })),
    difference: total - sum,
  };
}
