"""JSON documents: paths to records, stars, values outside the records, and documents that cannot be read."""

import json

import pytest
from batches import column, contract, convert


def document(records):
    return {"type": "json", "lines": False, "records": records}


def as_bytes(value) -> bytes:
    return json.dumps(value).encode()


def test_stars_give_their_names_and_the_document_its_values(spark, tmp_path):
    columns = [
        column("kind", "varchar(20)", **{"from": "$1"}),
        column("name", "varchar(20)"),
        column("wikidata", "varchar(20)", **{"from": "tags['brand:wikidata']"}),
        column("first", "integer", **{"from": "list[0]"}),
        column("made", "date", **{"from": "$document._meta.made"}),
        column("file", "varchar(20)", **{"from": "$file"}),
        column("tags", "super"),
    ]
    body = as_bytes(
        {
            "_meta": {"made": "2026-01-02"},
            "nsi": {
                "a": {"items": [{"name": "x", "tags": {"brand:wikidata": "Q1"}, "list": [7, 8]}]},
                "b": {"items": [{"name": 1.5}, 5]},
                "c": {},
            },
        }
    )
    result = convert(spark, tmp_path, contract(document("nsi.*.items"), columns), {"d.json": body})
    assert result.report["counts"] == {"read": 3, "written": 2, "deduplicated": 0, "rejected": 1}
    rows = [{k: str(v) if v is not None else None for k, v in row.items() if not k.startswith("sluice")} for row in result.rows]
    assert rows == [
        {"kind": "a", "name": "x", "wikidata": "Q1", "first": "7", "made": "2026-01-02", "file": "d.json",
         "tags": '{"brand:wikidata": "Q1"}'},
        {"kind": "b", "name": "1.5", "wikidata": None, "first": None, "made": "2026-01-02", "file": "d.json", "tags": None},
    ]  # fmt: skip
    assert [(r["reason"], r["record_number"], r["raw"]) for r in result.rejects] == [("not_an_object", 3, "5")]


@pytest.mark.parametrize(
    ("records", "value", "expected"),
    [
        ("*", {"a": 1, "b": 2}, [("a", 1), ("b", 2)]),
        ("*", [5, 6], [("0", 5), ("1", 6)]),
        ("data", {"data": [3]}, [(None, 3)]),
        ("data[1]", {"data": [[1], [2, 3]]}, [(None, 2), (None, 3)]),
    ],
)
def test_records_that_are_no_objects(spark, tmp_path, records, value, expected):
    columns = [column("name", "varchar(9)", **{"from": "$1"}), column("n", "integer", **{"from": "$value"})]
    result = convert(spark, tmp_path, contract(document(records), columns), {"d.json": as_bytes(value)})
    assert [(row["name"], row["n"]) for row in result.rows] == expected


def test_a_path_to_an_object_is_one_record(spark, tmp_path):
    body = as_bytes({"a": {"id": 5}})
    result = convert(spark, tmp_path, contract(document("a"), [column("id", "integer")]), {"d.json": body})
    assert [row["id"] for row in result.rows] == [5]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"features": [{"id": 1}', "not a JSON document"),
        (b'{"features": [{"id": 1}]} x', "not a JSON document"),
        (b'{"feature": []}', "has no member 'features'"),
        (b'{"features": 5}', "neither array nor object"),
        (b'{"features": [{"id": "\xe9"}]}', "not utf-8"),
        (b"", "is empty"),
        (b"  ", "is empty"),
        (b'\xff\xfe{"features": []}', "byte order mark of UTF-16"),
    ],
)
def test_a_document_that_cannot_be_read_is_named(spark, tmp_path, body, words):
    result = convert(spark, tmp_path, contract(document("features"), [column("id", "integer")]), {"d.json": body})
    assert result.report["verdict"]["error"] == "FileUnreadable"
    assert result.report["verdict"]["file"] == "d.json"
    assert words in result.report["verdict"]["message"]
    assert (result.report["output"], result.report["copy_manifest"]) == ([], None)
