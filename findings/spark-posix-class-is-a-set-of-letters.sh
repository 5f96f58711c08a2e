#!/usr/bin/env bash
# pyspark 4.1.1. rlike takes `[[:alpha:]]` without an error, as PostgreSQL and Redshift do, but to Java it is
# the set of the letters a, l, p, h and the colon: 'abc' does not match, 'alpha' and ':' do. A rule that is
# moved from the warehouse into Spark turns round in silence.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyspark==4.1.1
PYSPARK_PYTHON="$dir/env/bin/python" PYSPARK_DRIVER_PYTHON="$dir/env/bin/python" SPARK_LOCAL_IP=127.0.0.1 env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
def ask(sql):
    try:
        return str([row[0] for row in spark.sql(sql).collect()])
    except Exception as error:
        return str(error).split("]")[0] + "]"
for text in ("abc", "alpha", ":"):
    print(text, ask(f"select '{text}' rlike '^[[:alpha:]]+$'"))
PY
diff - seen <<'EXPECTED'
abc [False]
alpha [True]
: [True]
EXPECTED
echo "as described"
