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
  const check = (sql: string, path: Path, known: readonly string[]) => {
    const problem = problemOf(sql, known);
    if (problem) findings.push(findingAt(located, path, { found: `'${sql}': ${problem.found}`, ...problem.mend }));
  };
  for (const [name, sql] of Object.entries(file.checks)) check(sql, ["checks", name], columns);
  file.columns.forEach((column, i) => {
    if (column.expression !== undefined) check(column.expression, ["columns", i, "expression"], plain);
  });
  return findings;
}

interface Problem {
  readonly found: string;
  readonly mend: { readonly expected: string; readonly remedy: string };
}

const problem = (found: string, expected: string, remedy: string): Problem => ({ found, mend: { expected, remedy } });

/** A token is a raw or quoted text, a quoted name, a word, a number, or one other character. */
const token =
  /[rR](?:'[^']*'|"[^"]*")|[xX]'[^']*'|'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]+`|[A-Za-z_]\w*|\d[\w.]*|->|\S/g;
/** The tokens of an SQL text. */
export const tokensOf = (sql: string): readonly string[] => sql.match(token) ?? [];

const isName = (text: string) => /^(?:[a-z_]\w*|`.+`)$/i.test(text);

/** `exists(array, x -> …)` is a function; what makes it a subquery is its `select`. */
const forbidden: ReadonlyMap<string, string> = new Map([
  ["select", "a subquery"],
  ["over", "a window"],
  [";", "a ';'"],
]);
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const aggregates = wordsOf(
  "count sum avg min max first last collect_list collect_set stddev variance any_value max_by min_by approx_count_distinct percentile row_number rank lag lead",
);
const unstable = wordsOf(
  "rand random randn uuid now current_timestamp current_date input_file_name monotonically_increasing_id",
);
/** These are called without brackets too, where no column has their name. */
const unstableBare = wordsOf("current_timestamp current_date");
/** Operators, then types, then units of time (https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html). */
const keywords = wordsOf(`
  and or not null is in like ilike rlike regexp between case when then else end true false unknown cast try_cast as
  escape div distinct from for to any some all leading trailing both placing collate
  tinyint byte smallint short int integer bigint long float real double decimal dec numeric string char character varchar
  boolean binary date timestamp timestamp_ltz timestamp_ntz interval void variant array map struct
  year years quarter quarters month months week weeks day days dayofyear hour hours minute minutes second seconds
  millisecond milliseconds microsecond microseconds nanosecond nanoseconds
`);

function problemOf(sql: string, columns: readonly string[]): Problem | undefined {
  const tokens = tokensOf(sql);
  const open = tokens.filter((text) => text === "(").length - tokens.filter((text) => text === ")").length;
  if (open !== 0 || tokens.includes("'") || tokens.includes("`")) {
    return problem("a bracket or quote that is not closed", "balanced brackets and quotes", "Close it.");
  }
  const parameters = parametersOf(tokens);
  for (const [i, text] of tokens.entries()) {
    const word = text.toLowerCase();
    const isCall = tokens[i + 1] === "(";
    const isColumn = !isCall && columns.includes(text.replaceAll("`", ""));
    if (isColumn || (!isCall && tokens[i - 1] === ".")) continue;
    const what = forbidden.get(word);
    if (what !== undefined) return problem(what, "an expression over one record", `Remove ${what}.`);
    if (!isName(text)) continue;
    if (isCall && aggregates.has(word))
      return problem(`the aggregate ${word}()`, "an expression over one record", `Remove ${word}().`);
    if (isCall ? unstable.has(word) : unstableBare.has(word))
      return problem(
        `${word}, whose value changes`,
        "an expression that always gives the same result",
        `Remove ${word}.`,
      );
    if (isCall || keywords.has(word) || parameters.has(word) || isNoReference(tokens, i)) continue;
    const near = nearest(text.replaceAll("`", ""), columns);
    return problem(
      `'${text.replaceAll("`", "")}' is not a column`,
      `one of ${columns.join(", ")}`,
      near === undefined ? "Name a column of the contract." : `Write '${near}'.`,
    );
  }
  return undefined;
}

/** The parameters of lambdas, in small letters: `x -> …`, `(x, y) -> …`. */
function parametersOf(tokens: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [i, text] of tokens.entries()) {
    if (text !== "->") continue;
    const from = tokens[i - 1] === ")" ? tokens.lastIndexOf("(", i) : i - 1;
    for (const each of tokens.slice(Math.max(from, 0), i)) if (isName(each)) found.add(each.toLowerCase());
  }
  return found;
}

/** A word of a place where Spark has names of its own: `extract(dow from …)`, `collate unicode_ci`. */
function isNoReference(tokens: readonly string[], i: number): boolean {
  const [before, last] = [tokens[i - 2]?.toLowerCase(), tokens[i - 1]?.toLowerCase()];
  return (last === "(" && before === "extract") || last === "collate";
}
