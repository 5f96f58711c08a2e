"""Every folder of test/scenarios through the real job: contract.yaml, batches/<n>/<files>, expected/<n>.json.

A file `_meta.json` in a batch gives members of batch.json by file name (record_count and the like).
SLUICE_WRITE_EXPECTED=1 writes expected/ anew, to be read before it is committed.
"""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest
from batches import convert

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "test" / "scenarios"
CASES = sorted(
    (folder.parent.parent.name, folder.name)
    for folder in SCENARIOS.glob("*/batches/*")
    if (folder.parent.parent / "contract.yaml").exists()
)


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
    return {
        "verdict": verdict,
        "counts": result.report["counts"],
        "warnings": result.report["warnings"],
        "rows": sorted(rows, key=json.dumps),
        "rejects": sorted(rejects, key=lambda reject: (reject["source_file"], reject["record_number"])),
    }


def test_there_are_scenarios():
    assert len(CASES) >= 20


@pytest.mark.parametrize(("scenario", "batch"), CASES)
def test_scenario(spark, tmp_path, contracts, scenario, batch):
    folder = SCENARIOS / scenario / "batches" / batch
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "_meta.json"}
    metas = json.loads((folder / "_meta.json").read_text()) if (folder / "_meta.json").exists() else {}
    found = seen(convert(spark, tmp_path, contracts[scenario], files, metas))
    expected = SCENARIOS / scenario / "expected" / f"{batch}.json"
    if os.environ.get("SLUICE_WRITE_EXPECTED"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    assert found == json.loads(expected.read_text())
