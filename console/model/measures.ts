import type { TrendPoint } from "./overview.js";
import { duration, wholeNumber } from "./words.js";

/** What is plotted of each load of a dataset. */
export interface Measure {
  readonly name: string;
  /** What the number means, for a title and a table's head. */
  readonly meaning: string;
  /** Null where it is not known, or there is nothing to count. */
  readonly of: (point: TrendPoint) => number | null;
  readonly words: (value: number) => string;
}

export const measures: readonly Measure[] = [
  {
    name: "Freshness",
    meaning: "from the start of the partition to the end of its load",
    of: ({ late, state }) => (state === "loaded" && late !== null && late >= 0 ? late : null),
    words: longDuration,
  },
  { name: "Rows", meaning: "rows written by the batch", of: ({ written }) => written, words: wholeNumber },
  {
    name: "Rejected",
    meaning: "share of the records read that were rejected",
    of: ({ read, rejected }) => (read === null || rejected === null ? null : read === 0 ? 0 : rejected / read),
    words: percent,
  },
  { name: "Duration", meaning: "from the start of the load to its end", of: ({ seconds }) => seconds, words: duration },
  {
    name: "Cost",
    meaning: "what the conversion costs by the list price, in US dollars",
    of: ({ cost }) => cost,
    words: dollars,
  },
];

/** `4 s`, `2 h 5 min`, `31 d`: of what may last very long. */
export function longDuration(seconds: number): string {
  return seconds < 2 * 86_400 ? duration(seconds) : `${wholeNumber(Math.floor(seconds / 86_400))} d`;
}

/** `0 %`, `0.02 %`, `12 %`; never 0 for what is there. */
export function percent(share: number): string {
  const value = share * 100;
  // A share that is nearly all of it is not written as all of it.
  if (value > 99 && value < 100) return `${Math.min(99.99, Math.floor(value * 100) / 100)} %`;
  if (value === 0 || value >= 10) return `${Math.round(value)} %`;
  return value < 0.01 ? "<0.01 %" : `${Number(value.toPrecision(2))} %`;
}

/** `$0`, `$0.0003`, `$1.20` */
export function dollars(value: number): string {
  if (value === 0) return "$0";
  if (value >= 1) return `$${value.toFixed(2)}`;
  return value < 0.000_001 ? "<$0.000001" : `$${Number(value.toPrecision(2)).toFixed(6).replace(/0+$/, "")}`;
}
