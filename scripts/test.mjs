// Runs every test, jest's and pytest's, and ends with one line: `N passed, N failed` (and `, N skipped`).
// Exit code 0 only when every runner ran tests and none failed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentPython } from "./set-up/python.mjs";
import { combine, jestCounts, pytestCounts, summaryLine } from "./test-counts.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Suites that start Spark or the whole account. They wait much, so two of them may run at once, and pytest is one. */
const FIRST_LANE = ["test/end-to-end/whole-way", "local/test/glue/jobs/(job-runs|kill)"];
const SECOND_LANE = ["test/end-to-end/(?!whole-way)", "test/scenarios/"];

const ENVIRONMENT = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  // CloudFormation's validator takes six seconds a synthesis; it has a test of its own.
  CDK_VALIDATION: process.env.CDK_VALIDATION ?? "false",
};

/** jest runs ES modules as such only when Node has this flag. */
const AS_MODULES = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];

async function jest(name, args, folder) {
  const outputFile = join(folder, `${name}.json`);
  const program = join(root, "node_modules", "jest", "bin", "jest.js");
  // What jest prints is on stderr; its JSON on stdout is not asked for by anybody.
  const status = await run(
    process.execPath,
    [...AS_MODULES, program, "--json", `--outputFile=${outputFile}`, ...args],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  return jestCounts(readIfThere(outputFile), status);
}

async function pytest(folder) {
  const report = join(folder, "pytest.xml");
  const python = environmentPython(join(root, ".venv"));
  const status = await run(
    python,
    ["-m", "pytest", "-q", `--junitxml=${report}`, join("test", "glue-jobs"), join("local", "test")],
    {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...ENVIRONMENT, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python },
    },
  );
  return pytestCounts(readIfThere(report), status);
}

/** Resolves with the exit code; null when the program could not be started or was killed. */
function run(program, args, options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: ENVIRONMENT, ...options });
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
}

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "tests-"));
  try {
    const lane = (name, patterns) => jest(name, ["--runInBand", "--testPathPatterns", ...patterns], folder);
    const heavy = [...FIRST_LANE, ...SECOND_LANE];
    const light = await jest("light", ["--maxWorkers=2", "--testPathIgnorePatterns", ...heavy], folder);
    const lanes = await Promise.all([
      lane("first", FIRST_LANE).then((counts) => [counts]),
      pytest(folder).then(async (counts) => [counts, await lane("second", SECOND_LANE)]),
    ]);
    const total = combine([light, ...lanes.flat()]);
    process.stdout.write(`\n${summaryLine(total)}\n`);
    return total.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
