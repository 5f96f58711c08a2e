/** The JUnit report that CI systems read: one suite a dataset, one test a case. */

export interface CaseResult {
  /** `orders/late-correction` */
  readonly name: string;
  readonly seconds: number;
  /** Empty where all is as expected. */
  readonly differences: readonly string[];
}

/** Characters that XML 1.0 does not have, however they are written. */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string) =>
  text
    .replaceAll(forbidden, "\u{fffd}")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");

export function junit(results: readonly CaseResult[]): string {
  const datasets = [...new Set(results.map(({ name }) => datasetOf(name)))];
  const suites = datasets.map((dataset) =>
    suite(
      dataset,
      results.filter(({ name }) => datasetOf(name) === dataset),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${totals(results)}>\n${suites.join("\n")}\n</testsuites>\n`;
}

const datasetOf = (name: string) => name.slice(0, name.indexOf("/"));

const totals = (results: readonly CaseResult[]) =>
  `tests="${results.length}" failures="${results.filter(({ differences }) => differences.length > 0).length}" errors="0" skipped="0" time="${results.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3)}"`;

function suite(dataset: string, results: readonly CaseResult[]): string {
  const cases = results.map(({ name, seconds, differences }) => {
    const head = `    <testcase classname="${escaped(dataset)}" name="${escaped(name.slice(dataset.length + 1))}" time="${seconds.toFixed(3)}"`;
    if (differences.length === 0) return `${head}/>`;
    const [first = ""] = differences;
    return `${head}>\n      <failure message="${escaped(first)}">${escaped(differences.join("\n"))}</failure>\n    </testcase>`;
  });
  return `  <testsuite name="${escaped(dataset)}" ${totals(results)}>\n${cases.join("\n")}\n  </testsuite>`;
}
