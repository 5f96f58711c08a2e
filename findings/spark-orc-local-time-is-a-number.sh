#!/usr/bin/env bash
# pyspark 4.1.1, pyarrow 25.0.1. A column of TIMESTAMP_NTZ is a timestamp in Spark's Parquet and a plain long in its ORC, though ORC has
# a timestamp without zone of its own: an attribute of the column says what it is, which no other reader heeds.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pyspark==4.1.1 pyarrow==25.0.1
PYSPARK_PYTHON="$dir/env/bin/python" PYSPARK_DRIVER_PYTHON="$dir/env/bin/python" SPARK_LOCAL_IP=127.0.0.1 env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import glob
import pyarrow.orc, pyarrow.parquet
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
frame = spark.sql("select timestamp_ntz'2026-01-02 03:04:05' as at").coalesce(1)
frame.write.parquet("parquet")
frame.write.orc("orc")
print("parquet:", pyarrow.parquet.read_table(glob.glob("parquet/part-*")[0])["at"][0])
table = pyarrow.orc.read_table(glob.glob("orc/part-*")[0])
print("orc:", table["at"].type, table["at"][0], table.schema.field("at").metadata)
print("orc, by Spark:", spark.read.orc("orc").first()[0])
PY
diff - seen <<'EXPECTED'
parquet: 2026-01-02 03:04:05
orc: int64 1767323045000000 {b'spark.sql.catalyst.type': b'timestamp_ntz'}
orc, by Spark: 2026-01-02 03:04:05
EXPECTED
echo "as described"
