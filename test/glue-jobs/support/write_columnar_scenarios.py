"""Writes the binary files of the scenarios of columnar formats: `python test/glue-jobs/support/write_columnar_scenarios.py`."""

import datetime as dt
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[3] / "glue-jobs"))

import io

import fastavro
import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq
from sheets import ERROR, UNSAVED, workbook

SCENARIOS = Path(__file__).parents[2] / "scenarios"
AT = dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.timezone.utc)


def things() -> pa.Table:
    """Six records, of which three cannot be held."""
    address = pa.struct([("city", pa.string()), ("zip", pa.int32()), ("since", pa.date32())])
    return pa.table({
        "id": pa.array([1, 2, 3, 4, 5, 1], pa.uint32()),
        "amount": pa.array([Decimal("10.5000"), Decimal("0.0100"), Decimal("1.0050"), Decimal("99999.9900"), None, Decimal("10.5000")], pa.decimal128(20, 4)),
        "ratio": [0.1, 0.125, 1.0, 12.5, 1e5, 0.1],
        "paid": [True, False, None, True, False, True],
        "day": pa.array([dt.date(2026, 7, 1)] * 6),
        "seen_at": pa.array([AT] * 3 + [dt.datetime(9999, 12, 31, tzinfo=dt.timezone.utc), None, AT], pa.timestamp("us", "UTC")),
        "opens_at": pa.array([AT.replace(tzinfo=None)] * 3 + [dt.datetime(2026, 3, 29, 2, 30), None, AT.replace(tzinfo=None)], pa.timestamp("ms")),
        "counted": [1_782_909_000_000] * 6,
        "status": pa.array(["open", "closed", "open", "open", "open", "open"]).dictionary_encode(),
        "address": pa.array([{"city": "Köln", "zip": 50667, "since": dt.date(2020, 1, 1)}, {"city": None}, None, None, None,
                             {"city": "Köln", "zip": 50667, "since": dt.date(2020, 1, 1)}], address),
        "tags": pa.array([["new", "red"], [], None, ["x"], ["y"], ["new", "red"]], pa.list_(pa.string())),
        "labels": pa.array([[("colour", "red")], [], None, [], [], [("colour", "red")]], pa.map_(pa.string(), pa.string())),
        "extra": ["nobody asks for this"] * 6,
    })  # fmt: skip


def put(scenario: str, name: str, body: bytes) -> None:
    (SCENARIOS / scenario / "batches" / "1" / name).write_bytes(body)


def parquet(table: pa.Table, **options) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    return sink.getvalue().to_pybytes()


def avro() -> bytes:
    """Changes of a table as Debezium writes them; the third has an amount with too many decimals."""
    row = {"type": "record", "name": "Row", "fields": [
        {"name": "id", "type": "long"}, {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
    ]}  # fmt: skip
    fields = [
        {"name": "after", "type": ["null", row]}, {"name": "changed_at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "detail", "type": ["null", "int", "string", "Row"]},
    ]  # fmt: skip
    schema = fastavro.parse_schema({"type": "record", "name": "Change", "namespace": "shop", "fields": fields})
    records = [
        {"after": {"id": 1, "amount": Decimal("1.50")}, "changed_at": AT, "detail": 5},
        {"after": None, "changed_at": AT, "detail": "gone"},
        {"after": {"id": 3, "amount": Decimal("1.55")}, "changed_at": AT, "detail": None},
        {"after": {"id": 4, "amount": Decimal("-2.00")}, "changed_at": AT, "detail": ("shop.Row", {"id": 9, "amount": Decimal("0.10")})},
    ]
    sink = io.BytesIO()
    fastavro.writer(sink, schema, records, codec="deflate", sync_interval=10, sync_marker=b"0123456789abcdef")
    return sink.getvalue()


def orc_types() -> bytes:
    sink = io.BytesIO()
    at = AT.replace(tzinfo=None)
    table = pa.table({
        "id": [1, 2, 40_000, 1], "amount": pa.array([Decimal("10.500"), Decimal("0.250"), None, Decimal("10.500")], pa.decimal128(20, 3)),
        "opened_at": pa.array([at, at, None, at]), "seen_at": pa.array([at, None, at, at], pa.timestamp("us", "UTC")),
        "labels": pa.array([[("colour", "red")], [], None, [("colour", "red")]], pa.map_(pa.string(), pa.string())),
    })  # fmt: skip
    orc.write_table(table, sink, compression="zlib")
    return sink.getvalue()


def orders() -> bytes:
    rows = [["Orders of July"], [], ["Order number", "Date", "Amount"], [7.0, AT.date(), 12.5], [8.0, "02.07.2026", 0.1 + 0.2], [],
            [9.0, AT.replace(tzinfo=None), 1.0], [10.0, "soon", 1.0], [11.0, AT.date(), ERROR], [12.0, AT.date(), UNSAVED], [13.5, None, None]]  # fmt: skip
    return workbook(("Cover", [["nothing here"]]), ("Orders", rows))


FIXED = "\n".join([
    "H20260701", "D00012320260701-001250M\u00fcller  ", "D00012420260702 000100Meier   ", "D00012520260231 000100Schmitz\u00e4", "D000126", "",
    "D00012720260701     12Schmitz und S\u00f6hne", "D00012820260701     12S\u00f6hne             ", "T0005", "",
])  # fmt: skip


def main() -> None:
    put("avro-envelope", "a.avro", avro())
    put("orc-types", "a.orc", orc_types())
    put("xlsx-orders", "a.xlsx", orders())
    put("fixed-footer", "a.txt", FIXED.encode("windows-1252"))
    put("parquet-types", "a.parquet", parquet(things(), row_group_size=4, compression="zstd"))
    at = pa.array([AT.replace(tzinfo=None)], pa.timestamp("us"))
    put("parquet-schema-differs", "a.parquet", parquet(pa.table({"id": pa.array([1], pa.int8()), "at": at.cast(pa.timestamp("ms"))})))
    put("parquet-schema-differs", "b.parquet", parquet(pa.table({"at": at.cast(pa.timestamp("ns")), "id": pa.array([2], pa.uint64())})))
    put("parquet-schema-differs", "c.parquet", parquet(pa.table({"id": ["3"], "at": at}), use_deprecated_int96_timestamps=True))
    put("parquet-cut-off", "a.parquet", parquet(pa.table({"id": range(100)}))[:-30])


if __name__ == "__main__":
    main()
