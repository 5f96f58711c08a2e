#!/usr/bin/env bash
# polars 2.1.0, pyarrow 25.0.1, duckdb 2.0.1. polars writes an Int128 column into Parquet as bytes of a fixed
# width without a logical type, and its own type into the metadata of Arrow's schema: pyarrow refuses the whole
# file for it, DuckDB reads a BLOB in little-endian order. A decimal(38,0) would be expected of a format of
# exchange.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check polars==2.1.0 pyarrow==25.0.1 duckdb==2.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import duckdb, polars
import pyarrow.parquet as pq
polars.DataFrame({"n": [1 << 100]}, schema={"n": polars.Int128}).write_parquet("n.parquet")
try:
    print(pq.read_table("n.parquet"))
except Exception as error:
    print("pyarrow:", type(error).__name__, error)
print("DuckDB:", *duckdb.sql("select typeof(n), hex(n) from 'n.parquet'").fetchall()[0])
PY
diff - seen <<'EXPECTED'
pyarrow: ArrowNotImplementedError Integers with more than 64 bits not implemented
DuckDB: BLOB 00000000000000000000000010000000
EXPECTED
echo "as described"
