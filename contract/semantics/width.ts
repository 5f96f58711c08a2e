import { columnTypeText } from "../column-type.js";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";

/** A table of Redshift has at most so many columns (C10.9). */
const maximumColumns = 1600;
/** What may create a table travels through a state machine, which passes on 256 KB (A2.2), beside everything else of a plan. */
const maximumBytes = 160_000;
/** A history has more to say beside it. */
const maximumHistoryBytes = 145_000;

/** What a column takes in CREATE TABLE: name, type and what stands around them. */
const definitionBytes = ({ name, type }: DatasetFile["columns"][number]) =>
  Buffer.byteLength(name) + columnTypeText(type).length + 10;

/** Sluice's own columns of the table: the lineage, the mark of soft deletes, a history's, the identity. */
function ownColumns({ load, table }: DatasetFile): number {
  const mark = load.mode === "upsert" && load.deletes?.action === "soft" ? 1 : 0;
  // The times of a version, whether it stands, and the number of a statement while a load works with it.
  const history = load.mode === "history" ? 4 : 0;
  return 2 + mark + history + (table.identity === undefined ? 0 : 1);
}

/** A table must have room for all columns, and a statement for their names. */
export function widthFindings(file: DatasetFile, located: Located): Finding[] {
  const own = ownColumns(file);
  const loaded = file.columns.filter(({ load }) => load !== false);
  const count = loaded.length + own;
  if (count > maximumColumns) {
    return [
      findingAt(located, ["columns"], {
        found: `${loaded.length} columns and ${own} of Sluice's own, ${count} in total`,
        expected: `at most ${maximumColumns.toLocaleString("en-US")}, which is Redshift's limit for a table`,
        remedy: "Remove columns, or keep rarely used ones together in one super column.",
      }),
    ];
  }
  const bytes = loaded.reduce((sum, column) => sum + definitionBytes(column), 0);
  const mostBytes = file.load.mode === "history" ? maximumHistoryBytes : maximumBytes;
  if (bytes <= mostBytes) return [];
  return [
    findingAt(located, ["columns"], {
      found: `columns whose names and types together have ${bytes.toLocaleString("en-US")} bytes`,
      expected: `at most ${mostBytes.toLocaleString("en-US")} bytes, the limit for a load`,
      remedy: "Shorten the columns' names, or remove columns.",
    }),
  ];
}
