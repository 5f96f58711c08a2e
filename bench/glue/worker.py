"""Runs one way of turning flights into Parquet at a time, on a warm Spark session; commands come line by line on stdin.

    worker.py <tree>    by the build of that tree

    prepare   writes the CSV and answers {"csv", "rows", "bytes"}
    plain     plain Spark: CSV to Parquet with the same explicit schema, no rules      {"seconds", "rows"}
    job       the whole Glue job, with checks, rejects, deduplication and report       {"seconds", "rows", "report"}
    sql       the same with checks and expressions that only Spark evaluates           {"seconds", "rows", "report"}
    explain   Spark's plan of the plain way                                            {"plan"}
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TREE = Path(sys.argv[1]) if __name__ == "__main__" else ROOT
for folder in (TREE / "glue-jobs", TREE / "test/glue-jobs/support", ROOT / "bench/glue"):
    sys.path.insert(0, str(folder))
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:3])
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from batches import CSV, column, contract, stage
from flights import write_csv
from partition_to_parquet.job import run
from served_objects import ServedObjects

SCHEMA = "id int, date timestamp, delay smallint, distance int, origin string, destination string"
COLUMNS = [
    column("id", "integer", required=True),
    column("date", "timestamp", required=True),
    column("delay", "smallint"),
    column("distance", "integer"),
    column("origin", "varchar(3)"),
    column("destination", "varchar(3)"),
]
LOAD = {"key": ["id"], "order_by": "date"}
CHECKS = {"distance": "distance is null or distance between 0 and 10000"}
SQL_COLUMNS = [
    column("code", "varchar(4)", expression="soundex(origin)"),
    column("route", "varchar(9)", expression="format_string('%s-%s', origin, destination)"),
]
SQL_CHECKS = {
    **CHECKS,
    "elsewhere": "levenshtein(origin, destination) > 0 or distance = 0",
    "quick": "delay is null or abs(delay) < 60 * 24 * 2 and (levenshtein(origin, destination) < 4 or distance > 0)",
}
CONTRACTS = {
    "job": contract(CSV, COLUMNS, load=LOAD, checks=CHECKS),
    "sql": contract(CSV, [*COLUMNS, *SQL_COLUMNS], load=LOAD, checks=SQL_CHECKS),
}


def session(memory: str = "2g"):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", memory)
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        base, spark = Path(folder), None
        stores = {name: ServedObjects(str(base / name)) for name in CONTRACTS}
        arguments: dict[str, dict[str, str]] = {}
        for line in sys.stdin:
            command, started = line.strip(), time.monotonic()
            if command == "prepare":
                path = base / "flights.csv"
                rows = write_csv(path)
                for name, each in CONTRACTS.items():
                    arguments[name] = stage(stores[name], each, {"flights.csv": path.read_bytes()})
                answer = {"csv": str(path), "rows": rows, "bytes": path.stat().st_size}
                spark = session()
            elif command == "plain":
                frame = spark.read.schema(SCHEMA).option("header", True).csv(str(base / "flights.csv"))
                frame.write.mode("overwrite").parquet(str(base / "plain"))
                answer = {"seconds": time.monotonic() - started}
            elif command == "explain":
                frame = spark.read.schema(SCHEMA).option("header", True).csv(str(base / "flights.csv"))
                answer = {"plan": frame._jdf.queryExecution().toString()}
            else:
                report = run(spark, arguments[command], stores[command])
                answer = {"seconds": time.monotonic() - started, "rows": report["counts"], "report": report["seconds"]}
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
