"""What has no column, and what does not fit its own: kept in `_rescued`, whatever the format and however the work is divided."""

import datetime as dt
import io
import json
import random

import fastavro
import pyarrow as pa
import pyarrow.orc as orc
import pytest
from batches import CSV, JSON_LINES, column, contract, convert
from columnar import PARQUET, load, parquet
from sheets import workbook
from test_large_batches import divide, small_portions
from without_spark import convert_here

RESCUED = column("_rescued", "super", **{"from": "$rescued"})
RESCUED["from"] = "$rescued"
XLSX = {"type": "xlsx", "sheet": None, "header": True, "skip_lines": 0, "skip_after_header": 0}
AT = dt.datetime(2026, 11, 1, 5, tzinfo=dt.timezone.utc)


def rescued(form: dict, columns: list[dict], file: bytes, **more) -> list:
    """The column `_rescued` of a file's rows."""
    result = load(form, [*columns, RESCUED], file, **{"unknown_columns": "rescue", **more})
    assert result.report["verdict"] is None, result.report["verdict"]
    return [row["_rescued"] and json.loads(row["_rescued"]) for row in result.rows]


ID = column("id", "integer", required=True)
SIZE = column("size", "smallint", on_error="rescue")
TABLE = {"id": [1, 2, 3], "size": [5, 70_000, None], "price": [1.5, None, 2.0], "at": [AT, AT, None], "tags": [["a"], [], None]}
EXPECTED = [
    {"unknown": {"price": 1.5, "at": "2026-11-01T05:00:00Z", "tags": ["a"]}},
    {"unknown": {"at": "2026-11-01T05:00:00Z", "tags": []}, "errors": {"size": {"value": 70_000, "reason": "out_of_range"}}},
    {"unknown": {"price": 2}},
]


def test_parquet():
    assert rescued(PARQUET, [ID, SIZE], parquet(pa.table(TABLE))) == EXPECTED
    assert rescued(PARQUET, [ID, SIZE], parquet(pa.table(TABLE).select(["id"]).append_column("size", [[1, 2, 3]]))) == [None] * 3


def test_a_number_that_is_none_stands_as_a_text():
    table = pa.table({"id": [1], "v": [float("nan")], "odd": pa.array([b"\xff"], pa.binary())})
    (held,) = rescued(PARQUET, [ID, column("v", "real", on_error="rescue")], parquet(table))
    assert held == {"unknown": {"odd": "\\xff"}, "errors": {"v": {"value": "nan", "reason": "wrong_type"}}}


def test_orc():
    sink = io.BytesIO()
    orc.write_table(pa.table(TABLE), sink)
    assert rescued({"type": "orc"}, [ID, SIZE], sink.getvalue()) == EXPECTED


def test_avro():
    instant = {"type": "long", "logicalType": "timestamp-micros"}
    kinds = {"id": "int", "size": "int", "price": "double", "at": instant, "tags": {"type": "array", "items": "string"}}
    fields = [{"name": name, "type": kind if name == "id" else ["null", kind]} for name, kind in kinds.items()]
    records = [dict(zip(TABLE, values, strict=True)) for values in zip(*TABLE.values(), strict=True)]
    sink = io.BytesIO()
    fastavro.writer(sink, fastavro.parse_schema({"type": "record", "name": "R", "fields": fields}), records)
    assert rescued({"type": "avro"}, [ID, SIZE], sink.getvalue()) == EXPECTED


def test_a_sheet():
    book = workbook(("Data", [["id", "size", "price", "when"], [1, 5, 1.5, dt.date(2026, 7, 1)], [2, "big", None, None]]))
    assert rescued(XLSX, [ID, SIZE], book) == [
        {"unknown": {"price": 1.5, "when": "2026-07-01T00:00:00"}},
        {"errors": {"size": {"value": "big", "reason": "wrong_type"}}},
    ]
    by_position = [column("id", "integer"), column("size", "smallint", on_error="rescue")]
    for place, each in enumerate(by_position, 1):
        each["from"] = place
    headless = {**XLSX, "header": False}
    assert rescued(headless, by_position, workbook(("Data", [[1, "big"]])), unknown_columns="warn") == [
        {"errors": {"size": {"value": "big", "reason": "wrong_type"}}}
    ]


def test_fixed_width_rescues_values():
    ranges = [column("id", "integer"), column("size", "smallint", on_error="rescue")]
    ranges[0]["from"], ranges[1]["from"] = "1-2", "3-5"
    form = {"type": "fixed", "unit": "characters"}
    assert rescued(form, ranges, b" 1  5\n 2 xx\n", unknown_columns="warn") == [
        None, {"errors": {"size": {"value": " xx", "reason": "wrong_type"}}}
    ]  # fmt: skip


def test_a_record_with_more_than_super_holds_loses_what_is_unknown_first():
    long, short = "x" * 40_000, "y" * 30_000
    lines = [{"id": 1, "size": long, "a": short}, {"id": 2, "size": long + long, "a": 1}, {"id": 3, "a": long, "b": long}]
    body = "\n".join(map(json.dumps, lines)).encode()
    assert rescued(JSON_LINES, [ID, SIZE], body) == [
        {"errors": {"size": {"value": long, "reason": "wrong_type"}}, "cut": True},
        {"unknown": {"a": 1}, "errors": {"size": {"reason": "wrong_type"}}, "cut": True},
        {"cut": True},
    ]


def test_what_was_rescued_makes_no_other_record():
    columns = [ID, SIZE, RESCUED]
    files = {"a": b"id,size,x\n1,5,a\n1,5,b\n2,u,\n2,v,\n"}
    for more in ({"load": {"deduplicate": "exact"}}, {"load": {"key": ["id"]}}):
        result = convert_here(contract(CSV, columns, unknown_columns="rescue", **more), files)
        assert result.report["counts"] == {"read": 4, "written": 2, "deduplicated": 2, "rejected": 0}
        assert result.report["rescued"]["errors"] == 1


def test_a_column_that_is_not_loaded_and_a_required_one_beside_it():
    unloaded = column("size", "smallint", on_error="rescue", load=False)
    result = convert_here(contract(CSV, [ID, unloaded, RESCUED]), {"a": b"id,size\n1,x\ny,x\n"})
    assert [json.loads(row["_rescued"]) for row in result.rows] == [{"errors": {"size": {"value": "x", "reason": "wrong_type"}}}]
    assert [(reject["record_number"], reject["column"]) for reject in result.rejects] == [(2, "id")]


def random_files(seed: int, as_json: bool) -> dict[str, bytes]:
    """Records with values that fit or not, undeclared columns, quotes and line ends."""
    chance = random.Random(seed)
    texts = ["", " ", "a", 'say "x", y', "two\nlines", "é"]
    files = {}
    for number in range(2):
        rows = [
            {
                "id": str(chance.randrange(400)),
                "size": chance.choice(["1", "2", "70000", "x", ""]),
                "one": chance.choice(texts),
                "two": chance.choice(["", "5"]),
            }
            for _ in range(500)
        ]
        if as_json:
            files[f"f{number}"] = "\n".join(map(json.dumps, rows)).encode()
        else:
            lines = [",".join('"' + value.replace('"', '""') + '"' for value in row.values()) for row in rows]
            files[f"f{number}"] = "\n".join(["id,size,one,two", *lines]).encode()
    return files


def model(files: dict[str, bytes], as_json: bool) -> list:
    """What stands in `_rescued`, by code that shares nothing with the job's."""
    import csv

    held = []
    for body in files.values():
        text = body.decode()
        rows = [json.loads(line) for line in text.split("\n")] if as_json else list(csv.DictReader(io.StringIO(text, newline="")))
        for row in rows:
            unknown = {name: row[name] for name in ("one", "two") if row[name].strip()}
            wrong = {"70000": "out_of_range", "x": "wrong_type"}.get(row["size"])
            errors = {"size": {"value": row["size"], "reason": wrong}} if wrong else {}
            parts = {name: part for name, part in (("unknown", unknown), ("errors", errors)) if part}
            held.append((int(row["id"]), parts or None))
    return sorted(held, key=str)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("portions", [None, divide, small_portions])
def test_random_records_as_a_model_says(monkeypatch, as_json, portions):
    files = random_files(3, as_json)
    if portions:
        portions(monkeypatch)
    result = convert_here(contract(JSON_LINES if as_json else CSV, [ID, SIZE, RESCUED], unknown_columns="rescue"), files)
    found = sorted(((row["id"], row["_rescued"] and json.loads(row["_rescued"])) for row in result.rows), key=str)
    expected = model(files, as_json)
    assert found == expected
    told = result.report["rescued"]
    assert told["records"] == sum(held is not None for _, held in expected)
    assert told["errors"] == sum(bool(held and "errors" in held) for _, held in expected) == sum(told["columns"]["size"].values())
    assert told["unknown"] == {name: sum(bool(held and name in held.get("unknown", {})) for _, held in expected) for name in ("one", "two")}
    assert told["needs"]["size"]["digits"] == 5


def test_spark_gives_the_same(spark, tmp_path):
    """Where Spark evaluates an expression, its failures join what was rescued before."""
    files = random_files(4, as_json=False)
    computed = column("half", "integer", expression="cast(10 / (size - 1) as int) + nvl(char_length(reverse('')), 0)", on_error="rescue")
    checked = contract(CSV, [ID, SIZE, computed, RESCUED], unknown_columns="rescue", checks={"some": "reverse(cast(id as string)) is not null"})
    result = convert(spark, tmp_path, checked, files)
    assert result.report["verdict"] is None and result.report["counts"]["rejected"] == 0
    for row in result.rows:
        held = json.loads(row["_rescued"] or "{}").get("errors", {})
        assert ("half" in held) == (row["size"] == 1)
        if row["size"] == 1:
            assert held["half"] == {"value": None, "reason": "wrong_type"}
