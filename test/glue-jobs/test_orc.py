"""ORC as a source: stripes, exact values, broken files refused by name."""

import datetime as dt
import io
import json
import random
from decimal import Decimal

import pyarrow as pa
import pyarrow.orc as orc
import pytest
from batches import column
from columnar import fates, load, refusal

ORC = {"type": "orc"}
AT = dt.datetime(2026, 7, 1, 12, 30, 0, 500_000)


def written(table: pa.Table | dict, **options) -> bytes:
    sink = io.BytesIO()
    orc.write_table(table if isinstance(table, pa.Table) else pa.table(table), sink, **options)
    return sink.getvalue()


def test_values_are_exact_or_rejected():
    table = pa.table({
        "i": pa.array([1, 300, None], pa.int16()), "d": pa.array([Decimal("1.50"), Decimal("2.25"), None], pa.decimal128(20, 2)),
        "f": [0.1, float("nan"), 2.0], "b": [True, False, None], "s": ["a", "ü", ""], "y": [b"x", b"\xff", None],
        "day": pa.array([dt.date(9999, 12, 31)] * 3), "ts": pa.array([AT] * 3), "tz": pa.array([AT] * 3, pa.timestamp("us", "UTC")),
        "l": [[1], [], None], "m": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int32())), "st": [{"x": {"y": 5}}, {"x": None}, None],
    })  # fmt: skip
    kinds = {"i": "smallint", "d": "decimal(5,1)", "f": "decimal(5,2)", "b": "boolean", "s": "varchar(2)", "y": "varchar(2)", "day": "date",
             "ts": "timestamp", "tz": "timestamptz", "l": "super", "m": "super", "st": "super"}  # fmt: skip
    columns = [*(column(name, kind) for name, kind in kinds.items()), column("inner", "integer", **{"from": "st.x.y"})]
    result = load(ORC, columns, written(table))
    assert fates(result) == [(2, "not_exact", "d")]
    first, last = result.rows
    assert [first[name] for name in [*kinds, "inner"]] == [
        1, Decimal("1.5"), Decimal("0.1"), True, "a", "x", dt.date(9999, 12, 31), AT, AT, "[1]", '{"a":1}', '{"x":{"y":5}}', 5,
    ]  # fmt: skip
    assert [last[name] for name in ("i", "s", "l", "m", "st")] == [None, None, None, "{}", None]
    assert json.loads(result.rejects[0]["raw"])["f"] == "nan"


def test_local_times_of_spark_are_times():
    # What Spark's TIMESTAMP_NTZ is in ORC: a long, and an attribute.
    micros = int((AT - dt.datetime(1970, 1, 1)) / dt.timedelta(microseconds=1))
    mark = {"spark.sql.catalyst.type": "timestamp_ntz"}
    fields = [pa.field("id", pa.int64()), pa.field("at", pa.int64(), metadata=mark), pa.field("seen", pa.int64(), metadata=mark)]
    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array([micros, None]), pa.array([0, -1])], schema=pa.schema(fields))
    columns = [column("id", "bigint"), column("at", "timestamp"), column("seen", "timestamp")]
    result = load(ORC, columns, written(table))
    assert [(row["id"], row["at"], row["seen"]) for row in result.rows] == [
        (1, AT, dt.datetime(1970, 1, 1)), (2, None, dt.datetime(1969, 12, 31, 23, 59, 59, 999_999)),
    ]  # fmt: skip
    assert result.report["files"][0]["form"]["schema"]["at"] == "timestamp[us]"
    assert [row["at"] for row in load(ORC, columns[1:2], written(table)).rows] == [AT, None]


def test_stripes_are_numbered_and_told():
    body = written(table_of(100_000), stripe_size=200_000, compression="zstd")
    result = load(ORC, [column("id", "integer", required=True), column("text", "varchar(9)")], body)
    form = result.report["files"][0]["form"]
    assert form["stripes"] > 1 and (form["compression"], form["schema"]) == ("zstd", {"id": "int64", "text": "string"})
    assert fates(result) == [(number, "too_long", "text") for number in range(1, 100_001, 5_000)]
    assert json.loads(max(result.rejects, key=lambda each: each["record_number"])["raw"])["id"] == 95_000


def table_of(rows: int) -> pa.Table:
    """Random texts, so that stripes are many; one in 5,000 is too long."""
    chance = random.Random(1)
    texts = [f"{chance.randrange(10**9):09d}" + ("x" if n % 5_000 == 0 else "") for n in range(rows)]
    return pa.table({"id": range(rows), "text": texts})


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("compression", ["uncompressed", "zlib", "snappy", "lz4"])
def test_stripes_are_the_units_of_work(monkeypatch, keyed, compression):
    from partition_to_parquet import plan, ranges

    body = written(table_of(60_000), stripe_size=100_000, compression=compression)
    columns, more = [column("id", "integer"), column("text", "varchar(9)")], {"load": {"key": ["id"] if keyed else []}}
    whole = load(ORC, columns, body, **more)
    monkeypatch.setattr(ranges, "WHOLE_BYTES", 0)
    for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
        monkeypatch.setattr(plan, name, 100_000)
    monkeypatch.setattr(plan, "ALONE_BYTES", 0)
    parts = load(ORC, columns, body, **more)
    by_id = lambda row: row["id"]  # noqa: E731
    assert sorted(parts.rows, key=by_id) == sorted(whole.rows, key=by_id) and len(whole.rows) == 60_000 - 12
    numbers = lambda result: sorted((reject["record_number"], reject["raw"]) for reject in result.rejects)  # noqa: E731
    assert numbers(parts) == numbers(whole)
    assert len(parts.report["output"]) > 1


BODY = written({"v": [n * n * 7919 % 65_521 for n in range(10_000)]}, compression="zlib")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "has 0 bytes, which is not an ORC file"),
        (BODY[:-30], "cut off"),
        (BODY[: len(BODY) // 2], "cut off"),
        (BODY[:-60] + b"\0" * 30 + BODY[-30:], "cannot be read as ORC"),
        (BODY[:200] + b"\xff" * 100 + BODY[300:], "cannot be read as ORC"),
        (b"PAR1\x15" + b"\0" * 40, "looks like Parquet"),
    ],
)
def test_broken_files_are_refused_by_name(body, says):
    error, message = refusal(load(ORC, [column("v", "integer")], {"f.orc": body}))
    assert error == "FileUnreadable" and message.startswith("'f.orc' ") and says in message, message


def test_times_that_arrow_cannot_hold_are_refused_with_a_remedy():
    body = written({"v": pa.array([dt.datetime(9999, 12, 31)]), "w": [1]})
    error, message = refusal(load(ORC, [column("v", "timestamp")], body))
    assert error == "FileUnreadable" and "times before 1677 or after 2262 in one of v" in message and "write Parquet" in message
    other = load(ORC, [column("w", "smallint", required=True), column("x", "varchar(1)", **{"from": "w"})], body)
    assert other.rows[0]["w"] == 1


def test_names_types_and_counts():
    assert "says 'v' where the contract says 'V'" in refusal(load(ORC, [{**column("v", "integer"), "from": "V"}], BODY))[1]
    assert "int64 in the file, which does not go into date" in refusal(load(ORC, [column("v", "date")], BODY))[1]
    assert refusal(load(ORC, [column("v", "integer")], BODY, {"a": {"record_count": 5}}))[1] == "'a' has 10000 records by its footer, the manifest says 5"
