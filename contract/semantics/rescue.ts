import { isPositional } from "../compile.js";
import { isRescuing } from "../evolution-file.js";
import { type Finding, findingAt, type Located } from "../finding.js";
import type { DatasetFile } from "../schema.js";

/** What may be rescued: not what names, orders or marks a record; and unknown columns only where columns have names. */
export function rescueFindings(file: DatasetFile, located: Located): Finding[] {
  const { load } = file;
  const roles = new Map<string, string>([
    ...file.columns.flatMap(({ name, required }) => (required ? [[name, "which is required"] as const] : [])),
    ...("deletes" in load && load.deletes ? [[load.deletes.column, "which marks deletes"] as const] : []),
    ...("order_by" in load && load.order_by !== undefined ? [[load.order_by, "which is order_by"] as const] : []),
    ...load.key.map((name) => [name, "which is in the key"] as const),
  ]);
  const findings = file.columns.flatMap(({ name, on_error }, i) => {
    const role = roles.get(name);
    if (on_error !== "rescue" || role === undefined) return [];
    return findingAt(located, ["columns", i, "on_error"], {
      found: `on_error: rescue at '${name}', ${role}`,
      expected: "a column that may be NULL, since without this value it would be a different record",
      remedy: "Remove 'on_error'; a record whose value does not fit is then rejected.",
    });
  });
  return [...findings, ...unknownRules(file, located), ...limitRules(file, located)];
}

function unknownRules(file: DatasetFile, located: Located): Finding[] {
  if (file.unknown_columns !== "rescue") return [];
  const isNameless = file.format.type === "fixed" || isPositional(file.format);
  if (isNameless) {
    return [
      findingAt(located, ["unknown_columns"], {
        found: `unknown_columns: rescue for ${file.format.type}, whose columns have no names`,
        expected: "a format whose columns or members have names",
        remedy: "Remove 'unknown_columns', or declare every column; 'on_error: rescue' works with every format.",
      }),
    ];
  }
  const at = file.columns.findIndex(({ from }) => from === "$value");
  if (at < 0) return [];
  return [
    findingAt(located, ["unknown_columns"], {
      found: `unknown_columns: rescue together with '${file.columns[at]?.name}', which contains the whole record`,
      expected: "columns that leave a part of the record unread",
      remedy: "Remove 'unknown_columns: rescue': no part of a record is unknown.",
    }),
  ];
}

function limitRules(file: DatasetFile, located: Located): Finding[] {
  if (file.rescued === undefined || isRescuing({ ...file, unknown_columns: "warn" })) return [];
  return [
    findingAt(located, ["rescued"], {
      found: "'rescued', but no column with on_error: rescue",
      expected:
        "a column with on_error: rescue, since the limit counts records with rescued values, not unknown columns",
      remedy: "Write 'on_error: rescue' at a column, or remove 'rescued'.",
    }),
  ];
}
