import { describe, expect, test } from "@jest/globals";
import { combine, jestCounts, pytestCounts, readSummary, summaryLine } from "../../scripts/test-counts.mjs";

const jestReport = (passed: number, failed: number, brokenSuites = 0, pending = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: brokenSuites,
    numPendingTests: pending,
    numTodoTests: 0,
  });
const pytestReport = (attributes: string) =>
  `<?xml version="1.0"?><testsuites name="x"><testsuite name="pytest" ${attributes} time="1"></testsuite></testsuites>`;

describe("the summary line", () => {
  test.each([
    [
      "adds up the runners",
      combine([
        jestCounts(jestReport(3, 0), 0),
        pytestCounts(pytestReport('errors="0" failures="0" skipped="0" tests="4"'), 0),
      ]),
      "7 passed, 0 failed, 0 skipped",
    ],
    ["names skipped tests", jestCounts(jestReport(3, 0, 0, 2), 0), "3 passed, 0 failed, 2 skipped"],
    ["counts a suite that did not run", jestCounts(jestReport(3, 1, 1), 1), "3 passed, 2 failed, 0 skipped"],
    [
      "counts pytest's errors",
      pytestCounts(pytestReport('errors="1" failures="2" skipped="1" tests="9"'), 1),
      "5 passed, 3 failed, 1 skipped",
    ],
    [
      "counts a runner without a report",
      combine([jestCounts(undefined, 1), pytestCounts(undefined, 2)]),
      "0 passed, 2 failed, 0 skipped",
    ],
    ["counts a runner that ran nothing", jestCounts(jestReport(0, 0), 0), "0 passed, 1 failed, 0 skipped"],
    [
      "counts a runner that failed without saying where",
      jestCounts(jestReport(5, 0), 1),
      "5 passed, 1 failed, 0 skipped",
    ],
  ])("%s", (_, counts, line) => {
    expect(summaryLine(counts)).toBe(line);
  });
});

describe("a program's last line", () => {
  test.each([
    ["is its counts", "ok a\n7 passed, 0 failed, 0 skipped\n", 0, { passed: 7, failed: 0, skipped: 0 }],
    ["that is missing is a failure", "7 passed\nand then it died\n", 0, { passed: 0, failed: 1, skipped: 0 }],
    ["that is none is a failure", "", null, { passed: 0, failed: 1, skipped: 0 }],
    ["does not hide its exit code", "7 passed, 0 failed, 0 skipped\n", 1, { passed: 7, failed: 1, skipped: 0 }],
  ])("%s", (_, out, status, counts) => {
    expect(readSummary(out, status)).toEqual(counts);
  });
});
