#!/usr/bin/env bash
# pyarrow 25.0.1, duckdb 2.0.1. pyarrow leaves NaN out of a row group's minimum and maximum (as the format
# asks), and DuckDB skips the row group by them: `x = 'NaN'` finds nothing in the file and one row in the same
# table in memory.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyarrow==25.0.1 duckdb==2.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import duckdb
import pyarrow as pa, pyarrow.parquet as pq
arrow = pa.table({"x": [float(n) for n in range(1000)] + [float("nan")]})
pq.write_table(arrow, "x.parquet")
for name, source in (("file", "'x.parquet'"), ("memory", "arrow")):
    print(name, duckdb.sql(f"select count(*) from {source} where x = 'NaN'::double").fetchall()[0][0])
PY
diff - seen <<'EXPECTED'
file 0
memory 1
EXPECTED
echo "as described"
