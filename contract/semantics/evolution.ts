import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";

type ColumnOf = DatasetFile["columns"][number];
type Problem = Pick<Finding, "found" | "expected" | "remedy"> & Partial<Pick<Finding, "severity">>;

/** What a column with an old name, or one that is retired, cannot be. */
export function evolutionFindings(file: DatasetFile, located: Located): Finding[] {
  return file.columns.flatMap((column, i) => [
    ...oldNameRules(column, i, file).map((problem) => findingAt(located, ["columns", i, "was"], problem)),
    ...retiredRules(column, file).map((problem) => findingAt(located, ["columns", i, "retired"], problem)),
  ]);
}

function oldNameRules({ name, was, ...column }: ColumnOf, i: number, file: DatasetFile): Problem[] {
  if (was === undefined) return [];
  if (column.load === false) {
    return [
      {
        found: `was: ${was} at '${name}' with load: false`,
        expected: "a column of the table",
        remedy: "Remove 'was': there is nothing to rename.",
      },
    ];
  }
  const other = file.columns.findIndex((each, at) => at !== i && (each.name === was || each.was === was));
  if (was === name || other >= 0) {
    return [
      {
        found:
          was === name
            ? `was: ${was}, which is the column's name`
            : `was: ${was}, which '${file.columns[other]?.name}' is or was too`,
        expected: "a name that the table has for this column alone",
        remedy: "Write the name that the column had before, or remove 'was'.",
      },
    ];
  }
  const isNamed = column.from !== undefined || column.value !== undefined || column.expression !== undefined;
  if (isNamed || column.retired === true) return [];
  return [
    {
      found: `was: ${was} at '${name}' without 'from'`,
      expected: "the name that files have for it: 'was' is about the table, and files are read by the new name",
      remedy: `Say 'from: ${was}' if files go on with the old name, 'from: ${name}' if they have the new one.`,
      severity: "warning",
    },
  ];
}

function retiredRules({ name, ...column }: ColumnOf, { load, columns }: DatasetFile): Problem[] {
  if (column.retired !== true) return [];
  const roles = [
    ...(load.key.includes(name) ? ["in the key"] : []),
    ...("order_by" in load && load.order_by === name ? ["order_by"] : []),
    ...("deletes" in load && load.deletes?.column === name ? ["the column that marks deletes"] : []),
    ...(column.required === true ? ["required"] : []),
    ...(column.load === false ? ["not loaded"] : []),
  ];
  const problems = roles.map((role) => ({
    found: `retired: true at '${name}', which is ${role}`,
    expected: "a column that may be NULL in every row from now on",
    remedy:
      role === "not loaded"
        ? "Remove the column: the table does not have it."
        : "Remove 'retired', or give that role to another column first.",
  }));
  if (columns.some((each) => each.retired !== true && each.load !== false)) return problems;
  return [
    ...problems,
    {
      found: "only retired columns",
      expected: "at least one column that is filled",
      remedy: "Remove 'retired' from one, or the dataset.",
    },
  ];
}
