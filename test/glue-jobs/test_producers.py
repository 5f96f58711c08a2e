"""Small files of others: DuckDB 2.0.1, polars 2.1.0, pandas 3.1.1 and Spark 4.1.1 wrote those in `files/`. Each loads, or is refused for a reason.

Spark's are one row of every type: `legacy` has INT96, decimals as bytes and lists of two levels (spark.sql.parquet.writeLegacyFormat), the
session's zone was Europe/Paris and the machine's UTC. `legacyrebase` is the year 1500 in the calendar of Spark 2.
"""

import datetime as dt
import io
import struct
from decimal import Decimal
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batches import column
from columnar import PARQUET, fates, load, parquet, refusal

FILES = Path(__file__).parent / "files"
NOON = dt.datetime(2026, 7, 1, 12, 30)


def one(name: str, source: str, kind: str):
    path = FILES / name
    return load({"type": path.suffix[1:]}, [column("c", kind, **{"from": source})], {name: path.read_bytes()}, unknown_columns="ignore")


SPARK = [
    ("b", "smallint", 1), ("l", "bigint", 4), ("f", "decimal(3,2)", Decimal("0.5")), ("dec", "decimal(3,2)", Decimal("1.5")),
    ("wide", "decimal(20,2)", Decimal("1.5")), ("widest", "decimal(4,1)", Decimal("1.5")), ("day", "date", NOON.date()),
    ("ntz", "timestamp", NOON), ("t", "char(1)", "x"), ("bin", "varchar(2)", "ab"), ("flag", "boolean", True), ("arr", "super", "[1,2,null]"),
    ("arr2", "super", "[[1]]"), ("arrs", "super", '[{"a":1,"b":"x"}]'), ("arrs[0].b", "varchar(1)", "x"), ("m.k", "integer", 1), ("st.a", "integer", 1),
]  # fmt: skip
SEEN = [("ts", "timestamptz", NOON.replace(hour=10)), ("old", "timestamptz", dt.datetime(1849, 12, 31, 23, 50, 39))]


@pytest.mark.parametrize(
    ("name", "source", "kind", "value"),
    [
        *[("spark-legacy.parquet", *each) for each in [*SPARK, *SEEN]],
        *[("spark-micros.parquet", *each) for each in [*SPARK, *SEEN]],
        *[("spark-lz4.orc", *each) for each in [*SPARK, ("ts", "timestamp", NOON.replace(hour=10))]],
        ("duckdb-hugeint.parquet", "v", "double precision", 5.0),
        ("duckdb-uuid.parquet", "v", "varchar(36)", "00000000-0000-0000-0000-0000000000ff"),
        ("duckdb-enum.parquet", "v", "varchar(1)", "a"),
        ("duckdb-time_ns.parquet", "v", "varchar(20)", "01:02:03.123456789"),
        ("duckdb-timetz.parquet", "v", "varchar(20)", "23:02:03"),
        ("duckdb-bit.parquet", "v", "varchar(3)", "101"),
        ("duckdb-json.parquet", "v", "super", '{"a":1}'),
        ("duckdb-list.parquet", "y", "super", "[[1],[2]]"),
        ("duckdb-list.parquet", "w.b[0]", "integer", 1),
        ("duckdb-list.parquet", "x.k", "integer", 1),
        ("duckdb-list.parquet", "z[1]", "integer", 2),
        ("polars-categorical.parquet", "v", "varchar(1)", "a"),
        ("polars-decimal.parquet", "v", "decimal(5,1)", Decimal("1.5")),
        ("polars-array.parquet", "v", "super", "[1,2]"),
        ("polars-datetime_tz.parquet", "v", "timestamp", NOON.replace(hour=10)),
        ("polars-float16.parquet", "v", "decimal(3,2)", Decimal("0.5")),
        ("polars-avro.avro", "v", "integer", 1),
        ("polars-avro.avro", "d", "date", dt.date(2026, 1, 1)),
        ("pandas-cat_int.parquet", "v", "integer", 10),
        ("pandas-tz.parquet", "v", "timestamptz", NOON.replace(hour=10)),
        ("pandas-period.parquet", "v", "integer", 672),
    ],
)
def test_files_of_others_load(name, source, kind, value):
    result = one(name, source, kind)
    assert (result.report["verdict"], result.rejects[1:]) == (None, [])
    assert result.rows[0]["c"] == value


NO_COLUMN = "in the file, which does not go into super (column 'c'); no column can hold this type; have the producer write another"


@pytest.mark.parametrize(
    ("name", "source", "error", "says"),
    [
        ("duckdb-interval.parquet", "v", "StructureChanged", f"the column 'v' is INTERVAL {NO_COLUMN}"),
        ("duckdb-variant.parquet", "v", "StructureChanged", f"the column 'v' is VARIANT {NO_COLUMN}"),
        ("spark-variant.parquet", "v", "StructureChanged", f"the column 'v' is VARIANT {NO_COLUMN}"),
        ("polars-duration.parquet", "v", "StructureChanged", f"the column 'v' is duration[us] {NO_COLUMN}"),
        ("pandas-timedelta.parquet", "v", "StructureChanged", f"the column 'v' is duration[us] {NO_COLUMN}"),
        ("polars-int128.parquet", "v", "FileUnreadable", "have the producer write a decimal or a text in place of its 128-bit integers"),
        ("spark-legacyrebase.parquet", "day", "FileUnreadable", "'day' holds times before 1582-10-15 that Spark wrote in the Julian calendar"),
        ("spark-legacyrebase.parquet", "ts", "FileUnreadable", "'ts' holds times before 1900 that Spark wrote in the Julian calendar"),
    ],
)
def test_files_of_others_are_refused_with_a_remedy(name, source, error, says):
    found, message = refusal(one(name, source, "super"))
    assert (found, says in message) == (error, True), message
    assert message.startswith(f"'{name}'") and "have the producer write" in message


def test_infinite_times_are_rejected_by_record():
    assert fates(one("duckdb-infinity.parquet", "v", "timestamp")) == [(1, "out_of_range", "c")]


def test_a_reject_shows_its_record_beside_a_type_that_no_column_holds():
    rest = load(PARQUET, [column("c", "varchar(1)", **{"from": "t"})], parquet({"t": ["long"], "v": pa.array([dt.timedelta(1)])}), unknown_columns="ignore")
    assert fates(rest) == [(1, "too_long", "c")]


def test_dictionaries_may_hold_a_text_twice_and_texts_that_become_one():
    """The written file gets each text once, whatever the file's own dictionary was."""
    codes = pa.array([0, 1, 2, None, 3, 0] * 2_000, pa.int32())
    table = pa.table({"v": pa.DictionaryArray.from_arrays(codes, pa.array(["a", "a ", "b", ""]))})
    result = load(PARQUET, [column("v", "varchar(1)")], parquet(table))
    assert [row["v"] for row in result.rows] == ["a", "a", "b", None, None, "a"] * 2_000
    assert pa.types.is_string(result.table.schema.field("v").type)


FOOTERS = [parquet({"v": pa.array(range(rows))}, compression="none", use_dictionary=False) for rows in (50_000, 40_000)]


def _with_footer(data: bytes, other: bytes) -> bytes:
    """A file's pages with another file's footer behind them."""
    size = lambda body: struct.unpack("<I", body[-8:-4])[0] + 8  # noqa: E731
    return data[: -size(data)] + other[-size(other) :]


@pytest.mark.parametrize(("data", "footer"), [(0, 1), (1, 0)])
def test_the_footer_of_another_file_is_refused(data, footer):
    body = _with_footer(FOOTERS[data], FOOTERS[footer])
    result = load(PARQUET, [column("v", "decimal(12,1)")], {"f.parquet": body})
    error, message = refusal(result)
    assert (error, message.startswith("'f.parquet'")) == ("FileUnreadable", True), message
    assert result.report["output"] == []
    whole = [parquet({"v": pa.array(range(rows))}, compression="none", use_dictionary=False, max_rows_per_page=10_000) for rows in (50_000, 40_000)]
    if data == 0:
        assert "that its footer does not name" in refusal(load(PARQUET, [column("v", "integer")], _with_footer(*whole)))[1]


def test_avro_unions_may_have_their_null_second():
    schema = {"type": "record", "name": "R", "fields": [
        {"name": "s", "type": ["string", "null"]},
        {"name": "at", "type": [{"type": "long", "logicalType": "timestamp-millis"}, "null"]},
        {"name": "local", "type": [{"type": "long", "logicalType": "local-timestamp-micros"}, "null"]},
    ]}  # fmt: skip
    sink = io.BytesIO()
    at = NOON.replace(tzinfo=dt.timezone.utc)
    fastavro.writer(sink, fastavro.parse_schema(schema), [{"s": "x", "at": at, "local": NOON}, {"s": None, "at": None, "local": None}])
    columns = [column("s", "char(1)"), column("at", "timestamptz"), column("local", "timestamp", timezone="Europe/Paris")]
    rows = load({"type": "avro"}, columns, sink.getvalue()).rows
    assert [tuple(row.values())[:3] for row in rows] == [("x", NOON, NOON.replace(hour=10)), (None, None, None)]


def test_statistics_are_kept_for_numbers_and_times_and_for_texts_that_rows_are_looked_up_by():
    body = parquet({"k": ["a", "b"], "t": ["x", "y"], "n": [1, 2]})
    result = load(PARQUET, [column("k", "char(1)"), column("t", "char(1)"), column("n", "integer")], body, load={"key": ["k"]})
    written = pq.ParquetFile(io.BytesIO(result.objects.read("processed", result.report["output"][0]["key"]))).metadata.row_group(0)
    assert [written.column(place).is_stats_set for place in range(5)] == [True, False, True, False, False]
