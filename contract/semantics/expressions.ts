import { type Finding, findingAt, type Located, type Path } from "../finding.js";
import { nearest } from "../nearest.js";
import type { DatasetFile } from "../schema.js";

/**
 * A first look at `checks` and `expression`s, which are Spark SQL over the row's own columns: they must be balanced,
 * name only columns, and hold no subquery, aggregate, window or `;`. Spark parses them for good when the job starts.
 */
export function expressionFindings(file: DatasetFile, located: Located): Finding[] {
  const columns = file.columns.map((column) => column.name);
  const plain = file.columns.filter((column) => column.expression === undefined).map((column) => column.name);
  const findings: Finding[] = [];
  const look = (sql: string, path: Path, known: readonly string[]) => {
    const problem = problemOf(sql, known);
    if (problem) findings.push(findingAt(located, path, { found: `'${sql}': ${problem.found}`, ...problem.mend }));
  };
  for (const [name, sql] of Object.entries(file.checks)) look(sql, ["checks", name], columns);
  file.columns.forEach((column, i) => {
    if (column.expression !== undefined) look(column.expression, ["columns", i, "expression"], plain);
  });
  return findings;
}

interface Problem {
  readonly found: string;
  readonly mend: { readonly expected: string; readonly remedy: string };
}

const problem = (found: string, expected: string, remedy: string): Problem => ({ found, mend: { expected, remedy } });

/** A token is a quoted text, a quoted name, a word, a number, or one other character. */
const token = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]+`|[A-Za-z_]\w*|\d[\w.]*|->|\S/g;

const forbidden: Readonly<Record<string, string>> = {
  select: "a subquery",
  exists: "a subquery",
  over: "a window",
  ";": "a ';'",
};
const aggregates = new Set(
  "count sum avg min max first last collect_list collect_set stddev variance any_value max_by min_by approx_count_distinct percentile row_number rank lag lead".split(
    " ",
  ),
);
const unstable = new Set(
  "rand random randn uuid now current_timestamp current_date input_file_name monotonically_increasing_id".split(" "),
);
const keywords = new Set(
  `and or not null is in like ilike rlike regexp between case when then else end true false cast as date timestamp interval
  escape div distinct from int integer bigint smallint tinyint string double float decimal boolean binary try_cast year
  month day hour minute second years months days hours minutes seconds leading trailing both for array map struct`.split(
    /\s+/,
  ),
);

function problemOf(sql: string, columns: readonly string[]): Problem | undefined {
  const tokens: readonly string[] = sql.match(token) ?? [];
  const open = tokens.filter((text) => text === "(").length - tokens.filter((text) => text === ")").length;
  if (open !== 0 || tokens.includes("'") || tokens.includes("`")) {
    return problem("a bracket or quote that is not closed", "balanced brackets and quotes", "Close it.");
  }
  const lambdas = new Set(tokens.filter((_, i) => tokens[i + 1] === "->"));
  for (const [i, text] of tokens.entries()) {
    const word = text.toLowerCase();
    const what = forbidden[word];
    if (what !== undefined) return problem(what, "an expression over the row alone", `Remove ${what}.`);
    if (!/^[a-z_`]/i.test(text) || lambdas.has(text)) continue;
    const isCall = tokens[i + 1] === "(";
    if (isCall && aggregates.has(word))
      return problem(`the aggregate ${word}()`, "an expression over the row alone", `Remove ${word}().`);
    if (unstable.has(word))
      return problem(`${word}, whose value changes`, "an expression that always gives the same", `Remove ${word}.`);
    if (isCall || keywords.has(word) || tokens[i - 1] === ".") continue;
    const name = text.replaceAll("`", "");
    if (!columns.includes(name)) {
      const near = nearest(name, columns);
      return problem(
        `'${name}' is no column`,
        `columns among ${columns.join(", ")}`,
        near === undefined ? "Name a column of the contract." : `Write '${near}'.`,
      );
    }
  }
  return undefined;
}
