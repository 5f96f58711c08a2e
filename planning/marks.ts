import { isRefresh } from "../contract/contract.js";
import { markedComment, markOf } from "../contract/protection-file.js";
import { Refusal } from "../contract/refusals.js";
import { targetColumns } from "../sql/tables.js";
import type { Inspection } from "./inspection.js";
import type { Load } from "./load.js";

/**
 * How the target's columns are protected stands in their comments, as marks. Values of two marks never equal each other, so a load that
 * adds to a table is refused where its rows have another mark than the batch's, until `protection.replaces` says that this is known.
 * A refresh puts all rows in the place of those that are there.
 * @throws Refusal ProtectionChanged
 */
export function checkMarks(load: Load, { columns, marks }: Inspection): void {
  const { contract, replaces } = load;
  if (isRefresh(contract.load)) return;
  const present = new Set(columns.map(({ name }) => name));
  const changed = targetColumns(contract)
    .filter(({ name }) => present.has(name))
    .map(({ name }) => ({ name, is: marks.get(name) ?? "clear", becomes: ownMark(load, name) }))
    .filter(({ is, becomes }) => is !== becomes && !replaces.includes(is));
  if (changed.length === 0) return;
  const { schema, name } = contract.table;
  const what = changed.map(
    (column) => `'${column.name}' holds ${shown(column.is)}, the batch ${shown(column.becomes)}`,
  );
  const said = [...new Set(changed.map(({ is }) => `'${is}'`))].join(", ");
  throw new Refusal(
    "ProtectionChanged",
    `${schema}.${name}: ${what.join("; ")}. These never equal each other, and old rows stay as they are. Nothing was changed. Restore the previous key or 'protect'; or, to load the table again, write 'protection: { replaces: [${said}] }' in sluice.yaml, deploy, and rerun. See docs/protection.md, 'A new key'.`,
  );
}

const shown = (mark: string) => (mark === "clear" ? "clear values" : `values of '${mark}'`);

function ownMark({ contract, keyVersion }: Pick<Load, "contract" | "keyVersion">, name: string): string {
  const column = contract.columns.find((known) => known.name === name);
  return markOf(column?.protect ?? null, keyVersion);
}

/** The comment that a column has to have; null for any. One that loses its mark keeps no trace of it. */
export function commentOf(load: Load, { marks }: Inspection, name: string, description: string | null) {
  const mark = ownMark(load, name);
  const comment = markedComment(description, mark);
  return { comment: comment ?? (marks.has(name) ? "" : null), isMark: mark !== "clear" };
}
