import type { Row } from "../../model/api.js";
import { type GridRow, partitionAtColumn, stateOf } from "../../model/grid.js";
import { age, partitionWords } from "../../model/words.js";

/** How fresh a row is, in a word or two, and in full for a title. */
export function freshnessWords({ freshness }: Row, now: string): { readonly short: string; readonly full: string } {
  if (freshness === null) return { short: "never", full: "never loaded" };
  const short = age(freshness.loadedAt, now);
  const ago = short === "just now" ? short : `${short} ago`;
  return { short, full: `newest loaded ${partitionWords(freshness.partition)}, ${ago}` };
}

/** What a screen reader says of a cell. @param chosen keys of cells that are outlined */
export function cellWords(
  gridRow: GridRow,
  name: string,
  column: number,
  chosen: ReadonlyMap<string, unknown>,
): string {
  const { dataset } = gridRow.row;
  const partition = partitionAtColumn(gridRow, name);
  const state = stateOf(gridRow.states[column] ?? 0) ?? "no data";
  return `${dataset}, ${partitionWords(partition)}: ${state}${chosen.has(`${dataset}\n${partition}`) ? ", selected" : ""}`;
}
