"""Lays out a batch as the validation does, runs the job on it, and reads what it wrote."""

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq
from folder_objects import FolderObjects

PARTITION = "2026-11-22T05"
RUN_FOLDER = "runs/things/2026-11-22T05/0123456789abcdef0123456789abcdef/r1/execution/"


@dataclass
class Result:
    report: dict[str, Any]
    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    table: Any
    objects: FolderObjects


def column(name: str, type: str, **more: Any) -> dict[str, Any]:
    """A compiled column: `type` as a contract writes it."""
    kind: dict[str, Any] = {"name": type.partition("(")[0]}
    if "(" in type:
        sizes = [int(size) for size in type.partition("(")[2].rstrip(")").split(",")]
        kind.update({"precision": sizes[0], "scale": (sizes + [0])[1]} if kind["name"] == "decimal" else {"length": sizes[0]})
    source = None if "value" in more or "expression" in more else name
    return {"name": name, "from": source, "value": None, "expression": None, "type": kind, **more}


def contract(format: dict[str, Any], columns: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A compiled contract with the given load members."""
    return {
        "version": 1,
        "dataset": "things",
        "source": "shop",
        "format": {"compression": "by_name", "encoding": None, **format},
        "columns": columns,
        "checks": [{"name": name, "sql": sql} for name, sql in more.get("checks", {}).items()],
        "unknown_columns": more.get("unknown_columns", "warn"),
        "load": {"mode": "upsert", "key": [], "order_by": None, "conflicts": "reject", "deduplicate": None, **more.get("load", {})},
    }  # fmt: skip


JSON_LINES = {"type": "json", "lines": True, "records": None}
CSV = {"type": "csv", "delimiter": ",", "quote": '"', "escape": "double", "header": True, "comment": None}


def stage(objects: FolderObjects, contract: dict, files: dict[str, bytes], metas: dict[str, dict] | None = None) -> dict[str, str]:
    """Writes files, contract.json and batch.json; returns the job's arguments."""
    entries = []
    for key, body in files.items():
        objects.write("landing", key, body)
        entry = {"bucket": "landing", "key": key, "version_id": None, "etag": hashlib.md5(body).hexdigest()}
        entries.append({**entry, "content_length": len(body), "record_count": None, "sha256": None, **(metas or {}).get(key, {})})
    batch = {
        "version": 1,
        "dataset": "things",
        "source": "shop",
        "partition": PARTITION,
        "partition_start": "2026-11-22T05:00:00Z",
        "batch_id": "0123456789abcdef0123456789abcdef",
        "revision": "r1",
        "place": "2026-11-22T05/r1/0123",
        "manifest": {"bucket": "landing", "key": "things/_manifest.json", "version_id": None, "etag": "x",
                     "last_modified": "2026-11-22T06:01:02.000Z"},
        "execution": "execution",
        "force": False,
        "files": entries,
        "left_out": [],
        "contract": f"s3://processed/{RUN_FOLDER}contract.json",
    }  # fmt: skip
    objects.write("processed", f"{RUN_FOLDER}contract.json", json.dumps(contract).encode())
    objects.write("processed", f"{RUN_FOLDER}batch.json", json.dumps(batch).encode())
    return {
        "batch_file": f"s3://processed/{RUN_FOLDER}batch.json",
        "output_folder": f"s3://processed/{RUN_FOLDER}",
        "partition_folder": "s3://landing/things/2026/11/22/05/",
        "JOB_RUN_ID": "jr_1",
    }


def convert(spark: Any, folder: Any, contract: dict, files: dict[str, bytes], metas: dict[str, dict] | None = None) -> Result:
    """Runs the job on a batch of the given files and reads all that it wrote."""
    from partition_to_parquet.job import run

    objects = FolderObjects(str(folder))
    report = run(spark, stage(objects, contract, files, metas), objects)
    return read_result(report, objects)


def read_result(report: dict, objects: FolderObjects) -> Result:
    import pyarrow as pa

    tables = []
    for entry in report["output"]:
        body = objects.read("processed", entry["key"])
        assert len(body) == entry["content_length"]
        tables.append(pq.read_table(io.BytesIO(body)))
        assert tables[-1].num_rows == entry["rows"]
    table = pa.concat_tables(tables) if tables else None
    rejects = []
    for entry in report["rejects"]:
        body = objects.read("processed", entry["key"])
        lines = [json.loads(line) for line in body.splitlines()]
        assert (len(body), len(lines)) == (entry["content_length"], entry["rows"])
        rejects.extend(lines)
    return Result(report, table.to_pylist() if table else [], rejects, table, objects)
