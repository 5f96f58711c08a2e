import { type Cell, columns, oneLine, terminalWidth } from "../output/terminal.js";
import type { RejectedRow } from "./rejected-rows.js";

/** Rejected records as a person reads them. */

/** One line for each reason, column and file, the most frequent first, with an example of what was wrong. */
export function rejectSummary(rows: readonly RejectedRow[], width = terminalWidth()): string {
  const groups = new Map<string, RejectedRow[]>();
  for (const row of rows) {
    const kind = JSON.stringify([row.reason, row.column ?? row.rule, row.source_file]);
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [row]);
    else group.push(row);
  }
  const counted = [...groups.values()].sort((a, b) => b.length - a.length);
  const cells = counted.flatMap((group): Cell[][] => {
    const [first] = group;
    if (first === undefined) return [];
    const lines = group.flatMap(({ line_number }) => (line_number === null ? [] : [line_number]));
    const at = lines.length > 0 ? `line ${shortened(lines)}` : `record ${shortened(group.map(numberOf))}`;
    return [[group.length, first.reason, first.column ?? first.rule, nameOf(first.source_file), at, first.message]];
  });
  const files = new Set(rows.map(({ source_file }) => source_file)).size;
  const passed = rows.filter(({ replayed }) => replayed !== null).length;
  const since = passed === 0 ? "" : `, of which ${passed} passed when they were replayed`;
  const total = `${rows.length} rejected, in ${files} ${files === 1 ? "file" : "files"}${since}:`;
  const header = ["records", "reason", "column", "file", "where", "for example"];
  return `${total}\n${columns(header, cells, { width, cut: ["for example", "file", "where"] })}`;
}

const numberOf = ({ record_number }: RejectedRow) => record_number;
const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);

const placesShown = 3;
const shortened = (numbers: readonly number[]) =>
  `${numbers.slice(0, placesShown).join(", ")}${numbers.length > placesShown ? " …" : ""}`;

/** In lists without a terminal raw text is cut here: --json and --out have it whole. */
const rawShown = 60;
const empty = (rows: readonly RejectedRow[], name: "column" | "rule" | "line_number" | "replayed") =>
  rows.every((row) => row[name] === null || row[name] === "");

/** @param width of the terminal; messages and raw text are cut to it */
export function rejectTable(rows: readonly RejectedRow[], width = terminalWidth()): string {
  const shown = [
    { header: "partition", cell: (row: RejectedRow) => row.partition },
    { header: "reason", cell: (row: RejectedRow) => row.reason },
    ...(empty(rows, "column") ? [] : [{ header: "column", cell: (row: RejectedRow) => row.column }]),
    ...(empty(rows, "rule") ? [] : [{ header: "rule", cell: (row: RejectedRow) => row.rule }]),
    { header: "file", cell: (row: RejectedRow) => nameOf(row.source_file) },
    { header: "record", cell: numberOf },
    ...(empty(rows, "line_number") ? [] : [{ header: "line", cell: (row: RejectedRow) => row.line_number }]),
    ...(empty(rows, "replayed") ? [] : [{ header: "replayed", cell: (row: RejectedRow) => row.replayed }]),
    { header: "message", cell: (row: RejectedRow) => row.message },
    ...(rows.every(({ raw }) => raw === null)
      ? []
      : [{ header: "raw", cell: (row: RejectedRow) => (row.raw === null ? null : shorten(row.raw)) }]),
  ];
  const cells = rows.map((row) => shown.map(({ cell }) => cell(row)));
  return columns(
    shown.map(({ header }) => header),
    cells,
    { width, cut: ["raw", "message", "rule", "file"] },
  );
}

/** Says that raw text of some of these records is not whole, so that nobody mends and delivers what was cut; undefined if all is. */
export function cutNote(rows: readonly RejectedRow[]): string | undefined {
  const cut = rows.filter(({ raw_truncated }) => raw_truncated).length;
  if (cut === 0) return undefined;
  const whose = cut === 1 ? "1 record" : `${cut} records`;
  return `The raw text of ${whose} was cut at 1 MB (raw_truncated). The landing files have it whole, and sluice replay reads those.`;
}

const shorten = (raw: string) => {
  const line = oneLine(raw);
  return line.length > rawShown ? `${line.slice(0, rawShown)}…` : line;
};
