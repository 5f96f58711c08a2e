#!/usr/bin/env bash
# pyspark 4.1.1 (ANSI, its default). `qty = 0 or total / qty > 1` is safe where qty is 0, as everybody writes
# it. The same guard around BETWEEN, or around two comparisons of the same quotient, is not: Spark computes
# `total / qty` once, below or before the OR, and the query ends in DIVIDE_BY_ZERO. A CASE keeps its promise.
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
spark.createDataFrame([(0, 5), (2, 5)], "qty int, total int").createOrReplaceTempView("orders")
for condition in (
    "qty = 0 or total / qty > 1",
    "qty = 0 or total / qty between 1 and 100",
    "qty = 0 or (total / qty > 1 and total / qty < 100)",
    "case when qty = 0 then true else total / qty between 1 and 100 end",
):
    print(condition, "->", ask(f"select {condition} from orders"))
PY
diff - seen <<'EXPECTED'
qty = 0 or total / qty > 1 -> [True, True]
qty = 0 or total / qty between 1 and 100 -> [DIVIDE_BY_ZERO]
qty = 0 or (total / qty > 1 and total / qty < 100) -> [DIVIDE_BY_ZERO]
case when qty = 0 then true else total / qty between 1 and 100 end -> [True, True]
EXPECTED
echo "as described"
