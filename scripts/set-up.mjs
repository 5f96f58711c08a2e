// Makes a fresh clone ready: Node packages, a Python environment of its own, and a check of Node, Python and Java.
// Called by `npm run demo` and `npm test`; when nothing is to do it says nothing and takes no time.
// The command of an installed package calls it with `--environment <folder>`, where that has its Python.
// `--archive <folder>`: also prepares a quick start of Spark, which costs as much as four starts save, for the Python modules
// of that folder, which run Glue jobs in the local account.
// `--spark`: without a Java for Spark nothing can be done. Else all that runs without Spark is made ready.
import { nodeProblem } from "./set-up/node-version.mjs";

const problem = nodeProblem(process.versions.node);
if (problem === undefined) {
  import("./set-up/set-up.mjs").then(({ setUp }) => setUp(process.argv.slice(2)));
} else {
  console.error(`set-up: ${problem}`);
  process.exitCode = 1;
}
