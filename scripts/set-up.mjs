// Makes a fresh clone ready: Node packages, a Python environment of its own, and a check of Node, Python and Java.
// Called by `npm run demo` and `npm test`; when nothing is to do it says nothing and takes no time.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { javaProblem, rememberJava } from "./set-up/java.mjs";
import { installNodePackages, nodeProblem } from "./set-up/node.mjs";
import { findPython, makeEnvironment } from "./set-up/python.mjs";
import { archiveSparkClasses } from "./set-up/spark-classes.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Progress goes to stderr, so that stdout stays the command's own. */
const say = (text) => process.stderr.write(`set-up: ${text}\n`);

function main() {
  // All that is missing at once, before anything long begins.
  const python = findPython(root);
  const problems = [nodeProblem(), python.problem, javaProblem(root)].filter((problem) => problem !== undefined);
  if (problems.length > 0) {
    for (const problem of problems) say(problem);
    return 1;
  }
  try {
    installNodePackages(root, say);
    makeEnvironment(root, python, say);
    rememberJava(root);
    archiveSparkClasses(root, say);
    return 0;
  } catch (error) {
    say(error.message);
    return 1;
  }
}

process.exitCode = main();
