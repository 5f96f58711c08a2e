"""Time zones: the rules are those of the pinned package, whatever the machine, TZ and the locale say."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
import tzdata
from batches import CSV, column, contract
from partition_to_parquet.contract import _column
from partition_to_parquet.errors import BadValue, ContractInvalid
from partition_to_parquet.standardise import ValueReader
from partition_to_parquet.values.moments import zone_names, zone_of
from without_spark import convert_here

ROOT = Path(__file__).resolve().parents[2]


def in_utc(text: str, zone: str, **more) -> str:
    """The time in UTC, or the code of the reject."""
    try:
        micros = ValueReader(_column(column("t", "timestamp", timezone=zone, **more))).read(text)
        return (datetime(1970, 1, 1) + timedelta(microseconds=micros)).isoformat()
    except BadValue as error:
        return error.code


def test_check_knows_the_names_of_the_package():
    code = "import('./contract/semantics/zone-names.ts').then((m) => console.log(JSON.stringify([...m.zoneNames])))"
    done = subprocess.run([ROOT / "node_modules" / ".bin" / "tsx", "-e", code], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    assert set(json.loads(done.stdout)) == zone_names() == set(resources.files("tzdata").joinpath("zones").read_text().split())


CASES = [
    ("2026-12-15T12:00:00", "America/Vancouver", "2026-12-15T19:00:00"),  # 19:00 UTC since 2026; 20:00 by older rules.
    ("2026-03-29T02:30:00", "Europe/Chisinau", "2026-03-29T00:30:00"),
    ("1930-06-01T12:00:00", "Europe/Amsterdam", "1930-06-01T11:00:00"),  # As Brussels since tzdata 2022b; some machines keep 10:40:28.
    ("2026-03-08T02:30:00", "America/New_York", "wrong_type"),
    ("2026-11-01T01:30:00", "America/New_York", "2026-11-01T05:30:00"),
    ("2026-04-24T00:30:00", "Africa/Cairo", "wrong_type"),
    ("2026-10-04T02:15:00", "Australia/Lord_Howe", "wrong_type"),
    ("2026-04-05T01:45:00", "Australia/Lord_Howe", "2026-04-04T14:45:00"),
    ("2026-07-01T12:00:00", "Etc/GMT+3", "2026-07-01T15:00:00"),
]


@pytest.mark.parametrize(("text", "zone", "expected"), CASES)
def test_a_local_time(text, zone, expected):
    assert in_utc(text, zone) == expected


def test_other_rules_on_the_machine_change_nothing(tmp_path):
    tokyo = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    for _, zone, _ in CASES:
        path = tmp_path / zone
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tokyo)
    code = "import test_zones, json; print(json.dumps([test_zones.in_utc(text, zone) for text, zone, _ in test_zones.CASES]))"
    folders = [str(ROOT / "glue-jobs"), str(ROOT / "test" / "glue-jobs" / "support"), str(Path(__file__).parent)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders), "PYTHONTZPATH": str(tmp_path), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [expected for _, _, expected in CASES]


@pytest.mark.parametrize("name", ["localtime", "posixrules", "posix/Europe/Paris", "../zones", "europe/paris", "PST", "+03:00", "UTC+3"])
def test_names_of_files_of_the_machine_are_no_zones(name):
    with pytest.raises(ContractInvalid):
        zone_of(name)
    assert in_utc(f"2026-07-01 12:00 {name}", "UTC", parse="yyyy-MM-dd HH:mm VV") == "wrong_type"


def test_the_report_names_the_rules():
    report = convert_here(contract(CSV, [column("id", "integer")]), {"f": b"id\n1\n"}).report
    assert report["time_zones"] == tzdata.IANA_VERSION == "2026f"
