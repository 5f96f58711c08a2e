"""`python -I -S run_archive.py <archive> <contract.json>`: converts one small batch with an archive of convert-batch and nothing
else, not even this Python's own packages, and prints the report.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from partition_to_parquet import lambda_function


class Objects:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def read(self, bucket, key, version=None, etag=None, start=None, end=None) -> bytes:
        return self.bodies[key][start:end]

    def write(self, bucket: str, key: str, body: bytes) -> None:
        self.bodies[key] = body


class Context:
    aws_request_id = "request-1"


def main() -> None:
    with open(sys.argv[2], encoding="utf-8") as file:
        contract = json.load(file)
    body = b'{"id": "a"}\n{"id": "b"}\n{"id": null}\n'
    batch = {
        "dataset": contract["dataset"], "partition": "2026-11-22T05", "partition_start": "2026-11-22T05:00:00Z",
        "batch_id": "b", "revision": "r", "place": "p", "contract": "s3://b/contract.json",
        "manifest": {"key": "m", "last_modified": "2026-11-22T06:15:00.000Z"},
        "files": [{"bucket": "b", "key": "a.json", "content_length": len(body)}],
    }  # fmt: skip
    objects = Objects()
    objects.write("b", "a.json", body)
    objects.write("b", "contract.json", json.dumps(contract).encode())
    objects.write("b", "batch.json", json.dumps(batch).encode())
    lambda_function.OBJECTS = objects
    lambda_function.handler({"batchFile": "s3://b/batch.json", "outputFolder": "s3://b/run/"}, Context())
    print(objects.bodies["run/request-1/report.json"].decode().replace("\n", " "))


main()
