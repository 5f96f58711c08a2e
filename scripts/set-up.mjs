// Makes a fresh clone ready: Node packages, a Python environment of its own, and a check of Node, Python and Java.
// Called by `npm run demo` and `npm test`; when nothing is to do it says nothing and takes no time.
// The command of an installed package calls it with `--environment <folder>`, where that has its Python.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { javaProblem, rememberJava } from "./set-up/java.mjs";
import { installNodePackages, nodeProblem } from "./set-up/node.mjs";
import { findPython, makeEnvironment } from "./set-up/python.mjs";
import { archiveSparkClasses } from "./set-up/spark-classes.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { environment: { type: "string", default: join(root, ".venv") } } });
const { environment } = values;

/** Progress goes to stderr, so that stdout stays the command's own. */
const say = (text) => process.stderr.write(`set-up: ${text}\n`);

function main() {
  // All that is missing at once, before anything long begins.
  const python = findPython(root, environment);
  const problems = [nodeProblem(), python.problem, javaProblem(environment)].filter((problem) => problem !== undefined);
  if (problems.length > 0) {
    for (const problem of problems) say(problem);
    return 1;
  }
  try {
    installNodePackages(root, say);
    makeEnvironment(root, environment, python, say);
    rememberJava(environment);
    archiveSparkClasses(root, environment, say);
    return 0;
  } catch (error) {
    say(error.message);
    return 1;
  }
}

process.exitCode = main();
