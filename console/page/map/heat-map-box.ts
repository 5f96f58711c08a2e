import { type GridRow, partitionAtColumn } from "../../model/grid.js";
import { rowHeight } from "./heat-map-canvas.js";

/** The style of a cell's outline: over all the columns that show its partition. @param plot the width of the names and of the cells, and the row's top, in pixels */
export function cellBox(
  gridRow: GridRow,
  columns: readonly string[],
  column: number,
  { label, width: plotWidth, top }: { readonly label: number; readonly width: number; readonly top: number },
): string {
  const partition = partitionAtColumn(gridRow, columns[column] ?? "");
  const first = columns.findIndex((name) => partitionAtColumn(gridRow, name) === partition);
  const last = columns.findLastIndex((name) => partitionAtColumn(gridRow, name) === partition);
  const step = plotWidth / columns.length;
  const left = label + Math.round(first * step);
  const width = Math.round((last + 1) * step) - Math.round(first * step);
  return `left:${left}px;width:${width}px;top:${top}px;height:${rowHeight}px`;
}
