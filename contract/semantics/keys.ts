import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import type { DatasetFile } from "../schema.js";

/** Keys that no key can be: columns that do not tell records apart, or make different values the same. */
export function keyFindings(file: DatasetFile, located: Located): Finding[] {
  const findings: Finding[] = [];
  const report = (path: Path, text: Omit<Finding, "file" | "path" | "line" | "severity">, severity?: "warning") => {
    findings.push(findingAt(located, path, { ...text, ...(severity === undefined ? {} : { severity }) }));
  };
  const { load } = file;
  const columnOf = (name: string) => file.columns.find((column) => column.name === name);
  const orderBy = "order_by" in load ? load.order_by : undefined;
  load.key.forEach((name, i) => {
    const path = ["load", "key", i];
    const column = columnOf(name);
    if (column === undefined) return;
    if (column.optional) {
      report(path, {
        found: `'${name}', which is optional`,
        expected: "a column that every file has: without a key every record is rejected",
        remedy: `Remove 'optional' from '${name}', or choose another key.`,
      });
    }
    if (name === orderBy) {
      report(path, {
        found: `'${name}', which is also order_by`,
        expected: "a key that the versions of a record share: so every version would be a record of its own",
        remedy: `Take '${name}' out of the key, or order by another column.`,
      });
    }
    if ("deletes" in load && load.deletes?.column === name) {
      report(path, {
        found: `'${name}', which marks deletes`,
        expected: "a key that a record and its delete share: so a delete would never find its record",
        remedy: `Take '${name}' out of the key.`,
      });
    }
    for (const option of ["truncate", "round"] as const) {
      if (!column[option]) continue;
      report(
        path,
        {
          found: `'${name}' with ${option}: true`,
          expected: "values as they are: different ones may become the same key",
          remedy: `Remove '${option}' from '${name}', and make its type wide enough.`,
        },
        "warning",
      );
    }
    if (column.default !== undefined) {
      report(
        path,
        {
          found: `'${name}' with the default ${JSON.stringify(column.default)}`,
          expected: "a value of its own for each record: all that have none become one key",
          remedy: `Remove 'default' from '${name}'; a record without a key is then rejected.`,
        },
        "warning",
      );
    }
    if (column.required === false) {
      report(
        path,
        {
          found: `'${name}' with required: false`,
          expected: "nothing there: a key is required by implication",
          remedy: "Remove 'required: false'.",
        },
        "warning",
      );
    }
  });
  constantKey(file, (found, remedy) =>
    report(["load", "key"], { found, expected: "a key that tells the records of a batch apart", remedy }),
  );
  return findings;
}

/** Values that all records of a batch share, or a boolean, which has two. */
function constantKey({ columns, load }: DatasetFile, report: (found: string, remedy: string) => void): void {
  const key = load.key.flatMap((name) => columns.filter((column) => column.name === name));
  if (key.length === 0) return;
  const isShared = (column: DatasetFile["columns"][number]) =>
    column.value !== undefined ||
    ["$file", "$partition", "$manifest", "$landed"].includes(String(column.from)) ||
    column.type.name === "boolean";
  if (!key.every(isShared)) return;
  const names = key.map(({ name }) => `'${name}'`).join(", ");
  report(`${names}: constants, booleans, or what all records of a file share`, "Add the column that names a record.");
}
