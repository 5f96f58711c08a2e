"""Every folder of test/scenarios through the real job: contract.yaml, batches/<n>/<files>, expected/<n>.json.

A file `_meta.json` in a batch gives members of batch.json by file name (record_count and the like).
SLUICE_WRITE_EXPECTED=1 writes expected/ anew, to be read before it is committed.
"""

import base64
import json
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from batches import convert, read_result, stage
from folder_objects import FolderObjects
from partition_to_parquet import lambda_function

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "test" / "scenarios"
CASES = sorted(
    (folder.parent.parent.name, folder.name)
    for folder in SCENARIOS.glob("*/batches/*")
    if (folder.parent.parent / "contract.yaml").exists()
)

# How most files are read; what differs is part of what a scenario fixes.
PLAIN = {"compression": "none", "encoding": "utf-8", "byte_order_mark": False}


@pytest.fixture(scope="module")
def contracts():
    tsx = ROOT / "node_modules" / ".bin" / "tsx"
    script = ROOT / "test" / "glue-jobs" / "support" / "compile-scenarios.ts"
    return json.loads(subprocess.run([tsx, script], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def shown(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if value is None or isinstance(value, (int, str, bool)) else str(value)


def seen(result) -> dict:
    """What a scenario fixes: not the run's own names, sizes and times."""
    rows = [{name: shown(value) for name, value in row.items() if name != "sluice_batch"} for row in result.rows]
    rejects = [
        {name: reject[name] for name in ("source_file", "record_number", "reason", "column", "rule", "raw")} for reject in result.rejects
    ]
    verdict = result.report["verdict"]
    forms = {file["key"]: file["form"] for file in result.report["files"] if not PLAIN.items() >= file["form"].items()}
    return {
        **({"forms": forms} if forms else {}),
        "verdict": verdict,
        "counts": result.report["counts"],
        "warnings": result.report["warnings"],
        "rows": sorted(rows, key=json.dumps),
        "rejects": sorted(rejects, key=lambda reject: (reject["source_file"], reject["record_number"])),
    }


def test_there_are_scenarios():
    assert len(CASES) >= 20


def batch_of(scenario: str, batch: str) -> tuple[dict[str, bytes], dict]:
    """A batch's files, and members of batch.json for some of them."""
    folder = SCENARIOS / scenario / "batches" / batch
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "_meta.json"}
    return files, json.loads((folder / "_meta.json").read_text()) if (folder / "_meta.json").exists() else {}


def by_lambda(folder: Path, monkeypatch: pytest.MonkeyPatch, contract: dict, files: dict, metas: dict):
    """The batch as the Lambda's handler converts it."""
    objects = FolderObjects(str(folder))
    arguments = stage(objects, contract, files, metas)
    monkeypatch.setattr(lambda_function, "OBJECTS", objects)
    event = {"batchFile": arguments["batch_file"], "outputFolder": arguments["output_folder"]}
    answer = lambda_function.handler(event, SimpleNamespace(aws_request_id="jr_1"))
    key = f"{arguments['output_folder'].removeprefix('s3://processed/')}{answer['runId']}/report.json"
    return read_result(json.loads(objects.read("processed", key)), objects)


@pytest.mark.parametrize(("scenario", "batch"), CASES)
def test_scenario(contracts, scenario, batch, spark, tmp_path, monkeypatch):
    """As expected, and the same by both hosts: rows, rejects and report."""
    files, metas = batch_of(scenario, batch)
    mine = by_lambda(tmp_path / "lambda", monkeypatch, contracts[scenario], files, metas)
    expected = SCENARIOS / scenario / "expected" / f"{batch}.json"
    if os.environ.get("SLUICE_WRITE_EXPECTED"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(json.dumps(seen(mine), ensure_ascii=False, indent=1) + "\n")
    assert seen(mine) == json.loads(expected.read_text())
    theirs = convert(spark, tmp_path / "glue", contracts[scenario], files, metas)
    assert seen(theirs) == seen(mine)
    assert mine.table is None or mine.table.schema == theirs.table.schema
    assert sorted(mine.rejects, key=json.dumps) == sorted(theirs.rejects, key=json.dumps)
    assert comparable(mine.report) == comparable(theirs.report)
    assert (mine.report["engine"], theirs.report["engine"]) == ("lambda", "glue")


def comparable(report: dict) -> dict:
    """The report without what tells the hosts apart."""
    return {name: value for name, value in report.items() if name not in ("engine", "seconds", "memory_megabytes")}
