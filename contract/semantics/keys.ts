import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";

type ColumnOf = DatasetFile["columns"][number];
type Problem = Pick<Finding, "found" | "expected" | "remedy"> & Partial<Pick<Finding, "severity">>;

/** Keys that no key can be: columns that do not tell records apart, or make different values the same. */
export function keyFindings(file: DatasetFile, located: Located): Finding[] {
  const columnOf = (name: string) => file.columns.find((column) => column.name === name);
  const findings = file.load.key.flatMap((name, i) => {
    const column = columnOf(name);
    const problems = column === undefined ? [] : [...rolesOf(name, file.load), ...changesOf(column)];
    return problems.map((problem) => findingAt(located, ["load", "key", i], problem));
  });
  const shared = sharedKey(file);
  return shared === undefined ? findings : [...findings, findingAt(located, ["load", "key"], shared)];
}

/** What else a key column is, that a key cannot be. */
function rolesOf(name: string, load: DatasetFile["load"]): Problem[] {
  const problems: Problem[] = [];
  if ("order_by" in load && load.order_by === name) {
    problems.push({
      found: `'${name}', which is also order_by`,
      expected: "a key that all versions of a record share; otherwise every version becomes a separate record",
      remedy: `Remove '${name}' from the key, or order by another column.`,
    });
  }
  if ("deletes" in load && load.deletes?.column === name) {
    problems.push({
      found: `'${name}', which marks deletes`,
      expected: "a key that a record and its deletion share; otherwise a deletion never finds its record",
      remedy: `Remove '${name}' from the key.`,
    });
  }
  return problems;
}

/** Options of a key column that leave it empty, or make different values the same. */
function changesOf(column: ColumnOf): Problem[] {
  const { name } = column;
  const problems: Problem[] = [];
  if (column.optional) {
    problems.push({
      found: `'${name}', which is optional`,
      expected: "a column that every file has, since records without a key are rejected",
      remedy: `Remove 'optional' from '${name}', or choose another key.`,
    });
  }
  for (const option of ["truncate", "round"] as const) {
    if (!column[option]) continue;
    problems.push({
      found: `'${name}' with ${option}: true`,
      expected: "unchanged values, since different ones could become the same key",
      remedy: `Remove '${option}' from '${name}', and make its type wide enough.`,
      severity: "warning",
    });
  }
  if (column.default !== undefined) {
    problems.push({
      found: `'${name}' with the default ${JSON.stringify(column.default)}`,
      expected: "no default, since all records without a value would get the same key",
      remedy: `Remove 'default' from '${name}'; a record without a key is then rejected.`,
      severity: "warning",
    });
  }
  if (column.required === false) {
    problems.push({
      found: `'${name}' with required: false`,
      expected: "no 'required', since a key column is always required",
      remedy: "Remove 'required: false'.",
      severity: "warning",
    });
  }
  return problems;
}

/** A key of values that all records of a file share, or of booleans, which have two. */
function sharedKey({ columns, load }: DatasetFile): Problem | undefined {
  const key = load.key.flatMap((name) => columns.filter((column) => column.name === name));
  const isShared = (column: ColumnOf) =>
    column.value !== undefined ||
    ["$file", "$partition", "$manifest", "$landed"].includes(String(column.from)) ||
    String(column.from).startsWith("$path.") ||
    column.type.name === "boolean";
  if (key.length === 0 || !key.every(isShared)) return undefined;
  return {
    found: `${key.map(({ name }) => `'${name}'`).join(", ")}: constants, booleans, or values that all records of a file share`,
    expected: "a key that distinguishes the records of a batch",
    remedy: "Add a column that identifies a record.",
  };
}
