import { type GridRow, nextColumn, type Span } from "../../model/grid.js";

export interface ActivePlace {
  readonly row: number;
  readonly column: number;
  /** How many there are. */
  readonly rows: number;
  /** Rows that Page Up and Page Down go. */
  readonly page: number;
}

/** Row and column that a key leads to, perhaps outside the grid. @returns undefined for a key that moves nothing. */
export function placeAfter(
  { key, ctrlKey }: Pick<KeyboardEvent, "key" | "ctrlKey">,
  { row, column, rows, page }: ActivePlace,
  gridRow: GridRow,
  span: Span,
): readonly [number, number] | undefined {
  switch (key) {
    case "ArrowUp":
      return [row - 1, column];
    case "ArrowDown":
      return [row + 1, column];
    case "ArrowLeft":
      return [row, nextColumn(gridRow, span, column, -1)];
    case "ArrowRight":
      return [row, nextColumn(gridRow, span, column, 1)];
    case "PageUp":
      return [row - page, column];
    case "PageDown":
      return [row + page, column];
    case "Home":
      return [ctrlKey ? 0 : row, 0];
    case "End":
      return [ctrlKey ? rows - 1 : row, span.count - 1];
    default:
      return undefined;
  }
}
