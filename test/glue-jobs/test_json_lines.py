"""JSON lines through the whole job."""

import json
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
from batches import JSON_LINES, RUN_FOLDER, column, contract, convert
from without_spark import convert_here

COLUMNS = [
    column("id", "integer", required=True),
    column("name", "varchar(5)"),
    column("price", "decimal(5,2)", **{"from": "cost.amount"}),
    column("at", "timestamp", required=True),
]
KEYED = contract(JSON_LINES, COLUMNS, load={"key": ["id"], "order_by": "at"}, checks={"positive": "price is null or price > 0"})


def lines(*records) -> bytes:
    return b"".join((json.dumps(r) if not isinstance(r, str) else r).encode() + b"\n" for r in records)


def test_each_record_ends_in_one_place(spark, tmp_path):
    body = lines(
        {"id": 1, "name": "ada", "cost": {"amount": 1.10}, "at": "2026-01-01T00:00:00Z"},
        {"id": 1, "name": "ada", "cost": {"amount": 1.20}, "at": "2026-01-02 00:00:00"},
        {"id": "2", "name": " bob ", "at": "2026-01-01"},
        {"id": 2.5, "name": "x", "at": "2026-01-01"},
        {"id": 3, "name": "too long", "at": "2026-01-01"},
        {"id": 4, "name": "neg", "cost": {"amount": -1}, "at": "2026-01-01"},
        {"id": 5, "name": "none"},
        "",
        '{"id": 6} trailing',
        "[1]",
        '{"id": ',
        {"id": 7, "name": "a", "at": "2026-01-01"},
        {"id": 7, "name": "b", "at": "2026-01-01"},
    )
    result = convert(spark, tmp_path, KEYED, {"things/a b+%.json": body})
    assert result.report["verdict"] is None
    assert result.report["counts"] == {"read": 12, "written": 2, "deduplicated": 1, "rejected": 9}
    assert {(row["id"], row["name"], row["price"], row["at"]) for row in result.rows} == {
        (1, "ada", Decimal("1.20"), datetime(2026, 1, 2)),
        (2, "bob", None, datetime(2026, 1, 1)),
    }
    assert {(r["record_number"], r["reason"], r["column"], r["rule"]) for r in result.rejects} == {
        (4, "not_exact", "id", "integer"),
        (5, "too_long", "name", "varchar(5)"),
        (6, "check_failed", None, "positive"),
        (7, "missing_required", "at", "required"),
        (8, "trailing_text", None, None),
        (9, "not_an_object", None, None),
        (10, "malformed_record", None, None),
        (11, "conflicting_key", "id", "conflicts: reject"),
        (12, "conflicting_key", "id", "conflicts: reject"),
    }
    assert {r["source_file"] for r in result.rejects} == {"things/a b+%.json"}
    assert '{"id": 6} trailing' in [r["raw"] for r in result.rejects]


def test_the_parquet_has_exactly_the_staging_tables_columns(spark, tmp_path):
    body = lines({"id": 1, "at": "2026-01-01"})
    result = convert(spark, tmp_path, KEYED, {"things/a.json": body})
    assert result.table.schema.remove_metadata() == pa.schema(
        [("id", pa.int32()), ("name", pa.string()), ("price", pa.decimal128(5, 2)), ("at", pa.timestamp("us")),
         ("sluice_batch", pa.string()), ("sluice_file", pa.string())]
    )  # fmt: skip
    assert result.rows[0]["sluice_file"] == "things/a.json"
    assert result.rows[0]["sluice_batch"] == "2026-11-22T05/r1/0123"


def test_a_batch_without_good_rows_has_no_copy_manifest(spark, tmp_path):
    result = convert(spark, tmp_path, KEYED, {"things/a.json": b"\n  \n", "things/b.json": b""})
    assert result.report["counts"] == {"read": 0, "written": 0, "deduplicated": 0, "rejected": 0}
    assert (result.report["copy_manifest"], result.report["output"]) == (None, [])
    assert result.objects.keys("processed")[-1].endswith("jr_1/report.json")


def test_the_copy_manifest_lists_the_parquet(spark, tmp_path):
    result = convert(spark, tmp_path, KEYED, {"things/a.json": lines({"id": 1, "at": "2026-01-01"})})
    manifest = json.loads(result.objects.read("processed", f"{RUN_FOLDER}jr_1/copy-manifest.json"))
    entry = result.report["output"][0]
    assert manifest == {
        "entries": [
            {"url": f"s3://processed/{entry['key']}", "mandatory": True, "meta": {"content_length": entry["content_length"]}}
        ]
    }


def test_an_expression_is_typed_by_the_same_rules(spark, tmp_path):
    columns = [
        column("id", "integer"),
        column("double", "smallint", expression="id * 2"),
        column("label", "varchar(3)", expression="concat('n', id)", required=True),
    ]
    bodies = lines({"id": 1}, {"id": 30000}, {"id": None})
    result = convert(spark, tmp_path, contract(JSON_LINES, columns, checks={"small": "double < 10"}), {"a.json": bodies})
    assert [(row["id"], row["double"], row["label"]) for row in result.rows] == [(1, 2, "n1")]
    assert [(r["reason"], r["column"]) for r in result.rejects] == [("out_of_range", "double"), ("missing_required", "label")]


def test_lines_that_only_together_are_json_are_each_rejected():
    """Lines are decoded by groups: a bracket that one leaves open must not be closed by the next."""
    good = [f'{{"id":{number},"tags":{{"a":"\\u00e9","b":[{number}]}}}}' for number in range(40)]
    bad = ['{"id":[{"x":1}', '{"b":2}]}', '{"id":1},{"id":2}', '{"id":7} x', "7", '{"id":"\udcff"}']
    lines = [*good[:10], *bad, *good[10:20], "  ", f"\t{good[20]} \r", *good[21:]]
    body = "\n".join(lines).encode("utf-8", "surrogateescape")
    columns = [column("id", "integer"), column("a", "varchar(9)", **{"from": "tags.a"}), column("b", "integer", **{"from": "tags.b[0]"})]
    result = convert_here(contract(JSON_LINES, columns), {"f.json": body})
    assert [(row["id"], row["a"], row["b"]) for row in result.rows] == [(number, "é", number) for number in range(40)]
    assert [(reject["record_number"], reject["reason"]) for reject in result.rejects] == [
        (11, "malformed_record"), (12, "trailing_text"), (13, "trailing_text"), (14, "trailing_text"), (15, "not_an_object"),
        (16, "invalid_encoding"),
    ]  # fmt: skip
    assert [reject["raw"] for reject in result.rejects][:4] == bad[:4]
