"""Runs the whole conversion in this process, without Spark."""

import hashlib
from typing import Any

from batches import Result, read_result, stage
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.errors import FileMismatch
from partition_to_parquet.executors import InProcess


class MemoryObjects:
    """Objects in a dictionary."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], bytes] = {}

    def read(self, bucket, key, version=None, etag=None, start=None, end=None) -> bytes:
        data = self.held[bucket, key]
        if etag is not None and hashlib.md5(data).hexdigest() != etag:
            raise FileMismatch(f"'{key}' changed", key)
        return data[start or 0 : end]

    def write(self, bucket, key, body) -> None:
        self.held[bucket, key] = bytes(body)


class InParts(InProcess):
    """Plans for two tasks at a time, and runs one after the other."""

    parallelism = 2


def convert_here(contract: dict[str, Any], files: dict[str, bytes], metas: dict[str, dict] | None = None) -> Result:
    objects = MemoryObjects()
    return read_result(run(stage(objects, contract, files, metas), objects), objects)


def run(arguments: dict[str, str], objects: Any) -> dict[str, Any]:
    """Converts a staged batch in this process and returns its report."""
    request = Request(arguments["batch_file"], arguments["output_folder"], arguments["JOB_RUN_ID"], "lambda")
    return convert(InParts(), request, objects)
