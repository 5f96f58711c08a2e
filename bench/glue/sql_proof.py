"""The core's SQL against Spark's on random expressions and rows: `npm run bench -- sql [expressions] [seed]`.

Equal, or left to Spark, and never different: exits with 1 otherwise. The last line is JSON.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue"):
    sys.path.insert(0, str(ROOT / folder))
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from sql_comparison import Comparison, compare
from sql_generator import Generator, table
from worker import session

ROWS, ROUND = 200, 400
WANTED = 100_000


def main() -> int:
    expressions = int(sys.argv[1]) if len(sys.argv) > 1 else 1_600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    spark, started = session(), time.monotonic()
    total = Comparison()
    for number in range(0, expressions, ROUND):
        generator = Generator(seed * 1_000_003 + number)
        made = [generator.check() if i % 2 else generator.expression() for i in range(min(ROUND, expressions - number))]
        found = compare(spark, made, table(random.Random(seed + number), ROWS))
        total.compared += found.compared
        total.failed += found.failed
        total.declined += found.declined
        total.different += found.different
        for text in found.different:
            print(text, flush=True)
        print(f"{number + len(made)} expressions, {total.compared} pairs, {len(total.different)} different, {time.monotonic() - started:.0f} s", flush=True)
    spark.stop()
    for reason, times in total.declined.most_common(25):
        print(f"left to Spark {times:5} {reason}")
    figures = {
        "name": "sql", "tried": total.compared, "wrong": len(total.different), "failing": total.failed,
        "left_to_spark": sum(total.declined.values()), "target": WANTED,
    }  # fmt: skip
    print(json.dumps(figures))
    return 1 if total.different or total.compared < min(WANTED, expressions * ROWS // 4) else 0


if __name__ == "__main__":
    sys.exit(main())
