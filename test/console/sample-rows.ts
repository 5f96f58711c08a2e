import type { CellState, Row } from "../../console/model/api.js";
import type { LoadLine, Summary, Trend, Trouble } from "../../console/model/overview.js";
import { urgentState } from "../../console/model/trouble.js";
import { partitionAt, partitionsBetween } from "../../contract/partition.js";

export const now = "2026-11-25T02:20:00Z";

/** The same numbers on every machine. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const subjects = [
  "orders",
  "payments",
  "refunds",
  "shipments",
  "inventory",
  "prices",
  "clicks",
  "sessions",
  "returns",
  "invoices",
];
const places = ["web", "stores", "app", "emea", "apac", "latam", "dach", "nordics", "iberia", "uk"];

const stateAt = (random: () => number, hoursAgo: number): CellState => {
  if (hoursAgo === 0) return random() < 0.3 ? "expected" : random() < 0.15 ? "running" : "loaded";
  const chance = random();
  if (chance < 0.0012) return "failed";
  if (chance < 0.0035) return "refused";
  if (chance < 0.012 && hoursAgo < 40) return "overdue";
  return "loaded";
};

/** A row of an hourly or daily dataset of the last week (or two months). */
export function fakeRow(index: number, hours: number): Row {
  const random = numbers(index + 7);
  const granularity = index % 9 === 4 ? "day" : "hour";
  const step = granularity === "hour" ? 3_600_000 : 86_400_000;
  const count = granularity === "hour" ? hours : 60;
  const first = new Date(Date.parse(now) - (count - 1) * step);
  const partitions = partitionsBetween(
    partitionAt(first, granularity),
    partitionAt(new Date(now), granularity),
    granularity,
  );
  const gapFrom = random() < 0.06 ? Math.floor(random() * count) : count;
  const cells = partitions.flatMap((partition, at): [string, CellState][] => {
    const isGap = at >= gapFrom && at < gapFrom + 9;
    return isGap ? [] : [[partition, stateAt(random, partitions.length - 1 - at)]];
  });
  const newest = cells.findLast(([, state]) => state === "loaded")?.[0];
  const round = Math.floor(index / subjects.length);
  const suffix = round < places.length ? "" : `_${Math.floor(round / places.length) + 1}`;
  return {
    dataset: `${subjects[index % subjects.length]}_${places[round % places.length]}${suffix}`,
    source: "shop",
    owner: index % 3 === 0 ? "web-team@example.com" : null,
    description: "A dataset of the tests.",
    granularity,
    cells: cells.reverse(),
    freshness:
      newest === undefined
        ? null
        : { partition: newest, loadedAt: new Date(Date.parse(now) - Math.floor(random() * 70) * 60_000).toISOString() },
  };
}

const executionOf = (dataset: string, partition: string) =>
  `${dataset}-${partition.replaceAll(/\D/g, "")}-9f3c2b7a1d04`;
const beganAt = (partition: string) => `${partition.length === 10 ? `${partition}T03` : partition}:14:09Z`;

/** A row's loads, the newest first. */
export const linesOf = ({ dataset, source, cells }: Row): LoadLine[] =>
  cells.flatMap(([partition, state]): LoadLine[] => {
    if (state === "overdue" || state === "expected") return [];
    const error = { refused: "TooManyRejected", failed: "StatementFailed", running: null, loaded: null }[state];
    return [
      {
        ...{ dataset, source, partition, state, error, execution: executionOf(dataset, partition) },
        ...{ startedAt: beganAt(partition), seconds: state === "running" ? null : 41.5 },
      },
    ];
  });

/** What of a row needs a person. */
export const troublesOf = ({ dataset, source, cells }: Row): Trouble[] =>
  cells.flatMap(([partition, kind]): Trouble[] => {
    if (kind !== "refused" && kind !== "failed" && kind !== "overdue") return [];
    const error = { refused: "TooManyRejected", failed: "StatementFailed", overdue: null }[kind];
    const execution = error === null ? null : executionOf(dataset, partition);
    return [{ dataset, source, kind, partition, error, execution, since: beganAt(partition), files: null }];
  });

export function summaryOf(row: Row): Summary {
  const { cells, ...common } = row;
  const expect = row.granularity === "hour" ? { every: 3600, within: 7200 } : null;
  return { ...common, state: urgentState(row), expect, pausedAt: null, loads: cells.length, revision: cells.length };
}

export function trendOf(row: Row): Trend {
  const random = numbers(row.dataset.length);
  const points = linesOf(row)
    .filter(({ state }) => state !== "running")
    .slice(0, 30)
    .reverse()
    .map(({ execution, partition, state, startedAt }) => {
      const isLoaded = state === "loaded";
      const read = 40_000 + Math.round(random() * 20_000);
      const rejected = random() < 0.7 ? 0 : Math.round(random() * 40);
      return {
        ...{
          execution,
          partition,
          state,
          endedAt: startedAt,
          seconds: 30 + random() * 25,
          late: 4400 + random() * 900,
        },
        ...{ read, written: isLoaded ? read - rejected : null, rejected, cost: 0.0002 + random() * 0.0002 },
      };
    });
  return { dataset: row.dataset, points, isPending: false };
}
