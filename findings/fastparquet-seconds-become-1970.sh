#!/usr/bin/env bash
# fastparquet 2026.9.0 with pandas 3.1.1. pandas keeps whole seconds as datetime64[s] now. fastparquet writes the count of seconds under
# the type of a finer unit: pyarrow and DuckDB read January 1970, without an error, and fastparquet cannot read its own file.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check fastparquet==2026.9.0 pandas==3.1.1 pyarrow==25.0.1 duckdb==2.0.1
env/bin/python -W ignore - <<'PY' | tee seen
import datetime as dt
import duckdb, fastparquet, pandas as pd, pyarrow.parquet as pq
for unit in ("ns", "us", "ms", "s"):
    frame = pd.DataFrame({"at": pd.Series([dt.datetime(2026, 1, 1)]).astype(f"datetime64[{unit}]")})
    fastparquet.write("f.parquet", frame)
    print(unit, "pyarrow", pq.read_table("f.parquet")["at"][0].as_py())
    print(unit, "duckdb", duckdb.sql('select "at" from "f.parquet"').fetchall()[0][0])
    try:
        print(unit, "fastparquet", fastparquet.ParquetFile("f.parquet").to_pandas()["at"][0])
    except ValueError as error:
        print(unit, "fastparquet", error)
PY
diff - seen <<'EXPECTED'
ns pyarrow 2026-01-01 00:00:00
ns duckdb 2026-01-01 00:00:00
ns fastparquet 2026-01-01 00:00:00
us pyarrow 2026-01-01 00:00:00
us duckdb 2026-01-01 00:00:00
us fastparquet 2026-01-01 00:00:00
ms pyarrow 2026-01-01 00:00:00
ms duckdb 2026-01-01 00:00:00
ms fastparquet 2026-01-01 00:00:00
s pyarrow 1970-01-01 00:29:27.225000
s duckdb 1970-01-01 00:29:27.225000
s fastparquet Cannot losslessly cast '1767225 ms' to s
EXPECTED
echo "as described"
