import { isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLSeq } from "yaml";
import type { Proposal } from "./proposals.js";

/**
 * Makes the proposed changes in a dataset's file: types where they stand, columns behind the last one. Everything else, with
 * its comments, stays as it is, letter for letter.
 * @returns undefined where the file is written in a way that cannot be changed like this
 */
export function edited(text: string, proposals: readonly Proposal[]): string | undefined {
  const columns = parseDocument(text).get("columns");
  if (!isSeq(columns)) return undefined;
  const edits = proposals.map((proposal) =>
    proposal.kind === "type"
      ? typeEdit(columns, proposal.column, proposal.to)
      : columnEdit(text, columns, proposal.entry),
  );
  if (edits.some((edit) => edit === undefined)) return undefined;
  // From the end, so that places before it stay what they are; columns at one place in their order.
  return edits
    .flatMap((edit) => (edit === undefined ? [] : [edit]))
    .map((edit, order) => ({ ...edit, order }))
    .toSorted((a, b) => b.from - a.from || b.order - a.order)
    .reduce((done, { from, to, by }) => done.slice(0, from) + by + done.slice(to), text);
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

function typeEdit(columns: YAMLSeq, name: string, type: string): Edit | undefined {
  const column = columns.items.find((item) => isMap(item) && item.get("name") === name);
  const node: unknown = isMap(column) ? column.get("type", true) : undefined;
  if (!isScalar(node) || !node.range) return undefined;
  const [from, to] = node.range;
  return { from, to, by: quotedAs(node, type) };
}

/** As the old one was quoted; a comma needs quotes within a flow mapping. */
function quotedAs({ type: style }: Scalar, text: string): string {
  if (style === "QUOTE_SINGLE") return `'${text}'`;
  return style === "QUOTE_DOUBLE" || text.includes(",") ? `"${text}"` : text;
}

function columnEdit(text: string, columns: YAMLSeq, entry: string): Edit | undefined {
  const last: unknown = columns.items.at(-1);
  if (!isMap(last) || !last.range) return undefined;
  const [begin, end] = last.range;
  if (columns.flow === true) return { from: end, to: end, by: `, ${entry}` };
  const dash = text.lastIndexOf("-", begin);
  const indent = text.slice(text.lastIndexOf("\n", dash) + 1, dash);
  // Behind what stands on the last line of the column, a comment too.
  const lineEnd = text.indexOf("\n", text.slice(0, end).trimEnd().length);
  const at = lineEnd < 0 ? text.length : lineEnd + 1;
  return { from: at, to: at, by: `${lineEnd < 0 ? "\n" : ""}${indent}- ${entry}\n` };
}
