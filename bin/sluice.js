#!/usr/bin/env node
// Read by every Node, however old, so that one can say that it is too old: nothing in here may be newer than modules.
import { existsSync } from "node:fs";

// In the repository the TypeScript of cli/ runs as it is, without a build; a package holds it compiled (scripts/build.mjs).
const isRepository = existsSync(new URL("../cli/main.ts", import.meta.url));

import(`${isRepository ? ".." : "../dist"}/scripts/set-up/node-version.mjs`).then(({ nodeProblem }) => {
  const problem = nodeProblem(process.versions.node);
  if (problem === undefined) return import("./run.js").then(({ run }) => run(isRepository));
  console.error(problem);
  process.exitCode = 1;
});
