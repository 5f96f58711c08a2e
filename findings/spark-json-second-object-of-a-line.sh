#!/usr/bin/env bash
# pyspark 4.1.1. Two JSON objects in one line (what Firehose writes without a delimiter) are read as one record;
# the second is dropped without a word, also in mode FAILFAST, which promises to fail on what it cannot read.
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
with open("two.json", "w") as file:
    file.write('{"a":1}{"a":2}\n{"a":3}\n')
for mode in ("PERMISSIVE", "DROPMALFORMED", "FAILFAST"):
    print(mode, [row.a for row in spark.read.schema("a int").option("mode", mode).json("two.json").collect()])
PY
diff - seen <<'EXPECTED'
PERMISSIVE [1, 3]
DROPMALFORMED [1, 3]
FAILFAST [1, 3]
EXPECTED
echo "as described"
