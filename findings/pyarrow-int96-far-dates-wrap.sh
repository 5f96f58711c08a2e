#!/usr/bin/env bash
# pyarrow 25.0.1. A Parquet timestamp of the old INT96 kind (Spark's and Hive's for years) is read as
# nanoseconds of 64 bits: 9999-12-31, the usual 'until further notice', comes out as 1816-03-29. No error; the
# option coerce_int96_timestamp_unit gives the right date.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyarrow==25.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import datetime
import pyarrow as pa, pyarrow.parquet as pq
table = pa.table({"until": pa.array([datetime.datetime(9999, 12, 31)], pa.timestamp("us"))})
pq.write_table(table, "t.parquet", use_deprecated_int96_timestamps=True)
print("as it comes:", pq.read_table("t.parquet").column(0).cast(pa.string())[0])
print("with option:", pq.read_table("t.parquet", coerce_int96_timestamp_unit="us").column(0).cast(pa.string())[0])
PY
diff - seen <<'EXPECTED'
as it comes: 1816-03-29 05:56:08.066277376
with option: 9999-12-31 00:00:00.000000
EXPECTED
echo "as described"
