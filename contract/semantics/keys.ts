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
      expected: "a key that the versions of a record share: so every version would be a record of its own",
      remedy: `Take '${name}' out of the key, or order by another column.`,
    });
  }
  if ("deletes" in load && load.deletes?.column === name) {
    problems.push({
      found: `'${name}', which marks deletes`,
      expected: "a key that a record and its delete share: so a delete would never find its record",
      remedy: `Take '${name}' out of the key.`,
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
      expected: "a column that every file has: without a key every record is rejected",
      remedy: `Remove 'optional' from '${name}', or choose another key.`,
    });
  }
  for (const option of ["truncate", "round"] as const) {
    if (!column[option]) continue;
    problems.push({
      found: `'${name}' with ${option}: true`,
      expected: "values as they are: different ones may become the same key",
      remedy: `Remove '${option}' from '${name}', and make its type wide enough.`,
      severity: "warning",
    });
  }
  if (column.default !== undefined) {
    problems.push({
      found: `'${name}' with the default ${JSON.stringify(column.default)}`,
      expected: "a value of its own for each record: all that have none become one key",
      remedy: `Remove 'default' from '${name}'; a record without a key is then rejected.`,
      severity: "warning",
    });
  }
  if (column.required === false) {
    problems.push({
      found: `'${name}' with required: false`,
      expected: "nothing there: a key is required by implication",
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
    found: `${key.map(({ name }) => `'${name}'`).join(", ")}: constants, booleans, or what all records of a file share`,
    expected: "a key that tells the records of a batch apart",
    remedy: "Add the column that names a record.",
  };
}
