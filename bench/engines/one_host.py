"""Converts a batch with one host of one tree of Sluice: `one_host.py <tree> <lambda|glue> <folder> <csv>`.

Commands come line by line on stdin; each is answered by one line of JSON.
    stage    writes the CSV as a batch into the folder                         {"staged": true}
    run      converts it, to Parquet and report, in this process              {"seconds", "counts"}
"""

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

TREE, HOST, FOLDER, CSV_FILE = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
FOLDERS = [str(TREE / folder) for folder in ("glue-jobs", "test/glue-jobs/support", "bench/glue")]
sys.path[:0] = FOLDERS
ARGUMENTS = Path(FOLDER) / "arguments.json"


class Served:
    """Objects in a folder, read as S3 serves them, also by another process than the one that wrote them."""

    def path(self, bucket: str, key: str) -> Path:
        return Path(FOLDER) / bucket / key

    def read(self, bucket, key, version=None, etag=None, start=None, end=None) -> bytes:
        with self.path(bucket, key).open("rb") as file:
            file.seek(start or 0)
            return file.read() if end is None else file.read(max(0, end - (start or 0)))

    def write(self, bucket: str, key: str, body: bytes) -> None:
        path = self.path(bucket, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


class WithoutPandas:
    """The Lambda's archive has none, and Arrow imports it where it is."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name=name)


def stage_batch() -> dict:
    from batches import CSV, column, contract, stage

    columns = [
        column("id", "integer", required=True),
        column("date", "timestamp", required=True),
        column("delay", "smallint"),
        column("distance", "integer"),
        column("origin", "varchar(3)"),
        column("destination", "varchar(3)"),
    ]
    checks = {"distance": "distance is null or distance between 0 and 10000"}
    flights = contract(CSV, columns, load={"key": ["id"], "order_by": "date"}, checks=checks)
    ARGUMENTS.write_text(json.dumps(stage(Served(), flights, {"flights.csv": CSV_FILE.read_bytes()})))
    return {"staged": True}


def converter():
    """A function that converts the staged batch and returns the counts; what stays warm is made here, once."""
    objects = Served()
    arguments = json.loads(ARGUMENTS.read_text())
    if HOST == "lambda":
        sys.meta_path.insert(0, WithoutPandas())
        from partition_to_parquet import lambda_function

        lambda_function.OBJECTS = objects
        event = {"batchFile": arguments["batch_file"], "outputFolder": arguments["output_folder"]}

        def convert() -> dict:
            answer = lambda_function.handler(event, SimpleNamespace(aws_request_id="request"))
            bucket, _, folder = arguments["output_folder"].removeprefix("s3://").partition("/")
            return json.loads(objects.read(bucket, f"{folder}{answer['runId']}/report.json"))["counts"]

        return convert
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(FOLDERS)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from partition_to_parquet.job import run
    from worker import session

    spark = session()
    return lambda: run(spark, arguments, objects)["counts"]


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    convert = None
    for line in sys.stdin:
        if line.strip() == "stage":
            answer = stage_batch()
        else:
            convert = convert or converter()
            started = time.monotonic()
            counts = convert()
            answer = {"seconds": time.monotonic() - started, "counts": counts}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
