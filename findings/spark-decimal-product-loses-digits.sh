#!/usr/bin/env bash
# pyspark 4.1.1 (ANSI). The product of two decimal(38,18) is decimal(38,6): Spark gives digits behind the point
# away to keep those before it, silently, also where neither was needed. 0.0000004 times 1 is 0; NULL, an error,
# or a wider type would be expected of a mode that raises on overflow.
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
frame = spark.sql("select a * b as product, a / b as quotient from values (0.0000004bd, 1bd) as t(x, y) "
    "lateral view explode(array(cast(x as decimal(38,18)))) as a lateral view explode(array(cast(y as decimal(38,18)))) as b")
print([(field.name, field.dataType.simpleString()) for field in frame.schema])
print(frame.collect()[0].asDict())
PY
diff - seen <<'EXPECTED'
[('product', 'decimal(38,6)'), ('quotient', 'decimal(38,6)')]
{'product': Decimal('0.000000'), 'quotient': Decimal('0.000000')}
EXPECTED
echo "as described"
