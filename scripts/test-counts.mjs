// Reads the reports of the test runners. A runner that left no report, or ran no test, counts as one failure.

const NOTHING_RAN = { passed: 0, failed: 1, skipped: 0 };

/** jest's --json report. A suite that could not be run at all counts as one failure. */
export function jestCounts(report, status) {
  if (report === undefined) return NOTHING_RAN;
  const found = JSON.parse(report);
  return checked(
    {
      passed: found.numPassedTests,
      failed: found.numFailedTests + found.numRuntimeErrorTestSuites,
      skipped: found.numPendingTests + found.numTodoTests,
    },
    status,
  );
}

/** pytest's --junitxml report. An error while collecting or in a fixture counts as a failure. */
export function pytestCounts(report, status) {
  const suites = [...(report ?? "").matchAll(/<testsuite\s[^>]*>/g)].map(([tag]) => (name) => {
    const value = new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1];
    return Number(value ?? 0);
  });
  const sum = (name) => suites.reduce((total, attribute) => total + attribute(name), 0);
  const failed = sum("failures") + sum("errors");
  const skipped = sum("skipped");
  return checked({ passed: Math.max(0, sum("tests") - failed - skipped), failed, skipped }, status);
}

/** A runner that failed says so even where its report does not. */
function checked(counts, status) {
  const ran = counts.passed + counts.failed;
  return ran === 0 || (status !== 0 && counts.failed === 0) ? { ...counts, failed: counts.failed + 1 } : counts;
}

export function combine(all) {
  const sum = (name) => all.reduce((total, counts) => total + counts[name], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The counts of a program that ends with such a line. One that ended without, or that failed and counts no failure, counts
 * as one failure. */
export function readSummary(out, status) {
  const line = out.trimEnd().split("\n").at(-1) ?? "";
  const found = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line);
  if (found === null) return NOTHING_RAN;
  const [passed, failed, skipped] = found.slice(1).map(Number);
  return checked({ passed, failed, skipped }, status);
}
