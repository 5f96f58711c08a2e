"""Runs the whole job in this process, with lists in place of Spark's tasks; for contracts without SQL."""

import hashlib
from typing import Any

from batches import Result, read_result, stage
from partition_to_parquet.errors import FileMismatch
from partition_to_parquet.job import run


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
        self.held[bucket, key] = body


class _Rdd:
    def __init__(self, items):
        self.items = items

    def map(self, function):
        return _Rdd([function(item) for item in self.items])

    def collect(self):
        return self.items


class _Context:
    defaultParallelism = 2

    def parallelize(self, items, parts):
        return _Rdd(list(items))


class ListSpark:
    """As much of a session as the job uses where there is no SQL. Anything else fails."""

    sparkContext = _Context()

    class conf:
        @staticmethod
        def set(name, value):
            pass


def convert_here(contract: dict[str, Any], files: dict[str, bytes], metas: dict[str, dict] | None = None) -> Result:
    objects = MemoryObjects()
    return read_result(run(ListSpark(), stage(objects, contract, files, metas), objects), objects)
