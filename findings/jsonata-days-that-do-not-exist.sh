#!/usr/bin/env bash
# jsonata 2.0.6 (what Step Functions runs). $toMillis of 30 February gives 2 March, with a picture too; numbers
# become texts of 15 digits, so a long id that passes through $string or & ends in other digits; 1/0 is no error
# and null in JSON; nothing is neither equal nor unequal to nothing.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >log
npm install --no-audit --no-fund jsonata@2.0.6 >log 2>&1 || { cat log >&2; exit 1; }
cat >finding.mjs <<'JS'
import jsonata from "jsonata";
for (const text of [
  "$fromMillis($toMillis('2026-02-30T00:00:00Z'))",
  "$fromMillis($toMillis('31/02/2026', '[D]/[M]/[Y]'))",
  "$string(123456789012345678)",
  "1/0",
  "[nothing = nothing, nothing != nothing]",
]) console.log(text, "->", JSON.stringify(await jsonata(text).evaluate({})));
JS
node finding.mjs | tee seen
diff - seen <<'EXPECTED'
$fromMillis($toMillis('2026-02-30T00:00:00Z')) -> "2026-03-02T00:00:00.000Z"
$fromMillis($toMillis('31/02/2026', '[D]/[M]/[Y]')) -> "2026-03-03T00:00:00.000Z"
$string(123456789012345678) -> "123456789012346000"
1/0 -> null
[nothing = nothing, nothing != nothing] -> [false,false]
EXPECTED
echo "as described"
