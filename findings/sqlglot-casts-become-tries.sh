#!/usr/bin/env bash
# sqlglot 30.30.0. Every CAST read as Spark SQL is a TRY_CAST in other dialects, and a division gets NULLIF:
# Spark before 4 gave NULL where a value does not fit. Spark 4 raises (ANSI is its default), so a check that
# failed loudly is NULL, and passes, once it is transpiled.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check sqlglot==30.30.0
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import sqlglot
for dialect in ("duckdb", "redshift", "postgres"):
    print(dialect, "|", sqlglot.transpile("select cast(x as int), a / b", read="spark", write=dialect)[0])
PY
diff - seen <<'EXPECTED'
duckdb | SELECT TRY_CAST(x AS INT), a / NULLIF(b, 0)
redshift | SELECT TRY_CAST(x AS INTEGER), CAST(a AS DOUBLE PRECISION) / NULLIF(b, 0)
postgres | SELECT CAST(x AS INT), CAST(a AS DOUBLE PRECISION) / NULLIF(b, 0)
EXPECTED
echo "as described"
