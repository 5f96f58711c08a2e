#!/usr/bin/env bash
# pyspark 4.1.1. Batches handed to Python are said to be limited by
# spark.sql.execution.arrow.maxRecordsPerBatch. A second limit of 64 MiB is in force as well: it has a value
# although nobody set it, yet `SET -v`, the list of all settings, does not show it.
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
name = "spark.sql.execution.arrow.maxBytesPerBatch"
print(spark.conf.get(name))
print("listed by SET -v:", any(row[0] == name for row in spark.sql("set -v").collect()))
PY
diff - seen <<'EXPECTED'
67108864b
listed by SET -v: False
EXPECTED
echo "as described"
