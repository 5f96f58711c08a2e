#!/usr/bin/env bash
# pyspark 4.1.1. One comment inside one element of an XML file turns that column, for every record, from a
# string into a struct with an array of strings: a comment is no data, and the next delivery without one has
# another schema.
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
for text in ("<r><v>ab</v></r>", "<r><v>a<!-- note -->b</v></r>"):
    with open("a.xml", "w") as file:
        file.write(f"<rs><r><v>x</v></r>{text}</rs>")
    frame = spark.read.option("rowTag", "r").format("xml").load("a.xml")
    print(frame.schema.simpleString(), [row.v for row in frame.collect()])
PY
diff - seen <<'EXPECTED'
struct<v:string> ['x', 'ab']
struct<v:struct<_VALUE:array<string>>> [Row(_VALUE=['x']), Row(_VALUE=['a', 'b'])]
EXPECTED
echo "as described"
