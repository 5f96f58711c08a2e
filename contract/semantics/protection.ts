import { isRescuing } from "../evolution-file.js";
import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import type { DatasetFile, ProjectFile } from "../schema.js";
import { tokensOf } from "./expressions.js";
import { isAround } from "./same-origin.js";

type Column = DatasetFile["columns"][number];
type Mend = { readonly found: string; readonly expected: string; readonly remedy: string };

const isProtected = ({ protect }: Column) => protect !== undefined && protect !== "none";

/** So many comments go with the statement that makes a table; and every load compares them. */
const mostProtected = 30;

/** What `protect` cannot be on, what a protected column cannot be, and which others show its values. */
export function protectionFindings(file: DatasetFile, located: Located): Finding[] {
  if (!file.columns.some(isProtected)) return [];
  const findings: Finding[] = [];
  const report = (path: Path, mend: Mend, severity: Finding["severity"] = "error") =>
    findings.push(findingAt(located, path, { ...mend, severity }));
  file.columns.forEach((column, i) => {
    for (const mend of [...typeProblems(column), ...originProblems(column), ...useProblems(column, file)]) {
      report(["columns", i, "protect"], mend);
    }
    for (const mend of shownProblems(column, file)) report(["columns", i], mend);
  });
  tableProblems(file, report);
  return findings;
}

/** What tables hold from before stays among them until it is loaded again. */
export const replacedFindings = ({ protection: { replaces } }: ProjectFile, located: Located): Finding[] =>
  replaces.length === 0
    ? []
    : [
        findingAt(located, ["protection", "replaces"], {
          found: `tables may hold ${replaces.map((mark) => `'${mark}'`).join(", ")} from before`,
          expected: "values of one kind in each column",
          remedy:
            "Rows from before never equal those of the new key or protection: load their batches again, then remove 'replaces'. docs/protection.md, 'A new key'.",
          severity: "warning",
        }),
      ];

/** The type is that of what is written. */
function typeProblems({ name, type, protect }: Column): Mend[] {
  if (protect === "hash" && !(type.name === "varchar" && type.length >= 64)) {
    return [
      {
        found: `'${name}' of a type that does not hold a hash`,
        expected: "varchar(64) or wider, for 64 hexadecimal digits",
        remedy: `Write 'type: varchar(64)' at '${name}': its length is that of what is written.`,
      },
    ];
  }
  if (typeof protect !== "object") return [];
  const least = 3 + protect.partial;
  if (type.name === "varchar" && type.length >= least) return [];
  return [
    {
      found: `'${name}' of a type that does not hold *** and ${protect.partial} characters`,
      expected: `varchar(${least}) or wider`,
      remedy: `Write 'type: varchar(${least})' at '${name}', or wider where characters have several bytes.`,
    },
  ];
}

/** What stands in the contract or in a file's key is in clear wherever these are told. */
function originProblems(column: Column): Mend[] {
  if (!isProtected(column)) return [];
  const expected = "a value that stands in the files alone";
  if (column.value !== undefined) {
    const remedy = "Remove 'protect': the contract shows the value to everybody who reads it.";
    return [{ found: `'${column.name}', a constant`, expected, remedy }];
  }
  const { from } = column;
  const isOfKey = typeof from === "string" && /^\$(file|partition|manifest|landed|element|path\..+)$/.test(from);
  if (!isOfKey) return [];
  return [
    {
      found: `'${column.name}' from ${from}`,
      expected,
      remedy:
        "Remove 'protect': names of files and partitions stand in reports, logs and 'sluice_file'. Keep such values out of the keys of files.",
    },
  ];
}

function useProblems(column: Column, { load }: DatasetFile): Mend[] {
  if (!isProtected(column)) return [];
  const { name, protect, on_error } = column;
  const problems: Mend[] = [];
  if (on_error === "rescue") {
    problems.push({
      found: `'${name}' with on_error: rescue`,
      expected: "no clear value in '_rescued'",
      remedy: "Remove 'on_error': a record whose value does not fit is then rejected, without its raw text.",
    });
  }
  if ("order_by" in load && load.order_by === name) {
    problems.push({
      found: `'${name}', which is 'order_by'`,
      expected: "an order_by in clear: what is written has no order",
      remedy: "Remove 'protect', or order by another column.",
    });
  }
  if (load.key.includes(name) && protect !== "hash") {
    problems.push({
      found: `'${name}', a key column`,
      expected: "'hash', which tells keys apart",
      remedy: "Write 'protect: hash', or take the column out of the key.",
    });
  }
  if ("deletes" in load && load.deletes?.column === name) {
    problems.push({
      found: `'${name}', the column of 'deletes'`,
      expected: "a delete column in clear: the load compares its values",
      remedy: "Remove 'protect'.",
    });
  }
  return problems;
}

/** A column in clear that reads what another one protects. */
function shownProblems(column: Column, { columns, format }: DatasetFile): Mend[] {
  if (column.protect !== undefined) return [];
  const hidden = columns.filter((other) => other !== column && isProtected(other));
  const mend = (found: string): Mend => ({
    found,
    expected: "protection of its own, or 'protect: none' where it is meant to be in clear",
    remedy: `Add 'protect: hash' or another to '${column.name}', or 'protect: none' on purpose.`,
  });
  if (column.expression !== undefined) {
    const words = new Set(tokensOf(column.expression).map((word) => word.replaceAll("`", "").toLowerCase()));
    return hidden
      .filter(({ name }) => words.has(name))
      .map(({ name }) => mend(`'${column.name}', whose expression names the protected column '${name}'`));
  }
  const from = originOf(column);
  if (from === undefined) return [];
  return hidden
    .filter((other) => isAround(format, from, originOf(other)))
    .map(({ name }) => mend(`'${column.name}', which reads what '${name}' protects`));
}

const originOf = ({ name, from, value, expression }: Column): string | number | undefined =>
  value !== undefined || expression !== undefined ? undefined : (from ?? name);

function tableProblems(
  { columns, load, rejects, batch_checks, unknown_columns }: DatasetFile,
  report: (path: Path, mend: Mend, severity?: Finding["severity"]) => void,
): void {
  const hidden = columns.filter(isProtected);
  if (hidden.length > mostProtected) {
    report(["columns"], {
      found: `${hidden.length} columns with 'protect'`,
      expected: `at most ${mostProtected}`,
      remedy: "Leave out columns that nobody needs, or divide the table.",
    });
  }
  const blurred = new Set(hidden.filter(({ protect }) => protect !== "hash").map(({ name }) => name));
  if (load.deduplicate === "exact" && blurred.size > 0) {
    const mend = {
      found: `deduplicate: exact with ${[...blurred].map((name) => `'${name}'`).join(", ")}, which no longer tell records apart`,
      expected: "columns that tell records apart",
      remedy:
        "Records that differ in these columns alone become one. Write 'protect: hash', or remove 'deduplicate' if that is wrong.",
    };
    report(["load", "deduplicate"], mend, "warning");
  }
  for (const [check, what] of Object.entries(batch_checks)) {
    const [key, names] = "unique" in what ? ["unique", what.unique] : ["column", "column" in what ? [what.column] : []];
    for (const name of names.filter((each) => blurred.has(each))) {
      report(["batch_checks", check, String(key)], {
        found: `'${name}', whose values are not what is written`,
        expected: "a column in clear, or one with 'protect: hash'",
        remedy: "Check it as one of 'checks', which see the clear value of a record, or protect it by 'hash'.",
      });
    }
  }
  if (isRescuing({ columns, unknown_columns })) {
    const mend = {
      found: "values kept in '_rescued' by a contract that protects columns",
      expected: "nothing in clear that nobody declared",
      remedy:
        "A column that comes under another name, or a value in a wrong place, is kept in clear there. Reject or ignore it unless that is meant.",
    };
    report(["unknown_columns"], mend, "warning");
  }
  if (rejects.raw === "keep") {
    const mend = {
      found: "raw: keep in a contract that protects columns",
      expected: "rejected records without their raw text",
      remedy: "Whoever may read rejected records reads these values in clear. Remove 'raw: keep' unless that is meant.",
    };
    report(["rejects", "raw"], mend, "warning");
  }
}
