import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "@jest/globals";

const counts = pathToFileURL(join(process.cwd(), "scripts", "test-counts.mjs")).href;

/** jest cannot load the module itself, so a Node does. */
function lineOf(expression: string): string {
  const script = `import { combine, jestCounts, pytestCounts, summaryLine } from ${JSON.stringify(counts)};
console.log(summaryLine(${expression}));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  return stdout.trim() || stderr;
}

const jestReport = (passed: number, failed: number, brokenSuites = 0, pending = 0) =>
  JSON.stringify(
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numRuntimeErrorTestSuites: brokenSuites,
      numPendingTests: pending,
      numTodoTests: 0,
    }),
  );
const pytestReport = (attributes: string) =>
  JSON.stringify(
    `<?xml version="1.0"?><testsuites name="x"><testsuite name="pytest" ${attributes} time="1"></testsuite></testsuites>`,
  );

describe("the summary line", () => {
  test.each([
    [
      "adds up the runners",
      `combine([jestCounts(${jestReport(3, 0)}, 0), pytestCounts(${pytestReport('errors="0" failures="0" skipped="0" tests="4"')}, 0)])`,
      "7 passed, 0 failed",
    ],
    ["names skipped tests", `jestCounts(${jestReport(3, 0, 0, 2)}, 0)`, "3 passed, 0 failed, 2 skipped"],
    ["counts a suite that did not run", `jestCounts(${jestReport(3, 1, 1)}, 1)`, "3 passed, 2 failed"],
    [
      "counts pytest's errors",
      `pytestCounts(${pytestReport('errors="1" failures="2" skipped="1" tests="9"')}, 1)`,
      "5 passed, 3 failed, 1 skipped",
    ],
    [
      "counts a runner without a report",
      "combine([jestCounts(undefined, 1), pytestCounts(undefined, 2)])",
      "0 passed, 2 failed",
    ],
    ["counts a runner that ran nothing", `jestCounts(${jestReport(0, 0)}, 0)`, "0 passed, 1 failed"],
    ["counts a runner that failed without saying where", `jestCounts(${jestReport(5, 0)}, 1)`, "5 passed, 1 failed"],
  ])("%s", (_, expression, line) => {
    expect(lineOf(expression)).toBe(line);
  });
});
