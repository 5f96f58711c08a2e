#!/usr/bin/env bash
# sqlglot 30.30.0 with pyspark 4.1.1. `extract(dow from d)` counts Sunday as 0 in Redshift, PostgreSQL and
# DuckDB and as 1 in Spark. Transpiled from Redshift to Spark the text stays as it is, so the same query gives
# another number; arithmetic that adapts it would be expected, as sqlglot has for other functions.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check sqlglot==30.30.0 pyspark==4.1.1
PYSPARK_PYTHON="$dir/env/bin/python" PYSPARK_DRIVER_PYTHON="$dir/env/bin/python" SPARK_LOCAL_IP=127.0.0.1 env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
import sqlglot
sql = sqlglot.transpile("select extract(dow from d) from t", read="redshift", write="spark")[0]
print(sql)
spark.sql("select date'2026-11-29' as d").createOrReplaceTempView("t")
print("a Sunday in Spark:", spark.sql(sql).collect()[0][0], "- in Redshift: 0")
PY
diff - seen <<'EXPECTED'
SELECT EXTRACT(DOW FROM d) FROM t
a Sunday in Spark: 1 - in Redshift: 0
EXPECTED
echo "as described"
