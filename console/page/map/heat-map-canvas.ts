import { partitionStart } from "../../../contract/partition.js";
import { type GridRow, isFirstColumn, stateOf, type Unit } from "../../model/grid.js";
import { dayWords } from "../../model/words.js";
import { type Palette, paintCell } from "./paint.js";

export const rowHeight = 26;
const cellHeight = 18;

export interface Drawing {
  /** The partitions of the columns. */
  readonly columns: readonly string[];
  readonly unit: Unit;
  /** CSS pixels. */
  readonly width: number;
  readonly palette: Palette;
}

/** Draws rows of cells from the canvas's top, with a line where a day (or a month) begins. */
export function drawCells(canvas: HTMLCanvasElement, rows: readonly GridRow[], drawing: Drawing): void {
  const context = sized(canvas, drawing.width, rows.length * rowHeight);
  if (context === null) return;
  const { columns, unit, width, palette } = drawing;
  const edges = Array.from({ length: columns.length + 1 }, (_, column) =>
    Math.round((column * width) / columns.length),
  );
  context.fillStyle = palette["line-faint"];
  for (const [column, partition] of columns.entries()) {
    if (beginsGroup(partition, unit)) context.fillRect(edges[column] ?? 0, 0, 1, rows.length * rowHeight);
  }
  for (const [index, gridRow] of rows.entries()) {
    const { states } = gridRow;
    const y = index * rowHeight + (rowHeight - cellHeight) / 2;
    for (let column = 0; column < columns.length; column++) {
      const state = stateOf(states[column] ?? 0);
      if (state === undefined) continue;
      const from = edges[column] ?? 0;
      while (column + 1 < columns.length && !isFirstColumn(gridRow, columns, column + 1)) column++;
      const to = edges[column + 1] ?? from;
      paintCell(context, state, { x: from + 1, y, width: Math.max(2, to - from - 1), height: cellHeight }, palette);
    }
  }
}

function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

const beginsGroup = (partition: string, unit: Unit) =>
  unit === "hour" ? partition.endsWith("T00") : new Date(partitionStart(partition)).getUTCDay() === 1;

export interface Tick {
  readonly x: number;
  readonly text: string;
  readonly isStrong: boolean;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const narrowestTick = 84;

/** Where days begin (with hours between them, where there is room), or in a map of days, where weeks begin. */
export function dayTicks(columns: readonly string[], unit: Unit, width: number): readonly Tick[] {
  const step = width / columns.length;
  const ticks: Tick[] = [];
  for (const [column, partition] of columns.entries()) {
    const start = new Date(partitionStart(partition));
    const isGroup = beginsGroup(partition, unit);
    const isNoon = unit === "hour" && partition.endsWith("T12") && step * 12 > narrowestTick;
    if (!isGroup && !isNoon) continue;
    const text = isNoon
      ? "12:00"
      : unit === "hour"
        ? `${weekdays[start.getUTCDay()]} ${dayWords(start)}`
        : dayWords(start);
    const x = Math.round(column * step);
    if (x < width - 40) ticks.push({ x, text, isStrong: !isNoon });
  }
  return ticks;
}
