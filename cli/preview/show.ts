import { basename } from "node:path";
import { type Contract, loadedColumns } from "../../contract/contract.js";
import { columns, oneLine, print, say, terminalWidth } from "../output/terminal.js";
import type { Preview } from "./preview.js";

/** The counts, the first rows as a table, the reasons of rejects, and the warnings of a preview. */
export function showPreview(contract: Contract, { report, rows, rejects }: Preview): void {
  const { read, written, deduplicated, rejected } = report.counts;
  print(`${read} read, ${written} written, ${deduplicated} deduplicated, ${rejected} rejected`);
  if (rows.length > 0) {
    const names = loadedColumns(contract)
      .map(({ name }) => name)
      .filter((name) => rows.some((row) => name in row));
    const cells = rows.map((row) => names.map((name) => cellOf(row[name])));
    const fit = { width: terminalWidth(), cut: names };
    print(`\nThe first ${rows.length} of ${written} rows:\n${columns(names, cells, fit)}`);
  }
  if (rejects.length > 0) print(`\n${rejected} rejected, by reason:\n${reasons(report.rejected_by_code, rejects)}`);
  for (const warning of report.warnings) say(`warning: ${warning}`);
}

const cellOf = (value: unknown) =>
  value === null || value === undefined ? null : typeof value === "number" ? value : String(value);

function reasons(counts: Readonly<Record<string, number>>, rejects: Preview["rejects"]): string {
  const rows = Object.entries(counts).map(([reason, count]) => {
    const example = rejects.find((reject) => reject.reason === reason);
    const file = example === undefined ? "" : basename(example.source_file);
    return [count, reason, example?.column, file, example?.record_number, oneLine(example?.message ?? "")];
  });
  const header = ["records", "reason", "column", "such as in", "record", "message"];
  return columns(header, rows, { width: terminalWidth(), cut: ["message", "such as in"] });
}
