#!/usr/bin/env bash
# typescript 7.0.2. The package's main module has two members, both version texts: no transpileModule, no
# createProgram. Tools that use TypeScript as a library install and start, then fail with messages that do not
# name it (here ts-node 10.9.2).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >log
npm install --no-audit --no-fund typescript@7.0.2 ts-node@10.9.2 >log 2>&1 || { cat log >&2; exit 1; }
cat >finding.mjs <<'JS'
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
console.log(Object.keys(require("typescript")).sort().join(" "));
try {
  require("ts-node").register();
  console.log("ts-node registered");
} catch (error) {
  console.log(error.name, error.message);
}
JS
node finding.mjs | tee seen
diff - seen <<'EXPECTED'
version versionMajorMinor
TypeError Cannot read properties of undefined (reading 'fileExists')
EXPECTED
echo "as described"
