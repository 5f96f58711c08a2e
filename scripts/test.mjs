// Runs every test, jest's and then pytest's, and ends with one line: `N passed, N failed` (and `, N skipped`).
// Exit code 0 only when every runner ran tests and none failed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentPython } from "./set-up/python.mjs";
import { combine, jestCounts, pytestCounts, summaryLine } from "./test-counts.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Suites that start Spark, PostgreSQL or the whole account: one at a time, beside nothing else. */
const HEAVY = ["test/end-to-end/", "test/scenarios/", "test/local/glue/jobs/(job-runs|kill)"];

const ENVIRONMENT = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  // CloudFormation's validator takes six seconds a synthesis; it has a test of its own.
  CDK_VALIDATION: process.env.CDK_VALIDATION ?? "false",
};

function jest(name, args, folder) {
  const outputFile = join(folder, `${name}.json`);
  const program = join(root, "node_modules", "jest", "bin", "jest.js");
  const { status } = run(process.execPath, [program, "--json", `--outputFile=${outputFile}`, ...args]);
  return jestCounts(readIfThere(outputFile), status);
}

function pytest(folder) {
  const report = join(folder, "pytest.xml");
  const python = environmentPython(root);
  const { status } = run(python, ["-m", "pytest", "-q", `--junitxml=${report}`, join("test", "glue-jobs")], {
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
  });
  return pytestCounts(readIfThere(report), status);
}

/** What a runner prints is shown as it comes; jest's own JSON on stdout is not asked for by anybody. */
function run(program, args, environment = {}) {
  const stdout = args.includes("--json") ? "ignore" : "inherit";
  return spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", stdout, "inherit"],
    env: { ...ENVIRONMENT, ...environment },
  });
}

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

function main() {
  const folder = mkdtempSync(join(tmpdir(), "tests-"));
  try {
    const counts = [
      jest("light", ["--maxWorkers=2", "--testPathIgnorePatterns", ...HEAVY], folder),
      jest("heavy", ["--runInBand", "--testPathPatterns", ...HEAVY], folder),
      pytest(folder),
    ];
    const total = combine(counts);
    process.stdout.write(`\n${summaryLine(total)}\n`);
    return total.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
