import type { CellState, Row } from "./api.js";
import { worst } from "./grid.js";
import { type Overview, type Trouble, type TroubleKind, troubleKinds } from "./overview.js";

const rank = new Map<TroubleKind, number>(troubleKinds.map((kind, index) => [kind, index]));

/** What to act on first: failures, refusals, what is late, what waits; within each the newest. */
export const byUrgency = (a: Trouble, b: Trouble) =>
  (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0) || compare(b.since ?? "", a.since ?? "");

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export function countTroubles(troubles: readonly Trouble[]): Overview["counts"] {
  const counts = { failed: 0, refused: 0, overdue: 0, unclaimed: 0 };
  for (const { kind } of troubles) counts[kind] += 1;
  return counts;
}

const calm: ReadonlySet<CellState> = new Set(["loaded", "expected"]);

/** The most urgent state of a row's partitions that is no calm one. */
export const urgentState = ({ cells }: Pick<Row, "cells">): CellState | null =>
  worst(cells.flatMap(([, state]) => (calm.has(state) ? [] : [state]))) ?? null;

/** Where a trouble is seen in full. */
export function placeOf({ dataset, partition, execution, kind }: Trouble): string {
  if (partition === null || kind === "overdue") return `#/dataset/${encodeURIComponent(dataset)}`;
  const load = execution === null ? "" : `/${encodeURIComponent(execution)}`;
  return `#/run/${encodeURIComponent(dataset)}/${encodeURIComponent(partition)}${load}`;
}
