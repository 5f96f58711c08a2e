#!/usr/bin/env bash
# libpg-query 15.6.3 (PostgreSQL 15's grammar). `select 0x1F` is no error: it is the number 0 under the column
# name x1f, and `1_000` is 1 under the name _000. PostgreSQL 16 reads 31 and 1000, so the same text has two
# meanings two versions apart.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >log
npm install --no-audit --no-fund libpg-query@15.6.3 >log 2>&1 || { cat log >&2; exit 1; }
cat >finding.mjs <<'JS'
import libpg from "libpg-query";
await libpg.loadModule();
for (const sql of ["select 0x1F", "select 1_000"]) {
  const { stmts } = libpg.parseSync(sql);
  const [target] = stmts[0].stmt.SelectStmt.targetList;
  const { name, val } = target.ResTarget;
  console.log(sql, "->", JSON.stringify(val.A_Const.ival), "as", name);
}
JS
node finding.mjs | tee seen
diff - seen <<'EXPECTED'
select 0x1F -> {} as x1f
select 1_000 -> {"ival":1} as _000
EXPECTED
echo "as described"
