import { columnTypeText } from "../column-type.js";
import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import type { DatasetFile } from "../schema.js";

/** What a column cannot be that is not loaded: what places, finds or orders rows in the table. */
export function unloadedFindings(file: DatasetFile, located: Located): Finding[] {
  const unloaded = new Map(file.columns.filter(({ load }) => load === false).map((column) => [column.name, column]));
  if (unloaded.size === 0) return [];
  const uses = usesOf(file).filter(({ name }) => unloaded.has(name));
  const findings = uses.map(({ name, path, what }) =>
    findingAt(located, path, {
      found: `'${name}' with load: false`,
      expected: `a column of the table ${what}`,
      remedy: `Remove 'load: false' from '${name}', or name another column.`,
    }),
  );
  if (unloaded.size === file.columns.length) {
    findings.push(
      findingAt(located, ["columns"], {
        found: "only columns with load: false",
        expected: "at least one column that is loaded",
        remedy: "Remove 'load: false' from the columns that the table should have.",
      }),
    );
  }
  return [...findings, ...deleteFindings(file, located, unloaded)];
}

function usesOf({ load, table }: DatasetFile): { name: string; path: Path; what: string }[] {
  const distributed = /^key\((.+)\)$/.exec(table.distribution)?.[1];
  return [
    ...load.key.map((name, i) => ({ name, path: ["load", "key", i], what: "as key" })),
    ...("order_by" in load && load.order_by !== undefined
      ? [{ name: load.order_by, path: ["load", "order_by"], what: "as order_by" }]
      : []),
    ...(load.mode === "history" && load.track !== undefined
      ? load.track.map((name, i) => ({ name, path: ["load", "track", i], what: "whose change starts a version" }))
      : []),
    ...table.sort.map((name, i) => ({ name, path: ["table", "sort", i], what: "as sort key" })),
    ...(distributed === undefined
      ? []
      : [{ name: distributed, path: ["table", "distribution"], what: "as distribution key" }]),
    ...Object.keys(table.columns).map((name) => ({ name, path: ["table", "columns", name], what: "here" })),
  ];
}

/** The delete column may stay out of the table; then the conversion compares it, as a text. */
function deleteFindings(
  { load }: DatasetFile,
  located: Located,
  unloaded: ReadonlyMap<string, DatasetFile["columns"][number]>,
): Finding[] {
  const column = "deletes" in load && load.deletes ? unloaded.get(load.deletes.column) : undefined;
  if (column === undefined || column.type.name === "varchar" || column.type.name === "char") return [];
  return [
    findingAt(located, ["load", "deletes", "column"], {
      found: `'${column.name}' of type ${columnTypeText(column.type)} with load: false`,
      expected: "a varchar or char if the delete column is not loaded",
      remedy: `Make '${column.name}' a varchar, or remove its 'load: false'.`,
    }),
  ];
}
