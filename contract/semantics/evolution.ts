import { columnTypeText } from "../column-type.js";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile, ProjectFile } from "../schema.js";
import { hasManyNames } from "../wide.js";

type ColumnOf = DatasetFile["columns"][number];
type Problem = Pick<Finding, "found" | "expected" | "remedy"> & Partial<Pick<Finding, "severity">>;

/** What a column with an old name, a retired one, or one for large values cannot be. */
export function evolutionFindings(
  file: DatasetFile,
  located: Located,
  project: Pick<ProjectFile, "warehouse"> | undefined,
): Finding[] {
  return file.columns.flatMap((column, i) => [
    ...oldNameRules(column, i, file).map((problem) => findingAt(located, ["columns", i, "was"], problem)),
    ...retiredRules(column, file).map((problem) => findingAt(located, ["columns", i, "retired"], problem)),
    ...largeRules(column, file, project?.warehouse).map((problem) =>
      findingAt(located, ["columns", i, "large"], problem),
    ),
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
            : `was: ${was}, which is also a current or previous name of '${file.columns[other]?.name}'`,
        expected: "a previous name that belongs to this column only",
        remedy: "Write the column's previous name, or remove 'was'.",
      },
    ];
  }
  const isNamed = column.from !== undefined || column.value !== undefined || column.expression !== undefined;
  if (isNamed || column.retired === true) return [];
  return [
    {
      found: `was: ${was} at '${name}' without 'from'`,
      expected:
        "the column's name in the files, since 'was' only concerns the table, and files are read by the new name",
      remedy: `Write 'from: ${was}' if files keep the old name, 'from: ${name}' if they have the new one.`,
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
        : "Remove 'retired', or use another column for that first.",
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

function largeRules(
  { name, type, ...column }: ColumnOf,
  { columns }: DatasetFile,
  warehouse: ProjectFile["warehouse"] | undefined,
): Problem[] {
  if (column.large !== true) return [];
  if (type.name !== "super" || column.load === false) {
    return [
      {
        found: `large: true at '${name}' of type ${columnTypeText(type)}${column.load === false ? " with load: false" : ""}`,
        expected: "a column of type super that is loaded",
        remedy: type.name === "super" ? "Remove 'large'." : "Make the column super, or remove 'large'.",
      },
    ];
  }
  if (hasManyNames(columns)) {
    return [
      {
        found: `large: true at '${name}' beside ${columns.length - 1} other columns`,
        expected:
          "fewer or shorter column names: JSON lines are copied by name, and the names must fit into one statement",
        remedy: "Remove columns, give them shorter names, or load the large values as a separate dataset.",
      },
    ];
  }
  if (warehouse === undefined || warehouse.large_strings) return [];
  return [
    {
      found: `large: true at '${name}' without warehouse.large_strings`,
      expected: "no text longer than 65,535 bytes inside the values; longer ones are rejected (too_long)",
      remedy:
        "If is_large_string_enabled() is true in the warehouse, write 'large_strings: true' under 'warehouse' in sluice.yaml. Otherwise ignore this.",
      severity: "warning",
    },
  ];
}
