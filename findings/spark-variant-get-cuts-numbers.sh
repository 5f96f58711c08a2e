#!/usr/bin/env bash
# pyspark 4.1.1 (ANSI). variant_get of 3.7 as int is 3, without an error, though `cast('3.7' as int)` raises;
# and a value that goes through parse_json and to_json has its members sorted, 1.10 as 1.1, and a long number as
# a double.
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
for sql in (
    "select variant_get(parse_json('{\"n\":3.7}'), '$.n', 'int')",
    "select cast('3.7' as int)",
    "select to_json(parse_json('{\"b\":1.10,\"a\":12345678901234567890123456789012345678901}'))",
):
    print(sql, "->", ask(sql))
PY
diff - seen <<'EXPECTED'
select variant_get(parse_json('{"n":3.7}'), '$.n', 'int') -> [3]
select cast('3.7' as int) -> [CAST_INVALID_INPUT]
select to_json(parse_json('{"b":1.10,"a":12345678901234567890123456789012345678901}')) -> ['{"a":1.2345678901234568E40,"b":1.1}']
EXPECTED
echo "as described"
