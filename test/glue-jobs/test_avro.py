"""Avro as a source: logical types, unions and blocks; a file that is not whole is refused."""

import datetime as dt
import io
import json
import struct
import uuid
import zlib
from decimal import Decimal

import fastavro
import pyarrow as pa
import pytest
import zstandard
from batches import column
from columnar import fates, load, refusal

AVRO = {"type": "avro"}
AT = dt.datetime(2026, 7, 1, 12, 30, 0, 5_000, tzinfo=dt.timezone.utc)


def avro(fields: list, records: list[dict], codec: str = "null", **options) -> bytes:
    sink = io.BytesIO()
    schema = {"type": "record", "name": "Thing", "namespace": "shop", "fields": [{"name": name, "type": kind} for name, kind in fields]}
    fastavro.writer(sink, fastavro.parse_schema(schema), records, codec=codec, **options)
    return sink.getvalue()


def one(kind, values: list, wanted: str, **more):
    result = load(AVRO, [column("v", wanted, **more)], avro([("v", kind)], [{"v": value} for value in values]))
    return [row["v"] for row in result.rows], fates(result)


def test_primitive_types():
    assert one("int", [1, 40_000], "smallint") == ([1], [(2, "out_of_range", "v")])
    assert one(["null", "long"], [None, 2**63 - 1], "bigint")[0] == [None, 2**63 - 1]
    assert one("double", [0.1, 5.0], "decimal(5,2)")[0] == [Decimal("0.1"), Decimal(5)]
    assert one("float", [0.1], "varchar(9)")[0] == ["0.1"]
    assert one("boolean", [True], "boolean")[0] == [True]
    assert one("string", [" 5 ", "x"], "integer") == ([5], [(2, "wrong_type", "v")])
    assert one("bytes", [b"ok", b"\xff"], "varchar(5)") == (["ok"], [(2, "invalid_encoding", "v")])
    assert one({"type": "enum", "name": "E", "symbols": ["A", "B"]}, ["A"], "varchar(5)")[0] == ["A"]
    assert one({"type": "fixed", "name": "F", "size": 2}, [b"ab"], "varchar(5)")[0] == ["ab"]
    assert one("null", [None], "date")[0] == [None]


def test_logical_types():
    cent = {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}
    assert one(cent, [Decimal("1.50"), Decimal("-7.25")], "decimal(5,1)") == ([Decimal("1.5")], [(2, "not_exact", "v")])
    wide = {"type": "fixed", "name": "D", "size": 16, "logicalType": "decimal", "precision": 38, "scale": 0}
    assert one(wide, [Decimal(10**37), Decimal(-5)], "decimal(38,0)")[0] == [Decimal(10**37), Decimal(-5)]
    for unit in ("millis", "micros"):
        assert one({"type": "long", "logicalType": f"timestamp-{unit}"}, [AT], "timestamptz")[0] == [AT.replace(tzinfo=None)]
        local = {"type": "long", "logicalType": f"local-timestamp-{unit}"}
        assert one(local, [AT.replace(tzinfo=None)], "timestamp", timezone="Europe/Paris")[0] == [dt.datetime(2026, 7, 1, 10, 30, 0, 5_000)]
    assert one({"type": "long", "logicalType": "timestamp-nanos"}, [1_500], "timestamp") == ([], [(1, "not_exact", "v")])
    assert one({"type": "int", "logicalType": "date"}, [dt.date(2026, 7, 1)], "date")[0] == [dt.date(2026, 7, 1)]
    assert one({"type": "int", "logicalType": "time-millis"}, [dt.time(1, 2, 3)], "varchar(20)")[0] == ["01:02:03"]
    assert one({"type": "string", "logicalType": "uuid"}, [uuid.UUID(int=5)], "varchar(36)")[0] == ["00000000-0000-0000-0000-000000000005"]
    # A logical type over the wrong base is no logical type (specification: "must ignore").
    assert one({"type": "string", "logicalType": "date"}, ["x"], "varchar(1)")[0] == ["x"]


def test_unions_go_by_the_branch_of_each_value():
    kind = ["null", "int", {"type": "long", "logicalType": "timestamp-millis"}, "string"]
    sink = io.BytesIO()
    schema = {"type": "record", "name": "R", "fields": [{"name": "v", "type": kind}]}
    # By hand: fastavro's writer chooses a branch by itself.
    rows = b"\x00" + b"\x02\x0a" + b"\x04" + _zigzag(1_782_909_000_000) + b"\x06\x02x"
    fastavro.writer(sink, schema, [])
    body = sink.getvalue()
    body += _zigzag(4) + _zigzag(len(rows)) + rows + body[-16:]
    result = load(AVRO, [column("v", "varchar(40)")], body)
    assert [row["v"] for row in result.rows] == [None, "5", "2026-07-01T12:30:00Z", "x"]
    assert refusal(load(AVRO, [column("v", "timestamp")], body))[0] == "StructureChanged"
    nested = load(AVRO, [column("v", "super")], body)
    assert [row["v"] for row in nested.rows] == [None, "5", '"2026-07-01T12:30:00Z"', '"x"']


def _zigzag(number: int) -> bytes:
    value, out = (number << 1) ^ (number >> 63), bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def test_nested_values():
    inner = {"type": "record", "name": "Inner", "fields": [
        {"name": "n", "type": {"type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2}},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
        {"name": "u", "type": ["null", "int", "string"]},
        {"name": "more", "type": ["null", "Inner"]},
    ]}  # fmt: skip
    fields = [("s", ["null", inner]), ("l", {"type": "array", "items": "float"}), ("m", {"type": "map", "values": "Inner"})]
    value = {"n": Decimal("1.10"), "at": AT, "u": "x", "more": {"n": Decimal("0.00"), "at": None, "u": 7, "more": None}}
    body = avro(fields, [{"s": value, "l": [0.1, 2], "m": {"k": value}}, {"s": None, "l": [float("nan")], "m": {}}])
    columns = [column("s", "super"), column("l", "varchar(20)", **{"as": "json"}), column("u", "varchar(9)", **{"from": "s.u"}),
               column("deep", "decimal(5,2)", **{"from": "m.k.n"}), column("first", "real", **{"from": "l[0]"})]  # fmt: skip
    result = load(AVRO, columns, body, unknown_columns="ignore")
    assert fates(result) == [(2, "wrong_type", "l")]
    (row,) = result.rows
    assert json.loads(row["s"]) == {"n": 1.10, "at": "2026-07-01T12:30:00.005Z", "u": "x", "more": {"n": 0.00, "at": None, "u": 7, "more": None}}
    assert '"n":1.10' in row["s"] and (row["l"], row["u"], row["deep"]) == ("[0.1,2]", "x", Decimal("1.10"))
    assert json.loads(result.rejects[0]["raw"]) == {"s": None, "l": ["nan"], "m": {}}


RECORDS = [{"id": n, "name": f"name {n}"} for n in range(5_000)]
FIELDS = [("id", "long"), ("name", "string")]


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_codecs(codec):
    body = avro(FIELDS, RECORDS, codec)
    result = load(AVRO, [column("id", "bigint"), column("name", "varchar(20)")], body)
    assert result.report["counts"]["written"] == 5_000
    assert result.report["files"][0]["form"] == {"compression": codec, "schema": {"id": "int64", "name": "string"}}


def test_zstandard():
    plain = avro(FIELDS, RECORDS[:10])
    sync = plain[-16:]
    packed = zstandard.compress(_data(RECORDS[:10]))
    head = plain[: plain.index(sync) + 16].replace(b"\x08null", _zigzag(9) + b"zstandard")
    body = head + _zigzag(10) + _zigzag(len(packed)) + packed + sync
    assert load(AVRO, [column("id", "bigint"), column("name", "varchar(20)")], body).report["counts"]["written"] == 10


def _data(records: list[dict]) -> bytes:
    return b"".join(_zigzag(row["id"]) + _zigzag(len(row["name"])) + row["name"].encode() for row in records)


def test_snappy_blocks_prove_their_crc():
    plain = avro(FIELDS, RECORDS[:10]).replace(b"\x08null", b"\x0csnappy")
    sync = plain[-16:]
    head = plain[: plain.index(sync) + 16]
    data = _data(RECORDS[:10])
    packed = pa.compress(data, "snappy", asbytes=True)
    block = lambda crc: head + _zigzag(10) + _zigzag(len(packed) + 4) + packed + struct.pack(">I", crc) + sync  # noqa: E731
    columns = [column("id", "bigint"), column("name", "varchar(20)")]
    assert load(AVRO, columns, block(zlib.crc32(data))).report["counts"]["written"] == 10
    assert "its CRC-32 is another one" in refusal(load(AVRO, columns, block(5)))[1]


BODY = avro(FIELDS, RECORDS, "deflate", sync_interval=4_000)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (b"PAR1\x15" + b"\0" * 20, "looks like Parquet"),
        (BODY[:60], "ends in its header; it was cut off"),
        (BODY[:-100], "ends in the middle of the block at byte"),
        (BODY[:-16] + b"x" * 16, "the marker at its end is not the file's own"),
        (BODY[:1000] + b"\xff\xff" + BODY[1002:], "block "),
        (BODY.replace(b"deflate", b"defxxxx"), "is packed as defxxxx, which is not unpacked"),
        (BODY.replace(b'"string"', b'"strung"'), "has a schema that cannot be read"),
        (avro(FIELDS, RECORDS).replace(b'"long"', b'"null"'), "cannot be decoded by the file's schema"),
    ],
)
def test_broken_files_are_refused(body, says):
    error, message = refusal(load(AVRO, [column("id", "bigint")], {"f.avro": body}, unknown_columns="ignore"))
    assert (error, says in message) == ("FileUnreadable", True), message
    assert message.startswith("'f.avro'")


def test_names_and_types():
    assert "says 'id' where the contract says 'ID'" in refusal(load(AVRO, [{**column("i", "bigint"), "from": "ID"}], BODY))[1]
    assert "the column 'id' is int64 in the file, which does not go into date" in refusal(load(AVRO, [column("id", "date")], BODY))[1]


@pytest.mark.parametrize("keyed", [False, True])
def test_blocks_are_divided(monkeypatch, keyed):
    from partition_to_parquet import plan

    columns = [column("id", "bigint"), column("name", "varchar(9)")]
    more = {"load": {"key": ["id"] if keyed else []}, "rejects": {}}
    body = avro(FIELDS, [{"id": n, "name": f"name {n}"} for n in range(20_000)], "deflate", sync_interval=4_000)
    whole = load(AVRO, columns, body, **more)
    for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
        monkeypatch.setattr(plan, name, 40_000)
    monkeypatch.setattr(plan, "ALONE_BYTES", 0)
    parts = load(AVRO, columns, body, **more)
    assert len(parts.report["output"]) > 1
    by_id = lambda row: row["id"]  # noqa: E731
    assert sorted(parts.rows, key=by_id) == sorted(whole.rows, key=by_id)
    numbers = lambda result: sorted((reject["record_number"], reject["raw"]) for reject in result.rejects)  # noqa: E731
    assert numbers(parts) == numbers(whole) and len(whole.rejects) == 10_000
