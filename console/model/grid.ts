import {
  type Granularity,
  partitionAt,
  partitionBehind,
  partitionStart,
  partitionsBetween,
} from "../../contract/partition.js";
import { type CellState, cellStates, type Row } from "./api.js";

/** What a column of the heat map may be. */
export type Unit = Exclude<Granularity, "month">;

/** The part of time that the heat map shows: `count` columns of an hour or a day, the last of them `end`. */
export interface Span {
  readonly unit: Unit;
  readonly count: number;
  readonly end: string;
}

/** How many columns a map has. */
export type ColumnCounts = Readonly<Record<Unit, number>>;
export const columnCounts: ColumnCounts = { hour: 168, day: 60 };
/** On a telephone. */
export const fewColumns: ColumnCounts = { hour: 48, day: 21 };

/** 0: nothing is known of it; otherwise the place in `cellStates`, from 1. */
export type StateCode = number;

export interface GridRow {
  readonly row: Row;
  /** One a column. */
  readonly states: Uint8Array;
}

/** What stands for several: the state that somebody has to act on first. */
const urgency: readonly CellState[] = ["failed", "refused", "overdue", "running", "expected", "loaded"];
const rankOf = new Map(urgency.map((state, index) => [state, index]));
const codeOf = new Map(cellStates.map((state, index) => [state, index + 1]));

export const stateOf = (code: StateCode): CellState | undefined => (code === 0 ? undefined : cellStates[code - 1]);

export const worst = (states: readonly CellState[]): CellState | undefined =>
  states.toSorted((a, b) => (rankOf.get(a) ?? 0) - (rankOf.get(b) ?? 0))[0];

/** A partition as a dataset of that granularity writes it: of a longer one its first or last, of a shorter the one around it. */
export function writtenAs(granularity: Granularity, partition: string, end: "first" | "last"): string {
  if (granularity === "month") return partition.slice(0, 7);
  const isMonth = !partition.includes("T") && partition.length === 7;
  const monthsEnd = isMonth ? partitionBehind(`${partitionBehind(partition, 1)}-01`, -1) : "";
  const day = isMonth ? (end === "first" ? `${partition}-01` : monthsEnd) : partition;
  if (granularity === "day") return day.slice(0, 10);
  return day.includes("T") ? day : `${day}T${end === "first" ? "00" : "23"}`;
}

/** Hours when a dataset is hourly, else days. Up to now, or where nothing is lately, up to the newest partition. */
export function firstSpan(rows: readonly Row[], now: string, counts = columnCounts): Span {
  const unit = rows.some(({ granularity }) => granularity === "hour") ? "hour" : "day";
  const present = spanTo(unit, partitionAt(new Date(now), unit), counts);
  const [first = ""] = partitionsOf(present);
  const newest = rows
    .flatMap(({ cells }) => cells.map(([partition]) => partition))
    .reduce((a, b) => (a > b ? a : b), "");
  if (newest === "" || partitionAt(new Date(partitionStart(newest)), unit) >= first) return present;
  return spanTo(unit, writtenAs(unit, newest, "last"), counts);
}

export const spanTo = (unit: Unit, end: string, counts = columnCounts): Span => ({ unit, count: counts[unit], end });

/** Later or earlier by a number of columns. */
export const moved = (span: Span, columns: number): Span => ({ ...span, end: partitionBehind(span.end, columns) });

/** The columns, oldest first. */
export function partitionsOf({ unit, count, end }: Span): readonly string[] {
  return partitionsBetween(partitionBehind(end, 1 - count), end, unit);
}

/** A row's states over the columns: a day lies over its 24 hours, a month over its days, and a day of hours shows the worst of them. */
export function gridRow(row: Row, span: Span): GridRow {
  const columns = partitionsOf(span);
  const index = new Map(columns.map((partition, column) => [partition, column]));
  const states = new Uint8Array(columns.length);
  for (const [partition, state] of row.cells) {
    for (const column of columnsOf(partition, span.unit, index)) {
      const present = stateOf(states[column] ?? 0);
      const shown = present === undefined ? state : worst([present, state]);
      states[column] = codeOf.get(shown ?? state) ?? 0;
    }
  }
  return { row, states };
}

function columnsOf(partition: string, unit: Unit, index: ReadonlyMap<string, number>): readonly number[] {
  const isDay = !partition.includes("T");
  if (isDay && partition.length === 7) {
    return [...index].flatMap(([column, at]) => (column.startsWith(`${partition}-`) ? [at] : []));
  }
  if (unit === "day") {
    const column = index.get(partition.slice(0, 10));
    return column === undefined ? [] : [column];
  }
  const hours = isDay
    ? Array.from({ length: 24 }, (_, hour) => `${partition}T${String(hour).padStart(2, "0")}`)
    : [partition];
  return hours.flatMap((hour) => index.get(hour) ?? []);
}

/** The partition of a row that a column shows; in days, that of an hourly dataset is a day that has hours. */
export const partitionAtColumn = ({ row }: GridRow, column: string) =>
  row.granularity === "month" ? column.slice(0, 7) : row.granularity === "day" ? column.slice(0, 10) : column;

/** Whether a column is the first that shows its partition of a row: an hourly dataset's days are one cell a column. */
export const isFirstColumn = (gridRow: GridRow, columns: readonly string[], column: number) =>
  column === 0 ||
  partitionAtColumn(gridRow, columns[column] ?? "") !== partitionAtColumn(gridRow, columns[column - 1] ?? "");

/** How many cells are in each state, over the columns; a day or a month counts once. */
export function tally(rows: readonly GridRow[], span: Span): Readonly<Record<CellState, number>> {
  const counts = { loaded: 0, refused: 0, failed: 0, running: 0, overdue: 0, expected: 0 };
  const columns = partitionsOf(span);
  for (const gridRow of rows) {
    for (const [column, code] of gridRow.states.entries()) {
      const state = stateOf(code);
      if (state === undefined) continue;
      if (isFirstColumn(gridRow, columns, column)) counts[state] += 1;
    }
  }
  return counts;
}

const troubles: ReadonlySet<CellState> = new Set(["refused", "failed", "overdue"]);

export const hasTrouble = ({ states }: GridRow) =>
  states.some((code) => {
    const state = stateOf(code);
    return state !== undefined && troubles.has(state);
  });

/** The next column to the left or right that shows another partition of that row. */
export function nextColumn(gridRow: GridRow, span: Span, column: number, step: -1 | 1): number {
  const columns = partitionsOf(span);
  const partition = (at: number) => partitionAtColumn(gridRow, columns[at] ?? "");
  let at = column;
  do at += step;
  while (at > 0 && at < columns.length - 1 && partition(at) === partition(column));
  return Math.min(columns.length - 1, Math.max(0, at));
}
