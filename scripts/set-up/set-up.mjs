import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { diskProblem } from "./disk.mjs";
import { javaProblem, rememberJava } from "./java.mjs";
import { installNodePackages, missesNodePackages } from "./node.mjs";
import { Progress } from "./progress.mjs";
import { findPython, makeEnvironment } from "./python.mjs";
import { endPrograms } from "./run.mjs";
import { archiveSparkClasses } from "./spark-classes.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Progress goes to stderr, so that stdout stays the command's own. */
const say = (text) => process.stderr.write(`set-up: ${text}\n`);

/** Does what is missing, and sets the exit code. */
export async function setUp(args) {
  const { values } = parseArgs({
    args,
    options: {
      environment: { type: "string", default: join(root, ".venv") },
      spark: { type: "boolean", default: false },
      archive: { type: "string" },
    },
  });
  process.exitCode = await makeReady(values);
}

async function makeReady({ environment, spark: needsSpark, archive }) {
  const withoutJava = javaProblem(environment);
  const hasJava = withoutJava === undefined;
  const python = findPython(root, environment, hasJava);
  const misses = { node: missesNodePackages(root), python: !python.isReady };
  // All that is missing at once, before anything long begins.
  const problems = [
    python.problem,
    needsSpark ? withoutJava : undefined,
    misses.node ? diskProblem(root) : undefined,
    misses.python ? diskProblem(environment) : undefined,
  ].filter((problem) => problem !== undefined);
  for (const problem of new Set(problems)) say(problem);
  if (problems.length > 0) return 1;

  const progress = new Progress(process.stderr);
  endWithSignals(progress);
  const outcomes = await Promise.allSettled(tasksFor(environment, { misses, python, hasJava, archive }, progress));
  const failures = outcomes.filter(({ status }) => status === "rejected").map(({ reason }) => reason.message);
  progress.end(failures.length === 0);
  for (const failure of failures) say(failure);
  if (failures.length > 0) return 1;
  if (misses.python && !hasJava) say(`${withoutJava} Until then Glue jobs cannot run here; everything else can.`);
  return 0;
}

/** npm and pip work side by side. */
function tasksFor(environment, { misses, python, hasJava, archive }, progress) {
  const names = { node: "the Node packages", python: "the Python packages" };
  const missing = Object.keys(names).filter((kind) => misses[kind]);
  const report = missing.length > 0 ? progress.begin(missing.map((kind) => names[kind])) : undefined;
  const node = async () => {
    if (!misses.node) return;
    await installNodePackages(root);
    report(names.node, undefined);
  };
  const inPython = async () => {
    if (misses.python) {
      await makeEnvironment(root, environment, { ...python, hasJava }, (state) => report(names.python, state));
      report(names.python, undefined);
    }
    if (!hasJava) return;
    rememberJava(environment);
    if (archive !== undefined) await archiveSparkClasses(resolve(archive), environment, progress);
  };
  return [node(), inPython()];
}

/** Ctrl-C ends npm and pip too; what they have not finished is begun again the next time. */
function endWithSignals(progress) {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ]) {
    process.once(signal, () => {
      endPrograms();
      progress.end(false);
      say("interrupted: run it again, and it goes on where it stopped.");
      process.exit(code);
    });
  }
}
