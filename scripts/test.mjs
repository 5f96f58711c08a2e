// Runs every test, jest's and pytest's, and ends with one line: `N passed, N failed, N skipped`.
// Exit code 0 only when every runner ran tests and none failed or was skipped.
// usage: node scripts/test.mjs [unit | package | long]
//   unit     only what needs no account, no browser, no Spark, and no installation
//   package  what installs the packages elsewhere, which nothing else does
//   long     the long forms of tests that otherwise try a sample
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentPython } from "./set-up/python.mjs";
import { combine, jestCounts, pytestCounts, summaryLine } from "./test-counts.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** They install, which takes the network: `npm run package`. */
const INSTALLING = ["test/package/installed"];
/** Suites that start Spark or the whole account. They wait much, and so does pytest. */
const FIRST_LANE = ["test/end-to-end/(demo|rollback|replay|serverless)", "local/test/glue/jobs/(job-runs|kill)"];
const SECOND_LANE = ["test/end-to-end/(?!demo|rollback|replay|serverless)"];
/** Suites that start a PostgreSQL, a browser or many processes. */
const SLOW = [
  "test/(console/page|faults|infra|scripts|bench|docs/tutorial|examples|upgrade)",
  "test/planning/warehouse/",
  "local/test/(account|glue/jobs|lambda|redshift)/",
];

const LONG_FORMS = {
  SLUICE_LONG: "1",
  SLUICE_ALL_KILLS: "1",
  SLUICE_ALL_CRASHES: "1",
  SLUICE_SOURCES: "10",
  SLUICE_DELIVERIES: "1000",
};
const WITH_LONG_FORM = [
  "test/end-to-end/(demo|evolution)",
  "test/console/page-(layout|overview)",
  "test/functions/deliveries",
  "test/planning/warehouse/(crash|grow|renamed|replay|reserved-words|wide)",
  "test/infra/stacks",
];

/** jest runs ES modules as such only when Node has this flag. */
const AS_MODULES = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];

class Runners {
  #reports;
  #environment;

  /** `reports` takes the runners' reports, `temporary` whatever the tests put into the temporary folder. */
  constructor(reports, temporary) {
    this.#reports = reports;
    this.#environment = { ...process.env, TMPDIR: temporary, SLUICE_BUILT: "1" };
  }

  async jest(name, ...args) {
    const report = join(this.#reports, `${name}.json`);
    const program = join(root, "node_modules", "jest", "bin", "jest.js");
    const command = [...AS_MODULES, program, "--json", `--outputFile=${report}`, ...args];
    // What jest prints is on stderr; its JSON on stdout is not asked for by anybody.
    const status = await this.#run(process.execPath, command, ["ignore", "ignore", "inherit"]);
    return jestCounts(readIfThere(report), status);
  }

  async build() {
    return (await this.#run(process.execPath, [join(root, "scripts", "build.mjs")], ["ignore", 2, 2])) === 0;
  }

  /** From now on the tests try all, not a sample. */
  lengthen() {
    Object.assign(this.#environment, LONG_FORMS);
  }

  async pytest() {
    const report = join(this.#reports, "pytest.xml");
    const python = environmentPython(join(root, ".venv"));
    const folders = [join("test", "glue-jobs"), join("local", "test")];
    const command = [
      "-m",
      "pytest",
      "-q",
      `--junitxml=${report}`,
      `--basetemp=${join(this.#reports, "pytest")}`,
      ...folders,
    ];
    const spark = { PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python };
    const status = await this.#run(python, command, ["ignore", "inherit", "inherit"], spark);
    return pytestCounts(readIfThere(report), status);
  }

  /** Resolves with the exit code; null when the program could not be started or was killed. */
  #run(program, args, stdio, more = {}) {
    return new Promise((resolve) => {
      const child = spawn(program, args, { cwd: root, stdio, env: { ...this.#environment, ...more } });
      child.on("error", () => resolve(null));
      child.on("close", resolve);
    });
  }
}

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

async function all(runners) {
  // What the end-to-end suites try is what a package holds.
  if (!(await runners.build())) return [{ passed: 0, failed: 1, skipped: 0 }];
  const lane = (name, patterns) => runners.jest(name, "--runInBand", "--testPathPatterns", ...patterns);
  const others = [...INSTALLING, ...FIRST_LANE, ...SECOND_LANE];
  const lanes = await Promise.all([
    runners.jest("light", "--maxWorkers=2", "--testPathIgnorePatterns", ...others).then((counts) => [counts]),
    lane("first", FIRST_LANE).then((counts) => [counts]),
    runners.pytest().then(async (counts) => [counts, await lane("second", SECOND_LANE)]),
  ]);
  return lanes.flat();
}

async function unit(runners) {
  const others = [...INSTALLING, ...FIRST_LANE, ...SECOND_LANE, ...SLOW];
  return [await runners.jest("unit", "--maxWorkers=2", "--testPathIgnorePatterns", ...others)];
}

const installing = async (runners) => [
  await runners.jest("package", "--runInBand", "--testPathPatterns", ...INSTALLING),
];

async function long(runners) {
  runners.lengthen();
  if (!(await runners.build())) return [{ passed: 0, failed: 1, skipped: 0 }];
  return [await runners.jest("long", "--runInBand", "--testPathPatterns", ...WITH_LONG_FORM), await runners.pytest()];
}

/** The tests leave nothing behind. */
function emptyFolderCounts(folder) {
  // The build reads TypeScript through tsx, which keeps a cache there; it goes with this folder.
  const left = readdirSync(folder).filter((name) => !/^tsx-\d+$/.test(name));
  if (left.length === 0) return { passed: 1, failed: 0, skipped: 0 };
  const inside = (name) => readdirSync(join(folder, name), { recursive: true }).slice(0, 5).join(", ");
  const told = left.sort().map((name) => `${name} (${inside(name) || "empty"})`);
  process.stderr.write(`FAILED the temporary folder is as it was: the tests left ${told.join("; ")}\n`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "tests-"));
  const [reports, temporary] = [join(folder, "reports"), join(folder, "t")];
  for (const path of [reports, temporary]) mkdirSync(path);
  try {
    const run = { unit, package: installing, long }[process.argv[2]] ?? all;
    const counts = await run(new Runners(reports, temporary));
    const total = combine([...counts, emptyFolderCounts(temporary)]);
    process.stdout.write(`\n${summaryLine(total)}\n`);
    return total.failed + total.skipped === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
