"""`large: true`: values of up to 4,000,000 bytes, staged as JSON lines beside the Parquet."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from batches import CSV, JSON_LINES, column, contract, convert
from test_large_batches import divide
from without_spark import convert_here

ID, BODY = column("id", "integer", required=True), column("body", "super", large=True)


def staged(result) -> list[dict]:
    """The rows that COPY reads, by its manifest."""
    bucket, key = result.report["copy_manifest"].removeprefix("s3://").split("/", 1)
    rows = []
    for entry in json.loads(result.objects.held[bucket, key])["entries"]:
        body = result.objects.held[tuple(entry["url"].removeprefix("s3://").split("/", 1))]
        assert len(body) == entry["meta"]["content_length"]
        rows += [json.loads(line, parse_int=str, parse_float=str) for line in body.decode().split("\n") if line]
    return rows


def documents(*bodies) -> dict[str, bytes]:
    return {"a": "\n".join(json.dumps({"id": row, "body": body}) for row, body in enumerate(bodies, 1)).encode()}


def test_the_limits():
    fitting = ["x" * 1000] * 3980
    files = documents(fitting, [*fitting, "x" * 20_000], "y" * 65_535, "y" * 65_536, {"k": "é" * 40_000})
    result = convert_here(contract(JSON_LINES, [ID, BODY]), files)
    assert [row["id"] for row in result.rows] == [1, 3]
    assert [(reject["record_number"], reject["reason"]) for reject in result.rejects] == [(2, "too_long"), (4, "too_long"), (5, "too_long")]
    assert "a text inside the JSON has 80000 bytes" in result.rejects[2]["message"]
    assert len(staged(result)) == 2 and staged(result)[0]["body"] == fitting
    strings = {**contract(JSON_LINES, [ID, BODY]), "large_strings": True}
    assert [row["id"] for row in convert_here(strings, files).rows] == [1, 3, 4, 5]


def test_a_row_keeps_every_value():
    columns = [
        ID, column("a", "decimal(38,10)"), column("b", "double precision"), column("c", "boolean"), column("d", "date"),
        column("e", "timestamp"), column("f", "varchar(20)", empty="keep", trim=False), column("g", "super"), column("h", "real"),
        column("n", "varchar(5)"), BODY,
    ]  # fmt: skip
    line = (
        '{"id":7,"a":"1234567890123456789012345678.0123456789","b":1e-7,"c":true,"d":"0001-01-01","e":"2026-11-01T05:00:00.000001Z",'
        '"f":" \\"\\\\N\\u2028","g":{"x":[1,"y"]},"h":0.1,"n":null,"body":{"big":12345678901234567890.5,"t":"a\\nb"}}'
    )
    result = convert_here(contract(JSON_LINES, columns), {"a": line.encode()})
    assert staged(result) == [
        {
            "id": "7", "a": "1234567890123456789012345678.0123456789", "b": "1e-7", "c": True, "d": "0001-01-01",
            "e": "2026-11-01 05:00:00.000001", "f": ' "\\N\u2028', "g": '{"x":[1,"y"]}', "h": "0.1",
            "body": {"big": "12345678901234567890.5", "t": "a\nb"}, "sluice_batch": "2026-11-22T05/r1/0123", "sluice_file": "a",
        }
    ]  # fmt: skip
    assert result.rows[0]["a"] == Decimal("1234567890123456789012345678.0123456789")
    assert result.rows[0]["d"] == dt.date(1, 1, 1)


def test_json_over_several_lines_is_one_line():
    file = b'id,body\n1,"{""a"":\n 1,\r\n""b"": ""x""}"\n'
    result = convert_here(contract(CSV, [ID, BODY]), {"a": file})
    assert [row["body"] for row in staged(result)] == [{"a": "1", "b": "x"}]
    key = next(key for _, key in result.objects.held if key.endswith(".jsonl"))
    assert result.objects.held["processed", key].count(b"\n") == 1


@pytest.mark.parametrize("is_divided", [False, True])
def test_lake_and_staging_hold_the_same_rows(monkeypatch, is_divided):
    bodies = [{"row": row, "text": ["z" * 100] * (row % 900)} for row in range(60)]
    files = {f"f{number}": documents(*bodies[number::3])["a"] for number in range(3)}
    if is_divided:
        divide(monkeypatch)
    result = convert_here(contract(JSON_LINES, [ID, BODY], load={"key": ["id"], "conflicts": "last"}), files)
    assert result.report["counts"]["written"] == 20
    in_lake = sorted((row["id"], json.loads(row["body"])["row"]) for row in result.rows)
    assert sorted((int(row["id"]), int(row["body"]["row"])) for row in staged(result)) == in_lake
    assert all(entry["key"].endswith(".parquet") for entry in result.report["output"])


def test_spark_gives_the_same(spark, tmp_path):
    """Where Spark evaluates a check, large values go through it and back."""
    files = documents({"words": ["word"] * 30_000}, ["y" * 70_000], None)
    checked = contract(JSON_LINES, [ID, BODY], checks={"some": "reverse(cast(id as string)) is not null"})
    theirs, mine = convert(spark, tmp_path, checked, files), convert_here(contract(JSON_LINES, [ID, BODY]), files)
    assert theirs.rows == mine.rows and len(mine.rows) == 2
    assert [reject["reason"] for reject in theirs.rejects] == ["too_long"]
    key = json.loads(theirs.objects.read("processed", theirs.report["copy_manifest"].split("/", 3)[3]))["entries"][0]["url"].split("/", 3)[3]
    assert theirs.objects.read("processed", key).splitlines() == [
        line for bucket, name in mine.objects.held if name.endswith(".jsonl") for line in mine.objects.held[bucket, name].splitlines()
    ]
