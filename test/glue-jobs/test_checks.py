"""Checks: what Arrow takes over from Spark means the same, and the rest is left to Spark."""

import random

import pytest
from batches import JSON_LINES, column, contract, convert
from partition_to_parquet.checks import plain_checks
from partition_to_parquet.contract import read_contract
from partition_to_parquet.errors import ContractInvalid
from partition_to_parquet.spark.wire import spark_columns

COLUMNS = [
    column("small", "smallint"),
    column("big", "bigint"),
    column("price", "decimal(5,2)"),
    column("share", "double precision"),
    column("name", "varchar(9)"),
    column("flag", "boolean"),
    column("day", "date"),
    column("at", "timestamp"),
]
PLAIN = [
    "small is null or small between -3 and 10",
    "price between -3 and 10.5",
    "price > 1000000",
    "small in (1, 2, 3)",
    "not (small in (1, 2)) or name = 'b'",
    "name <> 'a' and not flag",
    "flag",
    "share >= 0.1",
    "share <= 1",
    "at < timestamp '2026-01-02 00:00:00'",
    "day >= date '2026-01-02'",
    "small < big",
    "name >= 'b' or price = 1.10",
    "true",
]
OTHER = ["length(name) < 2", "small % 2 = 0", "name like 'a%'", "small <=> 1", "upper(name) = 'A'", "small in (1, null)", "price * 2 > 3"]


def compiled(*checks: str) -> dict:
    return contract(JSON_LINES, COLUMNS, checks={f"c{i}": sql for i, sql in enumerate(checks)})


def trees(spark, sql: str):
    one = read_contract(compiled(sql))
    return plain_checks(spark, one, spark_columns(one.columns))


@pytest.mark.parametrize("sql", OTHER)
def test_other_sql_is_left_to_spark(spark, sql):
    assert trees(spark, sql) is None


def test_plain_checks_say_what_spark_says(spark):
    import pyarrow as pa
    from partition_to_parquet.checks import _value
    from partition_to_parquet.standardise import arrow_type

    one = read_contract(compiled())
    chance = random.Random(3)
    pick = {
        "small": [None, -4, -3, 1, 2, 10, 11], "big": [None, 0, 5, 2**60], "price": [None, "1.10", "-3", "10.50", "10.51", "999.99"],
        "share": [None, 0.1, 0.09999, 1.0, 2.5], "name": [None, "a", "b", "é"], "flag": [None, True, False],
        "day": [None, 20454, 20455, 20456], "at": [None, 1767225600000000, 1767312000000000],
    }  # fmt: skip
    rows = [{name: chance.choice(values) for name, values in pick.items()} for _ in range(300)]
    from decimal import Decimal

    for row in rows:
        row["price"] = row["price"] and Decimal(row["price"])
    table = pa.Table.from_pylist(rows, pa.schema([(c.name, arrow_type(c)) for c in one.columns]))
    zoned = table.set_column(7, "at", table.column("at").cast(pa.timestamp("us", tz="UTC")))
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    frame = spark.createDataFrame(zoned)
    expected = frame.selectExpr(*(f"({sql}) as c{i}" for i, sql in enumerate(PLAIN))).toArrow()
    for index, sql in enumerate(PLAIN):
        (tree,) = trees(spark, sql)
        value = _value(tree, table)
        found = [value.as_py()] * 300 if isinstance(value, pa.Scalar) else value.to_pylist()
        assert found == expected.column(index).to_pylist(), sql


def test_sql_that_spark_does_not_take_is_named(spark, tmp_path):
    with pytest.raises(ContractInvalid, match="smal > 1"):
        convert(spark, tmp_path, compiled("smal > 1"), {"a.json": b"{}"})


def test_sql_that_fails_on_a_record_rejects_that_record(spark, tmp_path):
    columns = [column("n", "integer"), column("tenth", "decimal(9,4)", expression="10 / n")]
    checked = contract(JSON_LINES, columns, checks={"inverse": "100 / (n - 5) > 0"})
    result = convert(spark, tmp_path, checked, {"a.json": b"".join(b'{"n": %d}\n' % n for n in (0, 5, 8))})
    assert [row["n"] for row in result.rows] == [8]
    assert [(r["record_number"], r["reason"], r["column"], r["rule"]) for r in result.rejects] == [
        (1, "wrong_type", "tenth", "decimal(9,4)"),
        (2, "check_failed", None, "inverse"),
    ]
