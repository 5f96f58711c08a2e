"""The Lambda `convert-batch`: the host for batches that one machine holds, with two processes of its own."""

import json
import os
from typing import Any

from partition_to_parquet.convert import Request, convert
from partition_to_parquet.metrics import metrics_line
from partition_to_parquet.objects import S3Objects
from partition_to_parquet.protection.key import SecretKey
from partition_to_parquet.worker_processes import Processes

# Kept from one invocation to the next, with its connections.
OBJECTS = S3Objects()


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Converts the batch of {batchFile, outputFolder} and returns {runId}, the name of the folder with its report.

    A batch that cannot be judged has a report with a verdict, as from the Glue job. Raises NeedsSpark for SQL that only
    Spark evaluates, MemoryError by this very name, and whatever goes wrong otherwise.
    """
    memory = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    # Which secret, where the source protects columns; never the key itself.
    secret = os.environ.get("PROTECTION_SECRET")
    run_id = str(context.aws_request_id)
    request = Request(event["batchFile"], event["outputFolder"], run_id, "lambda", int(memory) if memory else None)
    try:
        report = convert(Processes(), request, OBJECTS, SecretKey(secret) if secret else None)
    except MemoryError as error:
        # Arrow's is a subclass; the state machine goes by the name.
        raise MemoryError(str(error)) from error
    print(json.dumps(metrics_line(report)))
    return {"runId": run_id}
