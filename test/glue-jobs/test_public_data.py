"""Real files of others: the countries of the world in three formats, and the dialects of csv-spectrum."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from batches import CSV, column, contract
from without_spark import convert_here

PACKAGES = Path(__file__).resolve().parents[2] / "node_modules"
COUNTRIES = PACKAGES / "world-countries" / "dist"
SPECTRUM = PACKAGES / "csv-spectrum"


def countries(format: dict, path, file: str):
    """Reads one of the files; `path` turns a JSON path into the format's own."""
    columns = [
        column("code", "char(2)", required=True, **{"from": path("cca2")}),
        column("number", "varchar(3)", **{"from": path("ccn3")}),
        column("name", "varchar(60)", required=True, **{"from": path("name.common")}),
        column("czech", "varchar(90)", **{"from": path("translations.ces.official")}),
        column("area", "decimal(12,2)", **{"from": path("area")}),
        column("independent", "boolean", **{"from": path("independent")}),
        column("member", "boolean", **{"from": path("unMember")}),
    ]
    result = convert_here(contract(format, columns, load={"key": ["code"]}), {file: (COUNTRIES / file).read_bytes()})
    assert (result.report["verdict"], result.rejects) == (None, [])
    rows = [{name: value for name, value in row.items() if not name.startswith("sluice")} for row in result.rows]
    return sorted(rows, key=lambda row: row["code"])


def test_the_countries_are_the_same_in_all_formats():
    from_json = countries({"type": "json", "lines": False, "records": "*"}, lambda path: path, "countries.json")
    from_csv = countries(CSV, lambda path: path, "countries.csv")
    from_xml = countries({"type": "xml", "record": "country", "namespaces": {}}, lambda path: f"@{path}", "countries.xml")
    assert len(from_json) == 250
    assert from_csv == from_json
    assert from_xml == from_json
    by_code = {row["code"]: row for row in from_json}
    assert by_code["NA"]["name"] == "Namibia"
    assert by_code["SJ"]["area"] == Decimal("-1.00")
    assert by_code["AF"]["number"] == "004"


@pytest.mark.parametrize("path", sorted((SPECTRUM / "csvs").glob("*.csv")), ids=lambda path: path.stem)
def test_csv_spectrum(path):
    expected = json.loads((SPECTRUM / "json" / f"{path.stem}.json").read_text())
    expected = expected if isinstance(expected, list) else [expected]
    names = list(expected[0])
    if path.stem == "location_coordinates":
        # The package's own CSV and JSON have different telephone numbers.
        names.remove("Contact Phone Number")
    columns = [column(f"c{i}", "varchar(200)", trim=False, empty="keep", **{"from": name}) for i, name in enumerate(names)]
    result = convert_here(contract(CSV, columns), {path.name: path.read_bytes()})
    assert result.rejects == []
    found = [{name: row[f"c{i}"] for i, name in enumerate(names)} for row in result.rows]
    assert found == [{name: row[name] for name in names} for row in expected]
