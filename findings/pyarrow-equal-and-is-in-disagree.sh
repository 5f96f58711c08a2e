#!/usr/bin/env bash
# pyarrow 25.0.1. `x == 0.0` and `is_in(x, [0.0])` are not the same question: -0.0 equals 0.0 and is not in
# [0.0]; NaN equals nothing and is in [NaN]. unique and group_by go with is_in. Spark and DuckDB answer both
# questions alike for -0.0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyarrow==25.0.1 duckdb==2.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import duckdb
import pyarrow as pa, pyarrow.compute as pc
for value in (-0.0, float("nan")):
    array, other = pa.array([value]), pa.array([abs(value)])
    print(value, "equal:", pc.equal(array, other)[0], "is_in:", pc.is_in(array, value_set=other)[0])
print("distinct values of [-0.0, 0.0]:", len(pa.array([-0.0, 0.0]).unique()))
print("DuckDB:", duckdb.sql("select x in (0.0::double), x = 0.0::double from (values (-0.0::double)) t(x)").fetchall()[0])
PY
diff - seen <<'EXPECTED'
-0.0 equal: True is_in: False
nan equal: False is_in: True
distinct values of [-0.0, 0.0]: 2
DuckDB: (True, True)
EXPECTED
echo "as described"
