"""Every folder of test/scenarios through the real job: contract.yaml, batches/<n>/<files>, expected/<n>.json.

A file `_meta.json` in a batch gives members of batch.json by file name (record_count and the like).
SLUICE_WRITE_EXPECTED=1 writes expected/ anew, to be read before it is committed.
"""

import base64
import json
import os
import subprocess
from functools import partial
from pathlib import Path

import pytest
from batches import convert
from without_spark import convert_here

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "test" / "scenarios"
CASES = sorted(
    (folder.parent.parent.name, folder.name)
    for folder in SCENARIOS.glob("*/batches/*")
    if (folder.parent.parent / "contract.yaml").exists()
)

ON_SPARK = {"csv-quotes", "json-lines-numbers", "json-array-one-bad", "xml-namespaces", "zip-members"}
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


def has_sql(contract: dict) -> bool:
    return bool(contract["checks"]) or any(column["expression"] for column in contract["columns"])


def look(convert, contract: dict, scenario: str, batch: str) -> None:
    folder = SCENARIOS / scenario / "batches" / batch
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "_meta.json"}
    metas = json.loads((folder / "_meta.json").read_text()) if (folder / "_meta.json").exists() else {}
    found = seen(convert(contract, files, metas))
    expected = SCENARIOS / scenario / "expected" / f"{batch}.json"
    if os.environ.get("SLUICE_WRITE_EXPECTED"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize(("scenario", "batch"), CASES)
def test_scenario(contracts, scenario, batch, request, tmp_path):
    """In this process; what needs SQL, and one scenario of each format, on Spark."""
    if not has_sql(contracts[scenario]):
        look(convert_here, contracts[scenario], scenario, batch)
    if has_sql(contracts[scenario]) or scenario in ON_SPARK:
        spark = request.getfixturevalue("spark")
        look(partial(convert, spark, tmp_path), contracts[scenario], scenario, batch)
