"""Packed files: whole, in pieces, cut, damaged, one inside the other, and made to harm."""

import bz2
import gzip
import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import zstandard
from batches import CSV, column, contract
from partition_to_parquet import archives, packing
from partition_to_parquet.batch import SourceFile
from partition_to_parquet.errors import FileUnreadable
from without_spark import convert_here

FILE = SourceFile(0, "landing", "f", None, None, 0, None, None)
PACK = {"gzip": gzip.compress, "bzip2": bz2.compress, "zstd": zstandard.ZstdCompressor(write_checksum=True).compress}
NOISE = random.Random(7).randbytes(3_000)
COLUMNS = [column("id", "integer"), column("name", "varchar(20)")]


def unpack(data: bytes, kind: str, size: int) -> bytes:
    pieces = iter([data[place : place + size] for place in range(0, len(data), size)])
    return b"".join(packing.unpacked(pieces, kind, FILE))


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("size", [1, 7, 4096, 1 << 24])
def test_parts_one_behind_the_other(kind, size):
    one, other = NOISE, b"x" * 5_000
    assert unpack(PACK[kind](one) + PACK[kind](b"") + PACK[kind](other), kind, size) == one + other


@pytest.mark.parametrize("size", [1, 100, 1 << 24])
def test_gzip_with_zeros_behind_each_member(size):
    data = gzip.compress(NOISE) + bytes(1_024) + gzip.compress(b"end") + bytes(512)
    assert unpack(data, "gzip", size) == NOISE + b"end"


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("size", [1, 1 << 24])
@pytest.mark.parametrize(
    "damage",
    [lambda d: d[:-3], lambda d: d[: len(d) // 2], lambda d: d + b"no archive", lambda d: d[:40] + bytes([d[40] ^ 255]) + d[41:]],
    ids=["end cut off", "half", "text behind", "a byte wrong"],
)
def test_damage_is_noticed(kind, size, damage):
    with pytest.raises(FileUnreadable):
        unpack(damage(PACK[kind](NOISE)), kind, size)


@pytest.mark.parametrize("outer", PACK)
@pytest.mark.parametrize("inner", PACK)
def test_archives_within_archives_are_refused(outer, inner):
    with pytest.raises(FileUnreadable, match=f"holds {inner} inside"):
        unpack(PACK[outer](PACK[inner](NOISE)), outer, 5)


@pytest.mark.parametrize("kind", PACK)
def test_bombs_are_not_read_to_their_end(kind, monkeypatch):
    monkeypatch.setattr(packing, "BOMB_BYTES", 50_000_000)
    monkeypatch.setattr(packing, "BOMB_RATIO", 500)
    data = PACK[kind](bytes(100_000_000))
    assert unpack(PACK[kind](bytes(20_000_000)), kind, 1 << 24) == bytes(20_000_000)
    with pytest.raises(FileUnreadable, match="more than 500 times its size"):
        unpack(data, kind, 1 << 24)


def test_a_bomb_in_a_zip(monkeypatch):
    monkeypatch.setattr(packing, "BOMB_BYTES", 50_000_000)
    monkeypatch.setattr(packing, "BOMB_RATIO", 500)
    verdict = convert_here(contract(CSV, COLUMNS), {"f.zip": zipped({"a.csv": b"id,name\n" + b"1,a\n" * 20_000_000})}).report["verdict"]
    assert (verdict["error"], verdict["file"]) == ("FileUnreadable", "f.zip!a.csv")


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def test_members_of_a_large_archive_are_read_by_ranges(monkeypatch):
    monkeypatch.setattr(archives, "WHOLE_BYTES", 0)
    monkeypatch.setattr(archives, "_RANGE_BYTES", 1_000)
    members = {f"{n}.csv": b"id,name\n" + b"".join(b"%d,%s\n" % (i, random.Random(i).randbytes(4).hex().encode()) for i in range(n, n + 500)) for n in (0, 500)}
    result = convert_here(contract(CSV, COLUMNS), {"f.zip": zipped(members)}, {"f.zip": {"record_count": 1_000}})
    assert result.report["verdict"] is None
    assert [row["id"] for row in result.rows] == list(range(1_000))
    assert result.report["files"][0]["read"] == 1_000


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_an_encrypted_member_is_refused_by_name(flag):
    data = bytearray(zipped({"a.csv": b"id,name\n"}))
    place = data.rindex(b"PK\x01\x02")
    data[6] |= flag
    data[place + 8] |= flag
    verdict = convert_here(contract(CSV, COLUMNS), {"f.zip": bytes(data)}).report["verdict"]
    assert (verdict["error"], "encrypted" in verdict["message"]) == ("FileUnreadable", True)


def test_a_method_that_nobody_unpacks_is_named():
    data = bytearray(zipped({"a.csv": b"id,name\n"}))
    place = data.rindex(b"PK\x01\x02")
    data[8], data[place + 10] = 9, 9
    verdict = convert_here(contract(CSV, COLUMNS), {"f.zip": bytes(data)}).report["verdict"]
    assert "deflate64" in verdict["message"]


def test_the_manifests_sha256_is_that_of_the_archive():
    import hashlib

    body = zipped({"a.csv": b"id,name\n1,a\n"})
    right = convert_here(contract(CSV, COLUMNS), {"f.zip": body}, {"f.zip": {"sha256": hashlib.sha256(body).hexdigest()}})
    wrong = convert_here(contract(CSV, COLUMNS), {"f.zip": body}, {"f.zip": {"sha256": "0" * 64}})
    assert (right.report["verdict"], wrong.report["verdict"]["error"]) == (None, "FileMismatch")


def test_duplicates_between_members_are_found():
    keyed = contract(CSV, COLUMNS, load={"key": ["id"], "conflicts": "last"})
    body = zipped({"b.csv": b"id,name\n1,first\n", "a.csv": b"id,name\n1,second\n2,x\n"})
    result = convert_here(keyed, {"f.zip": body})
    assert [(row["id"], row["name"], row["sluice_file"]) for row in sorted(result.rows, key=lambda row: row["id"])] == [
        (1, "second", "f.zip!a.csv"),
        (2, "x", "f.zip!a.csv"),
    ]


MEMORY = """
import resource, sys
sys.path[:0] = sys.argv[1:3]
from partition_to_parquet import packing
from partition_to_parquet.batch import SourceFile
import zstandard, zlib, bz2
line = b"".join(b"%d,some text that packs\\n" % i for i in range(40_000))
def stream(compress, flush):
    for _ in range(int(sys.argv[4])):
        yield compress(line)
    yield flush()
make = {"zstd": lambda: zstandard.ZstdCompressor().compressobj(), "gzip": lambda: zlib.compressobj(6, wbits=31)}
one = make[sys.argv[3]]()
total = sum(len(p) for p in packing.unpacked(stream(one.compress, one.flush), sys.argv[3], SourceFile(0, "b", "f", None, None, 0, None, None)))
print(total, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("kind", ["zstd", "gzip"])
def test_a_larger_file_needs_no_more_memory(kind):
    root = Path(__file__).resolve().parents[2]
    paths = [str(root / "glue-jobs"), str(root / "test" / "glue-jobs" / "support")]
    found = []
    for repeats in ("20", "200"):
        done = subprocess.run([sys.executable, "-c", MEMORY, *paths, kind, repeats], capture_output=True, text=True, check=True, timeout=120)
        found.append([int(word) for word in done.stdout.split()])
    (small, less), (large, more) = found
    assert large == 10 * small > 200_000_000
    assert more < less + 40 * 1024


def test_the_reader_finds_archives_that_no_name_tells_of():
    result = convert_here(contract(CSV, COLUMNS), {"one": zipped({"a": b"id,name\n1,a\n"}), "two": b"id,name\n2,b\n", "three": zipped({"b": b"id,name\n3,c\n"})})
    assert sorted(row["id"] for row in result.rows) == [1, 2, 3]
    assert [file["form"]["compression"] for file in result.report["files"]] == ["zip", "none", "zip"]
