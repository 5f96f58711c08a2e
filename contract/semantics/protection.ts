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
          found: `'replaces' names ${replaces.map((mark) => `'${mark}'`).join(", ")}: tables may still hold such values`,
          expected: "values of one kind in each column",
          remedy:
            "Old rows never equal those with the new key or protection. Load their batches again, then remove 'replaces'. See docs/protection.md, 'A new key'.",
          severity: "warning",
        }),
      ];

/** The type is that of what is written. */
function typeProblems({ name, type, protect }: Column): Mend[] {
  if (protect === "hash" && !(type.name === "varchar" && type.length >= 64)) {
    return [
      {
        found: `'${name}', whose type is too short for a hash`,
        expected: "varchar(64) or longer, for 64 hexadecimal digits",
        remedy: `Write 'type: varchar(64)' at '${name}': the hash is written, not the value.`,
      },
    ];
  }
  if (typeof protect !== "object") return [];
  const least = 3 + protect.partial;
  if (type.name === "varchar" && type.length >= least) return [];
  return [
    {
      found: `'${name}', whose type is too short for *** and ${protect.partial} characters`,
      expected: `varchar(${least}) or longer`,
      remedy: `Write 'type: varchar(${least})' at '${name}', or longer if characters have several bytes.`,
    },
  ];
}

/** What stands in the contract or in a file's key is in clear wherever these are told. */
function originProblems(column: Column): Mend[] {
  if (!isProtected(column)) return [];
  const expected = "a value that only occurs in the files";
  if (column.value !== undefined) {
    const remedy = "Remove 'protect': everybody who can read the contract sees the value.";
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
        "Remove 'protect': names of files and partitions appear in reports, logs and 'sluice_file'. Keep protected values out of file names.",
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
      expected: "an order_by without protection, since protected values have no order",
      remedy: "Remove 'protect', or order by another column.",
    });
  }
  if (load.key.includes(name) && protect !== "hash") {
    problems.push({
      found: `'${name}', a key column`,
      expected: "'hash', which keeps keys distinct",
      remedy: "Write 'protect: hash', or remove the column from the key.",
    });
  }
  if ("deletes" in load && load.deletes?.column === name) {
    problems.push({
      found: `'${name}', the column of 'deletes'`,
      expected: "a delete column without protection, since the load compares its values",
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
    expected: "its own 'protect', or 'protect: none' if the value is meant to be in clear",
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
      remedy: "Remove columns that nobody needs, or split the table.",
    });
  }
  const blurred = new Set(hidden.filter(({ protect }) => protect !== "hash").map(({ name }) => name));
  if (load.deduplicate === "exact" && blurred.size > 0) {
    const mend = {
      found: `deduplicate: exact with ${[...blurred].map((name) => `'${name}'`).join(", ")}, whose protected values no longer distinguish records`,
      expected: "columns that distinguish records",
      remedy:
        "Records that differ only in these columns become one. If that is wrong, write 'protect: hash', or remove 'deduplicate'.",
    };
    report(["load", "deduplicate"], mend, "warning");
  }
  for (const [check, what] of Object.entries(batch_checks)) {
    const [key, names] = "unique" in what ? ["unique", what.unique] : ["column", "column" in what ? [what.column] : []];
    for (const name of names.filter((each) => blurred.has(each))) {
      report(["batch_checks", check, String(key)], {
        found: `'${name}', whose values are replaced by its protection`,
        expected: "an unprotected column, or one with 'protect: hash'",
        remedy: "Move the condition to 'checks', which see the clear value, or write 'protect: hash'.",
      });
    }
  }
  if (isRescuing({ columns, unknown_columns })) {
    const mend = {
      found: "values kept in '_rescued', although the contract protects columns",
      expected: "no undeclared values in clear",
      remedy:
        "A protected value under another name or in the wrong place would be kept there in clear. Reject or ignore such values unless this is intended.",
    };
    report(["unknown_columns"], mend, "warning");
  }
  if (rejects.raw === "keep") {
    const mend = {
      found: "raw: keep, although the contract protects columns",
      expected: "rejected records without their raw text",
      remedy:
        "Everybody who may read rejected records sees these values in clear. Remove 'raw: keep' unless this is intended.",
    };
    report(["rejects", "raw"], mend, "warning");
  }
}
