"""Parquet files as a whole: units of work, places of rejects; broken files refused by name."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batches import column
from columnar import PARQUET, load, parquet, refusal


def test_a_reject_shows_its_record_whole_and_its_place():
    table = pa.table({"id": range(3_000), "text": ["ok"] * 2_999 + ["too long"], "other": [{"a": 1}] * 3_000})
    body = parquet(table, row_group_size=500)
    result = load(PARQUET, [column("id", "integer"), column("text", "varchar(3)")], body)
    (reject,) = result.rejects
    assert (reject["record_number"], reject["reason"]) == (3_000, "too_long")
    assert json.loads(reject["raw"]) == {"id": 2_999, "text": "too long", "other": {"a": 1}}
    form = result.report["files"][0]["form"]
    assert (form["compression"], form["row_groups"], form["schema"]["text"]) == ("snappy", 6, "string")


BODY = parquet({"v": pa.array(range(50_000))}, compression="none", use_dictionary=False, write_page_checksum=True)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "has 0 bytes, which is not a Parquet file"),
        (BODY[:-10], "does not end in its footer: it was cut off"),
        (BODY[: len(BODY) // 2], "does not end in its footer: it was cut off"),
        (BODY[:-8] + b"\xff\xff\xff\x7f" + b"PAR1", "cannot be read as Parquet"),
        (BODY[:-300] + b"\0" * 292 + BODY[-8:], "cannot be read as Parquet"),
        (BODY[:2000] + b"\xff" + BODY[2001:], "cannot be read as Parquet: could not verify page integrity, CRC checksum verification failed"),
        (b"id,name\n1,Ann\n2,Bob\n", "does not begin as Parquet does"),
        (b"\x1f\x8b\x08" + b"\0" * 40, "looks like gzip"),
        (b"PARE" + BODY[4:-4] + b"PARE", "is encrypted Parquet"),
    ],
)
def test_broken_files_are_refused_by_name(body, says):
    error, message = refusal(load(PARQUET, [column("v", "integer")], {"f.parquet": body}))
    assert error == "FileUnreadable"
    assert message.startswith("'f.parquet' ") and says.lower() in message.lower()


def test_a_file_that_breaks_in_the_middle_is_refused_whole():
    body = bytearray(parquet({"v": pa.array(range(200_000))}, row_group_size=20_000, compression="none", use_dictionary=False, write_page_checksum=True))
    body[len(body) // 2] ^= 0xFF
    result = load(PARQUET, [column("v", "integer")], bytes(body))
    assert refusal(result)[0] == "FileUnreadable"
    assert result.report["output"] == []


def test_encrypted_columns_are_refused():
    encryption = pytest.importorskip("pyarrow.parquet.encryption")

    class Kms(encryption.KmsClient):
        def __init__(self, config):
            encryption.KmsClient.__init__(self)

        def wrap_key(self, key, name):
            return key.hex()

        def unwrap_key(self, key, name):
            return bytes.fromhex(key)

    factory = encryption.CryptoFactory(Kms)
    kms = encryption.KmsConnectionConfig()
    for plaintext_footer in (True, False):
        settings = encryption.EncryptionConfiguration(footer_key="f", column_keys={"k": ["v"]}, plaintext_footer=plaintext_footer)
        sink = io.BytesIO()
        table = pa.table({"v": [1], "w": [2]})
        with pq.ParquetWriter(sink, table.schema, encryption_properties=factory.file_encryption_properties(kms, settings)) as writer:
            writer.write_table(table)
        error, message = refusal(load(PARQUET, [column("v", "integer")], sink.getvalue()))
        assert error == "FileUnreadable" and "encrypt" in message, message


def test_record_counts_are_held_against_the_footer():
    body = parquet({"v": [1, 2]})
    assert load(PARQUET, [column("v", "integer")], body, {"a": {"record_count": 2}}).report["verdict"] is None
    error, message = refusal(load(PARQUET, [column("v", "integer")], body, {"a": {"record_count": 3}}))
    assert (error, message) == ("FileMismatch", "'a' has 2 records by its footer, the manifest says 3")


def test_no_rows_and_no_columns():
    assert load(PARQUET, [column("v", "integer")], parquet({"v": pa.array([], pa.int32())})).report["counts"]["read"] == 0
    only_constants = load(PARQUET, [column("file", "varchar(9)", **{"from": "$file"})], parquet({"v": [1, 2]}), unknown_columns="ignore")
    assert [row["file"] for row in only_constants.rows] == ["a", "a"]


@pytest.mark.parametrize("keyed", [False, True])
def test_row_groups_are_the_units_of_work(monkeypatch, keyed):
    from partition_to_parquet import plan, ranges

    table = pa.table({"id": range(20_000), "text": [f"text {n}" for n in range(20_000)], "bad": [n % 1_000 == 7 for n in range(20_000)]})
    body = parquet(table, row_group_size=1_500)
    columns = [column("id", "integer"), column("text", "varchar(20)"), column("flag", "varchar(4)", **{"from": "bad"})]
    whole = load(PARQUET, columns, body, load={"key": ["id"] if keyed else []})
    monkeypatch.setattr(ranges, "WHOLE_BYTES", 0)
    for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
        monkeypatch.setattr(plan, name, 50_000)
    monkeypatch.setattr(plan, "ALONE_BYTES", 0)
    parts = load(PARQUET, columns, body, load={"key": ["id"] if keyed else []})
    by_id = lambda row: row["id"]  # noqa: E731
    assert sorted(parts.rows, key=by_id) == sorted(whole.rows, key=by_id)
    numbered = lambda result: sorted((reject["record_number"], reject["raw"]) for reject in result.rejects)  # noqa: E731
    assert numbered(parts) == numbered(whole)
    assert numbered(parts)[0][0] == 1 and len(whole.rejects) == 20_000 - 20
    assert len(parts.report["output"]) > 1
