"""Converts one case at a time, from bytes to Parquet in memory, by the build of this tree or of another.

    conversions.py <module of the cases> <tree>

stdin: {"case", "records", "times"}, a line each; times: how often the file is converted in one measurement.
stdout: {"seconds": of the processor, "megabytes", "counts": of the report}.
"""

import hashlib
import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TREE = Path(sys.argv[2])
for folder in ("glue-jobs", "test/glue-jobs/support"):
    sys.path.insert(0, str(TREE / folder))

import pyarrow as pa
from batches import contract, stage
from partition_to_parquet.errors import FileMismatch


@dataclass(frozen=True)
class Case:
    """A file and what its contract says. `key`: the name that the file is delivered under."""

    make: Callable[[], bytes]
    form: dict[str, Any]
    columns: list[dict[str, Any]]
    key: str = "f"


class Objects:
    """Objects in memory. As in S3 the ETag is noted at the write, and no read digests the whole object again."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], tuple[bytes, str]] = {}

    def read(self, bucket: str, key: str, version: str | None = None, etag: str | None = None, start: int | None = None, end: int | None = None) -> bytes:
        data, noted = self.held[bucket, key]
        if etag is not None and etag != noted:
            raise FileMismatch(f"'{key}' changed", key)
        return data[start or 0 : end]

    def write(self, bucket: str, key: str, body: bytes) -> None:
        self.held[bucket, key] = body, hashlib.md5(body).hexdigest()


def converter() -> Callable[[dict, Objects], dict]:
    """How the tree's build converts a staged batch without Spark."""
    import without_spark

    if hasattr(without_spark, "ListSpark"):
        from partition_to_parquet import job

        return lambda arguments, objects: job.run(without_spark.ListSpark(), arguments, objects)
    return without_spark.run


def main() -> None:
    # Without Arrow's threads processor time is that of one core.
    pa.set_cpu_count(1)
    cases_of: Callable[[int], dict[str, Case]] = importlib.import_module(sys.argv[1]).cases
    convert = converter()
    held, body = ("", 0), b""
    for line in sys.stdin:
        asked = json.loads(line)
        wanted = asked["case"], asked["records"]
        case = cases_of(asked["records"])[asked["case"]]
        # Only the file in use is held.
        if wanted != held:
            held, body = wanted, b""
            body = case.make()
        objects = Objects()
        arguments = stage(objects, contract(case.form, case.columns, load={"key": ["id"]}), {case.key: body})
        started = time.process_time()
        for _ in range(asked["times"]):
            report = convert(arguments, objects)
        seconds = time.process_time() - started
        print(json.dumps({"seconds": seconds, "megabytes": len(body) * asked["times"] / 1e6, "counts": report["counts"]}), flush=True)


if __name__ == "__main__":
    # What the cases import under this name is this module.
    sys.modules["conversions"] = sys.modules["__main__"]
    main()
