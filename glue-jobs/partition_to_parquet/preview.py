"""Converts local files as the job would, without S3 and Spark: `python -m partition_to_parquet.preview`.

stdin, a line each: {"contract": a compiled contract, "files": [paths], "limit": how many rows and rejects to show}.
or {"contract", "replay": {"batch": batch.json of a load, "files": {key: path}, "rejects": its rejected rows as JSON lines, "records"}}.
stdout, a line each: {"report", "rows", "rejects", "warnings", "notes"}, or {"error": {"name", "message"}} where the contract
asks for what the core does not have; the exit code is then 1. For a replay: {"verdict", "passed", "rejects"}.
"""

import base64
import io
import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from partition_to_parquet.contract import read_contract
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.errors import ContractInvalid, NeedsSpark
from partition_to_parquet.executors import InProcess
from partition_to_parquet.protection.key import GivenKey
from partition_to_parquet.protection.protect import MASK

_BUCKET, _FOLDER = "preview", "run/"
_LIMIT = 20


class LocalFiles:
    """Objects: reads the given files, keeps what is written in memory."""

    def __init__(self, paths: dict[str, str]):
        self.paths = paths
        self.written: dict[str, bytes] = {}

    def read(
        self, bucket: str, key: str, version: str | None = None, etag: str | None = None,
        start: int | None = None, end: int | None = None,
    ) -> bytes:  # fmt: skip
        if bucket == _BUCKET:
            return self.written[key][start or 0 : end]
        if key not in self.paths:
            raise FileNotFoundError(key)
        with Path(self.paths[key]).open("rb") as file:
            file.seek(start or 0)
            return file.read() if end is None else file.read(max(0, end - (start or 0)))

    def write(self, bucket: str, key: str, body: bytes | pa.Buffer) -> None:
        self.written[key] = body


def preview(contract: dict[str, Any], files: list[str], limit: int = _LIMIT) -> dict[str, Any]:
    """What the contract makes of the files: the report, and the first rows and rejects, in the order of the files."""
    objects = LocalFiles({path: path for path in files})
    now = datetime.now(timezone.utc)
    batch = {
        "dataset": contract["dataset"],
        "partition": now.strftime("%Y-%m-%dT%H"),
        "partition_start": now.strftime("%Y-%m-%dT%H:00:00Z"),
        "batch_id": "0" * 32,
        "revision": "preview",
        "place": "preview",
        "manifest": {"key": "preview", "last_modified": now.strftime("%Y-%m-%dT%H:%M:%S.000Z")},
        "contract": f"s3://{_BUCKET}/contract.json",
        "files": [{"bucket": "files", "key": path, "content_length": Path(path).stat().st_size} for path in files],
    }
    objects.write(_BUCKET, "contract.json", json.dumps(contract).encode())
    objects.write(_BUCKET, "batch.json", json.dumps(batch).encode())
    request = Request(f"s3://{_BUCKET}/batch.json", f"s3://{_BUCKET}/{_FOLDER}", "preview", "preview")
    # Keys of records are told apart by hashes here too; they are made with a key of their own, and none is shown.
    report = convert(InProcess(), request, objects, GivenKey(os.urandom(32)))
    hidden = {column.name for column in read_contract(contract).protected}
    rows = [
        {name: _hidden(value) if name in hidden else value for name, value in row.items()}
        for row in _rows(objects, report, limit)
    ]
    return {
        "report": report,
        "rows": rows,
        "rejects": _rejects(objects, report, limit),
        "warnings": report["warnings"],
        "notes": report.get("notes", []),
    }


def preview_replay(contract: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """What a replay would come to: the rows that pass, and those that stay rejected."""
    objects = LocalFiles(asked["files"])
    batch = {**asked["batch"], "contract": f"s3://{_BUCKET}/contract.json", "record_count": None}
    batch["files"] = [{**file, "record_count": None} for file in batch["files"]]
    batch["replay"] = {"rejects": ["before.json"], "records": asked["records"]}
    objects.write(_BUCKET, "contract.json", json.dumps(contract).encode())
    objects.write(_BUCKET, "before.json", asked["rejects"].encode())
    objects.write(_BUCKET, "batch.json", json.dumps(batch).encode())
    request = Request(f"s3://{_BUCKET}/batch.json", f"s3://{_BUCKET}/{_FOLDER}", "preview", "preview")
    report = convert(InProcess(), request, objects, GivenKey(os.urandom(32)))

    def lines(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = [json.loads(line) for entry in entries for line in objects.written[entry["key"]].splitlines()]
        return sorted(found, key=lambda row: (row["source_file"], row["record_number"]))

    return {"verdict": report["verdict"], "passed": lines(report["replayed"]), "rejects": lines(report["rejects"])}


def _hidden(value: Any) -> str | None:
    """A protected value as it is shown where there is no account."""
    return None if value is None else MASK


def _rows(objects: LocalFiles, report: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for entry in report["output"]:
        if len(rows) >= limit:
            break
        table = pq.read_table(io.BytesIO(objects.written[entry["key"]])).slice(0, limit - len(rows))
        rows.extend({name: _shown(value) for name, value in row.items() if not name.startswith("sluice_")} for row in table.to_pylist())
    return rows


def _rejects(objects: LocalFiles, report: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    rejects = [json.loads(line) for entry in report["rejects"] for line in objects.written[entry["key"]].splitlines()]
    places = {entry["key"]: place for place, entry in enumerate(report["files"])}
    # A member of an archive is called `<key>!<member>`.
    rejects.sort(key=lambda reject: (_place(reject["source_file"], places), reject["source_file"], reject["record_number"]))
    return [{name: value for name, value in reject.items() if name not in ("batch_id", "partition")} for reject in rejects[:limit]]


def _place(source_file: str, places: dict[str, int]) -> int:
    if source_file in places:
        return places[source_file]
    return next(place for key, place in places.items() if source_file.startswith(f"{key}!"))


def _shown(value: Any) -> Any:
    """A value as JSON holds it without loss: numbers that a double does not hold exactly, and times, as text."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if value is None or isinstance(value, (bool, str)) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def main() -> int:
    """The command: a JSON document a line in, one a line out, until there is no more."""
    status = 0
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        try:
            if "replay" in asked:
                answer = preview_replay(asked["contract"], asked["replay"])
            else:
                answer = preview(asked["contract"], asked["files"], asked.get("limit", _LIMIT))
        except (ContractInvalid, NeedsSpark, OSError) as error:
            answer = {"error": {"name": type(error).__name__, "message": str(error)}}
            status = 1
        print(json.dumps(answer), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
