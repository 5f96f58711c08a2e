"""A contract that `sluice infer` writes for a file loads that file without a reject, by the job's own rules."""

import json
import subprocess
from pathlib import Path

import pytest
from without_spark import convert_here

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "node_modules"
PUBLIC = [
    *(PACKAGES / "vega-datasets" / "data" / name for name in ("disasters.csv", "flare.json")),
    PACKAGES / "csv-spectrum" / "csvs" / "quotes_and_newlines.csv",
]


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inferred")
    command = ["node", "--import", "tsx", "test/glue-jobs/support/infer-contracts.ts", str(folder), *map(str, PUBLIC)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def test_no_record_of_a_sampled_file_is_rejected(contracts):
    assert len(contracts) > 25
    failures = []
    for path, contract in contracts.items():
        result = convert_here(contract, {Path(path).name: Path(path).read_bytes()})
        found = (result.report["verdict"], result.rejects[:1], result.report["counts"]["deduplicated"])
        # A made-up file may hold a record twice.
        if found[:2] != (None, []) or (found[2] and "made-up" not in path):
            failures.append((path, contract["columns"], found))
    assert failures == []


def test_the_demo_files_get_the_keys_that_they_have(contracts):
    keys = {Path(path).name: (contract["load"]["key"], contract["load"]["order_by"]) for path, contract in contracts.items()}
    assert keys["countries_csv-countries.csv"] == (["cca2"], None)
    assert keys["countries_json-countries.json"] == (["cca2"], None)
    assert keys["countries_xml-countries.xml"] == (["code"], None)
    assert keys["earthquakes-part-0.json"] == (["id"], "updated")
