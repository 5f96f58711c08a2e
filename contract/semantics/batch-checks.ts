import { type Finding, findingAt, type Located } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";

/** Columns that checks of a batch name and that no row of the table has, or whose values cannot be compared. */
export function batchCheckFindings(file: DatasetFile, located: Located): Finding[] {
  const loaded = file.columns.filter(({ load }) => load !== false).map(({ name }) => name);
  const unlike = new Set(file.columns.filter(({ type }) => type.name === "super").map(({ name }) => name));
  const named = Object.entries(file.batch_checks).flatMap(([check, what]) => {
    if ("unique" in what) return what.unique.map((name, at) => ({ name, path: ["batch_checks", check, "unique", at] }));
    return "references" in what ? [{ name: what.column, path: ["batch_checks", check, "column"] }] : [];
  });
  return named.flatMap(({ name, path }) => {
    if (!loaded.includes(name)) {
      const near = nearest(name, loaded);
      return [
        findingAt(located, path, {
          found: `'${name}', which is not a loaded column`,
          expected: `one of ${loaded.join(", ")}`,
          remedy: near === undefined ? "Name a column of this dataset." : `Write '${near}'.`,
        }),
      ];
    }
    if (!unlike.has(name)) return [];
    return [
      findingAt(located, path, {
        found: `'${name}', a column of type super`,
        expected: "a column whose values Redshift can compare",
        remedy: "Read a part of it into a separate column, and check that one.",
      }),
    ];
  });
}
