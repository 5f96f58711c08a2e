"""The Glue job `partition-to-parquet`: reads the files of one batch, writes Parquet, rejected rows and a report."""

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from partition_to_parquet.batch import read_batch, split_uri
from partition_to_parquet.contract import read_contract
from partition_to_parquet.errors import Verdict
from partition_to_parquet.metrics import metrics_line
from partition_to_parquet.objects import Objects, S3Objects
from partition_to_parquet.outcome import Outcome
from partition_to_parquet.parts import Work
from partition_to_parquet.report import check_counts, copy_manifest_of, report_of
from partition_to_parquet.run_batch import run_batch

ARGUMENTS = ["JOB_NAME", "batch_file", "output_folder", "partition_folder"]


def run(spark: Any, arguments: Mapping[str, str], objects: Objects) -> dict[str, Any]:
    """Converts one batch and returns the report that it wrote last.

    `arguments`: batch_file, output_folder (the run folder) and JOB_RUN_ID, the name of this run's own folder.
    A batch that cannot be judged ends in a report with a verdict; whatever is raised is trouble of the machinery.
    """
    started = time.monotonic()
    configure(spark)
    batch = read_batch(read_json(objects, arguments["batch_file"]))
    contract = read_contract(read_json(objects, batch.contract))
    bucket, run_folder = split_uri(arguments["output_folder"])
    run_id = arguments["JOB_RUN_ID"]
    work = Work(objects, batch, contract, bucket, f"{run_folder}{run_id}/")
    seconds: dict[str, float] = {}
    verdict: Verdict | None = None
    try:
        outcome = run_batch(spark, work, seconds)
        check_counts(batch, outcome)
    except Verdict as found:
        verdict, outcome = found, Outcome()
    copy_manifest = None
    if outcome.output:
        key = f"{work.folder}copy-manifest.json"
        objects.write(bucket, key, to_json(copy_manifest_of(bucket, outcome)))
        copy_manifest = f"s3://{bucket}/{key}"
    seconds["total"] = time.monotonic() - started
    report = report_of(batch, contract, outcome, run_id, seconds, copy_manifest, verdict)
    objects.write(bucket, f"{work.folder}report.json", to_json(report))
    return report


def configure(spark: Any) -> None:
    """Spark SQL sees timestamps in UTC, raises where a value does not fit, and sends large Arrow batches."""
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.ansi.enabled", "true")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "50000")


def read_json(objects: Objects, uri: str) -> dict[str, Any]:
    return json.loads(objects.read(*split_uri(uri)))


def to_json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def main() -> None:
    from awsglue.utils import getResolvedOptions
    from pyspark.sql import SparkSession

    options = getResolvedOptions(sys.argv, ARGUMENTS)
    # Glue puts the run's id into sys.argv itself, and getResolvedOptions refuses to be asked for it.
    run_id = options.get("JOB_RUN_ID") or sys.argv[sys.argv.index("--JOB_RUN_ID") + 1]
    report = run(SparkSession.builder.getOrCreate(), {**options, "JOB_RUN_ID": run_id}, S3Objects())
    print(json.dumps(metrics_line(report)))


if __name__ == "__main__":
    main()
