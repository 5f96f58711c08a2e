"""Parquet as a source: exact or rejected, whatever the file's types are."""

import datetime as dt
import json
import math
import uuid
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from batches import column
from columnar import PARQUET, fates, load, parquet, refusal

UTC = dt.timezone.utc
SENTINEL = dt.datetime(9999, 12, 31, 23, 59, 59)


def one(values: pa.Array | list, kind: str, **more):
    """One column of a file into one column of a table: what was loaded, in order, and the rejects."""
    result = load(PARQUET, [column("v", kind, **more)], parquet(pa.table({"v": values})))
    return [row["v"] for row in result.rows], fates(result)


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()])
@pytest.mark.parametrize("wanted", ["smallint", "integer", "bigint", "decimal(4,1)", "decimal(38,0)", "double precision", "varchar(20)"])
def test_integers_of_any_width_and_sign(kind, wanted):
    info = np.iinfo(kind.to_pandas_dtype())
    numbers = [0, 1, 99, info.min, info.max]
    limits = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63, "decimal(4,1)": 1000}
    limit = limits.get(wanted, 10**38)
    lowest = -limit if wanted.endswith("int") or wanted == "integer" else -limit + 1
    values, rejected = one(pa.array(numbers, kind), wanted)
    fitting = [number for number in numbers if lowest <= number < limit]
    assert values == [str(number) if "char" in wanted else float(number) if "double" in wanted else number for number in fitting]
    assert rejected == [(row, "out_of_range", "v") for row, number in enumerate(numbers, 1) if number not in fitting]


def test_decimals_are_never_bent():
    values = pa.array([Decimal("1.50"), Decimal("1.55"), Decimal("99999.90"), None, Decimal("-7.00")], pa.decimal128(30, 2))
    assert one(values, "decimal(5,1)") == ([Decimal("1.5"), None, Decimal("-7.0")], [(2, "not_exact", "v"), (3, "out_of_range", "v")])
    assert one(values, "decimal(5,1)", round=True)[0][:2] == [Decimal("1.5"), Decimal("1.6")]
    assert one(values, "integer") == ([None, -7], [(1, "not_exact", "v"), (2, "not_exact", "v"), (3, "not_exact", "v")])
    assert one(values, "varchar(10)")[0] == ["1.50", "1.55", "99999.90", None, "-7.00"]
    wide = pa.array([Decimal("1" * 45), Decimal(3)], pa.decimal256(60, 2))
    assert one(wide, "decimal(38,2)") == ([Decimal(3)], [(1, "out_of_range", "v")])
    # Spark's widest default into what people declare, with one bad value among many.
    many = pa.array([Decimal(n) / 4 for n in range(10_000)] + [Decimal("0.001")], pa.decimal128(38, 18))
    good, rejected = one(many, "decimal(12,2)")
    assert (len(good), rejected) == (10_000, [(10_001, "not_exact", "v")])


def test_floats_go_by_their_shortest_text():
    values = [0.1, 5.0, 0.1 + 0.2, 1e22, math.nan, math.inf, -0.0, None]
    assert one(values, "decimal(5,2)") == (
        [Decimal("0.1"), Decimal(5), Decimal(0), None],
        [(3, "not_exact", "v"), (4, "out_of_range", "v"), (5, "wrong_type", "v"), (6, "wrong_type", "v")],
    )
    assert one(values, "varchar(30)")[0] == ["0.1", "5", "0.30000000000000004", "1e+22", "-0", None]
    assert one(values, "double precision")[1] == [(5, "wrong_type", "v"), (6, "wrong_type", "v")]
    single = pa.array([0.1, 16777216.0, 2.5], pa.float32())
    assert one(single, "decimal(12,2)")[0] == [Decimal("0.1"), Decimal(16777216), Decimal("2.5")]
    assert one(single, "varchar(20)")[0] == ["0.1", "16777216", "2.5"]
    assert one([1e39, 1.0], "real") == ([1.0], [(1, "out_of_range", "v")])
    assert one([2.0, 2.5, 2.0**60], "bigint") == ([2, 1152921504606847000], [(2, "not_exact", "v")])


def test_texts_are_read_as_csv_reads_them():
    texts = pa.array([" 5 ", "x", "", None, "6"])
    assert one(texts, "integer") == ([5, None, None, 6], [(2, "wrong_type", "v")])
    assert one(texts.dictionary_encode(), "integer") == one(texts, "integer")
    for kind in (pa.large_string(), pa.string_view()):
        assert one(texts.cast(kind), "integer") == one(texts, "integer")
    assert one(pa.array(["a", "a", "b"] * 1000).dictionary_encode(), "varchar(1)", case="upper")[0] == ["A", "A", "B"] * 1000
    assert one(pa.array([b"\xff", b"ok", None], pa.binary()), "varchar(5)") == (["ok", None], [(1, "invalid_encoding", "v")])
    assert one(pa.array([b"\xff", b"ok"], pa.binary()).cast(pa.string(), safe=False), "varchar(5)") == (["ok"], [(1, "invalid_encoding", "v")])
    assert one(pa.array(["NA", "1"]), "integer", null=["NA"])[0] == [None, 1]
    assert one([-1, 5], "integer", null=["-1"])[0] == [None, 5]
    assert one(pa.array(["2026-01-02"]), "date")[0] == [dt.date(2026, 1, 2)]


def test_times_of_every_unit_and_kind():
    at = dt.datetime(2026, 1, 2, 3, 4, 5, 600_000)
    for unit in ("ms", "us", "ns"):
        assert one(pa.array([at], pa.timestamp(unit)), "timestamp")[0] == [at]
        assert one(pa.array([at], pa.timestamp(unit, "Europe/Paris")), "timestamptz")[0] == [at]
        assert one(pa.array([at], pa.timestamp(unit, "UTC")), "varchar(40)")[0] == ["2026-01-02T03:04:05.6Z"]
    nanos = pa.array([1_000, 1_500, None], pa.timestamp("ns"))
    assert one(nanos, "timestamp") == ([dt.datetime(1970, 1, 1, 0, 0, 0, 1), None], [(2, "not_exact", "v")])
    assert one(nanos, "timestamp", round=True)[0][1] == dt.datetime(1970, 1, 1, 0, 0, 0, 2)
    assert one(nanos, "varchar(40)")[0][1] == "1970-01-01T00:00:00.0000015"
    days = pa.array([dt.datetime(2026, 1, 2), at], pa.timestamp("us", "UTC"))
    assert one(days, "date") == ([dt.date(2026, 1, 2)], [(2, "not_exact", "v")])
    assert one(pa.array([dt.date(2026, 1, 2)]), "timestamp", timezone="Europe/Paris")[0] == [dt.datetime(2026, 1, 2)]
    local = pa.array([dt.datetime(2026, 7, 1, 12), dt.datetime(2026, 3, 29, 2, 30), dt.datetime(1890, 1, 1)], pa.timestamp("us"))
    good, rejected = one(local, "timestamptz", timezone="Europe/Paris")
    assert (good, rejected) == ([dt.datetime(2026, 7, 1, 10), dt.datetime(1889, 12, 31, 23, 50, 39)], [(2, "wrong_type", "v")])
    far = pa.array([10**17, 0], pa.timestamp("s")).cast(pa.timestamp("ms"), safe=False)
    assert one(far, "timestamp")[1] == [(1, "out_of_range", "v")]
    assert one(pa.array([3_723_000_000_500], pa.time64("ns")), "varchar(20)")[0] == ["01:02:03.0000005"]
    assert one([1_767_323_045_000, 10**18], "timestamp", parse="epoch_millis") == ([dt.datetime(2026, 1, 2, 3, 4, 5)], [(2, "out_of_range", "v")])


def int96(values: list) -> bytes:
    return parquet({"v": pa.array(values, pa.timestamp("us"))}, use_deprecated_int96_timestamps=True)


def test_int96_is_an_instant_and_neither_wraps_nor_loses_nanoseconds():
    body = int96([SENTINEL, dt.datetime(1, 1, 1), dt.datetime(2026, 1, 2), None])
    result = load(PARQUET, [column("v", "timestamptz"), column("t", "varchar(40)", **{"from": "v"})], body)
    assert [row["v"] for row in result.rows] == [SENTINEL, dt.datetime(1, 1, 1), dt.datetime(2026, 1, 2), None]
    assert [row["t"] for row in result.rows] == ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-01-02T00:00:00Z", None]
    fine = parquet({"v": pa.array([1_500, 2_000], pa.timestamp("ns"))}, use_deprecated_int96_timestamps=True)
    assert fates(load(PARQUET, [column("v", "timestamptz")], fine)) == [(1, "not_exact", "v")]
    nested = pa.table({"v": pa.array([{"at": SENTINEL}], pa.struct([("at", pa.timestamp("us"))]))})
    inside = load(PARQUET, [column("v", "super")], parquet(nested, use_deprecated_int96_timestamps=True))
    assert json.loads(inside.rows[0]["v"]) == {"at": "9999-12-31T23:59:59Z"}


def test_nested_values_become_json():
    kind = pa.struct([("n", pa.decimal128(5, 2)), ("f", pa.float32()), ("at", pa.timestamp("us", "UTC")), ("b", pa.binary())])
    table = pa.table({
        "s": pa.array([{"n": Decimal("1.10"), "f": 0.1, "at": dt.datetime(2026, 1, 1, tzinfo=UTC), "b": b"x"}, None, {"f": math.nan}], kind),
        "m": pa.array([[("a", [1, None]), ("b", None)], [], None], pa.map_(pa.string(), pa.list_(pa.int8()))),
        "k": pa.array([[(1, "x")], None, []], pa.map_(pa.int32(), pa.string())),
        "l": pa.array([["a"], [], None], pa.large_list(pa.large_string())),
    })  # fmt: skip
    columns = [column("s", "super"), column("m", "varchar(50)", **{"as": "json"}), column("k", "super"), column("l", "super"),
               column("first", "integer", **{"from": "m.a[0]"}), column("at", "date", **{"from": "s.at"})]  # fmt: skip
    result = load(PARQUET, columns, parquet(table))
    assert fates(result) == [(3, "wrong_type", "s")]
    assert result.rows[0] | {"sluice_batch": "", "sluice_file": ""} == {
        "s": '{"n":1.10,"f":0.1,"at":"2026-01-01T00:00:00Z","b":"x"}', "m": '{"a":[1,null],"b":null}', "k": '[{"key":1,"value":"x"}]',
        "l": '["a"]', "first": 1, "at": dt.date(2026, 1, 1), "sluice_batch": "", "sluice_file": "",
    }  # fmt: skip
    assert fates(load(PARQUET, [column("s", "integer")], parquet(table))) == [(1, "wrong_type", "s"), (3, "wrong_type", "s")]


def test_uuids_json_and_nulls():
    table = pa.table({
        "u": pa.array([uuid.UUID(int=255).bytes], pa.uuid()), "j": pa.array(['{"a": 1}'], pa.json_()), "n": pa.nulls(1),
        "t": ["plain"], "b": [True], "i": [3],
    })  # fmt: skip
    kinds = {"u": "varchar(36)", "j": "super", "n": "date", "t": "super", "b": "super", "i": "super"}
    (row,) = load(PARQUET, [column(name, kind) for name, kind in kinds.items()], parquet(table)).rows
    assert list(row.values())[:6] == ["00000000-0000-0000-0000-0000000000ff", '{"a": 1}', None, '"plain"', "true", "3"]


@pytest.mark.parametrize(
    ("kind", "wanted", "says"),
    [
        (pa.int64(), "timestamp", "int64 in the file, which does not go into timestamp (column 'v'); write what the number counts"),
        (pa.int64(), "boolean", "int64"),
        (pa.bool_(), "integer", "bool"),
        (pa.date32(), "timestamptz", "date32"),
        (pa.timestamp("us"), "bigint", "timestamp[us]"),
        (pa.time64("us"), "timestamp", "time64"),
        (pa.binary(), "integer", "binary"),
        (pa.duration("us"), "bigint", "duration[us] in the file, which does not go into bigint (column 'v'); no column can hold this type"),
    ],
)
def test_types_that_do_not_fit_are_the_files_fault(kind, wanted, says):
    error, message = refusal(load(PARQUET, [column("v", wanted)], parquet({"v": pa.nulls(1, kind)})))
    assert error == "StructureChanged"
    assert "the column 'v' is " in message and says in message and f"go into {wanted}" in message


def test_names_are_exact():
    body = parquet({"Id": [1], "x": [2]})
    assert refusal(load(PARQUET, [column("id", "integer")], body)) == (
        "StructureChanged", "'a': the file says 'Id' where the contract says 'id'; names are exact",
    )  # fmt: skip
    assert load(PARQUET, [column("id", "integer")], parquet({"ID": [2], "id": [1]})).rows[0]["id"] == 1
    twice = pa.table([[1], [2]], names=["id", "id"])
    assert "the file has the column 'id' 2 times" in refusal(load(PARQUET, [column("id", "integer")], parquet(twice)))[1]
    with_twice = pa.table([[1], [2], [3]], names=["id", "b", "b"])
    assert load(PARQUET, [column("id", "integer")], parquet(with_twice)).rows[0]["id"] == 1
    missing = refusal(load(PARQUET, [column("idd", "integer")], body))
    assert missing == ("StructureChanged", "'a': the file has no 'idd' (column 'idd'); the nearest name is 'Id'; it has Id, x")
    optional = load(PARQUET, [column("x", "integer"), column("y", "integer", optional=True)], body)
    assert optional.rows[0]["y"] is None
    assert optional.report["warnings"] == ["the column 'Id' is not in the contract (in 'a')", "the optional column 'y' is absent (in 'a')"]
    assert refusal(load(PARQUET, [column("x", "integer")], body, unknown_columns="refuse"))[0] == "StructureChanged"
    inner = parquet({"s": [{"a": 1}]})
    assert "'s' has no 'b'" in refusal(load(PARQUET, [column("b", "integer", **{"from": "s.b"})], inner))[1]
    assert "has no element [0]" in refusal(load(PARQUET, [column("b", "integer", **{"from": "s[0]"})], inner))[1]


def test_types_may_differ_from_file_to_file():
    at = dt.datetime(2026, 1, 2)
    files = {
        "a": parquet({"v": pa.array([1], pa.int32()), "t": pa.array([at], pa.timestamp("ns"))}),
        "b": parquet({"v": pa.array([2], pa.int64()), "t": pa.array([at], pa.timestamp("ms", "UTC"))}),
        "c": parquet({"v": ["3"], "t": ["2026-01-02"]}),
    }
    result = load(PARQUET, [column("v", "integer"), column("t", "timestamp")], files)
    assert sorted((row["v"], row["t"]) for row in result.rows) == [(1, at), (2, at), (3, at)]
    files["d"] = parquet({"v": [True], "t": ["2026-01-02"]})
    assert "'d': the column 'v' is bool" in refusal(load(PARQUET, [column("v", "integer"), column("t", "timestamp")], files))[1]
