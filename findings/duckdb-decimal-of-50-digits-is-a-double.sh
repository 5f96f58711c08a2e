#!/usr/bin/env bash
# duckdb 2.0.1, pyarrow 25.0.1. A Parquet column of decimal(50,2) is read as DOUBLE, without an error or a
# warning: 46 digits come back as 17. Refusing it (as Spark does), or text, would be expected.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 pyarrow==25.0.1
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import decimal, duckdb
import pyarrow as pa, pyarrow.parquet as pq
decimal.getcontext().prec = 60
value = decimal.Decimal("12345678901234567890123456789012345678901234.56")
pq.write_table(pa.table({"amount": pa.array([value], pa.decimal256(50, 2))}), "amounts.parquet")
print("written", value)
print("read   ", *duckdb.sql("select amount, typeof(amount) from 'amounts.parquet'").fetchall()[0])
PY
diff - seen <<'EXPECTED'
written 12345678901234567890123456789012345678901234.56
read    1.2345678901234568e+43 DOUBLE
EXPECTED
echo "as described"
