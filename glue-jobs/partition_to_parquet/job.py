"""The Glue job `partition-to-parquet`: the host that lets Spark distribute a batch."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from partition_to_parquet.convert import Request, convert
from partition_to_parquet.metrics import metrics_line
from partition_to_parquet.objects import Objects, S3Objects
from partition_to_parquet.protection.key import Key, SecretKey

ARGUMENTS = ["JOB_NAME", "batch_file", "output_folder", "partition_folder"]


def run(spark: Any, arguments: Mapping[str, str], objects: Objects, key: Key | None = None) -> dict[str, Any]:
    """Converts one batch and returns its report. `key` is that of columns with `protect: hash`.

    `arguments`: batch_file, output_folder (the run folder), JOB_RUN_ID, the name of this run's own folder, and, of a batch
    that the Lambda did not finish, handed_over.
    """
    from partition_to_parquet.spark.executor import SparkExecutor

    request = Request(
        arguments["batch_file"], arguments["output_folder"], arguments["JOB_RUN_ID"], "glue", None, arguments.get("handed_over") or None
    )
    return convert(SparkExecutor(spark), request, objects, key)


def main() -> None:
    from awsglue.utils import getResolvedOptions
    from pyspark.sql import SparkSession

    optional = [name for name in ("handed_over", "protection_secret") if f"--{name}" in sys.argv]
    options = getResolvedOptions(sys.argv, [*ARGUMENTS, *optional])
    # Glue puts the run's id into sys.argv itself, and getResolvedOptions refuses to be asked for it.
    run_id = options.get("JOB_RUN_ID") or sys.argv[sys.argv.index("--JOB_RUN_ID") + 1]
    secret = options.get("protection_secret")
    key = SecretKey(secret) if secret else None
    report = run(SparkSession.builder.getOrCreate(), {**options, "JOB_RUN_ID": run_id}, S3Objects(), key)
    print(json.dumps(metrics_line(report)))


if __name__ == "__main__":
    main()
