"""Every encoding of the contract: in blocks of any size, with byte order marks, and with bytes that it does not know."""

import pytest
from batches import CSV, JSON_LINES, column, contract
from partition_to_parquet import plan
from partition_to_parquet.batch import SourceFile
from partition_to_parquet.encodings import CODECS, opened, to_utf8
from partition_to_parquet.errors import FileUnreadable
from without_spark import convert_here

FILE = SourceFile(0, "landing", "f", None, None, 0, None, None)
TEXTS = {
    "iso-8859-2": "žluťoučký kůň", "iso-8859-5": "Привет", "iso-8859-7": "Ελλάδα", "iso-8859-8": "שלום", "iso-8859-9": "İstanbul",
    "iso-8859-15": "10 € œuf", "windows-1250": "„žluť“", "windows-1251": "Привет №1", "windows-1252": "“naïve” €", "windows-1253": "Ελλάδα",
    "windows-1254": "İğ", "windows-1255": "שלום", "windows-1256": "سلام", "windows-1257": "ąčę", "windows-1258": "Việt",
    "koi8-r": "Привет", "shift_jis": "表ソ能 ｱ", "euc-jp": "日本語", "euc-kr": "한국어", "gb18030": "中文😀", "big5": "許功蓋", "iso-8859-1": "café",
    "utf-8": "中文😀é", "utf-16-le": "中文😀é", "utf-16-be": "中文😀é",
}  # fmt: skip
COLUMNS = [column("id", "integer"), column("name", "varchar(100)", normalize="none")]


def test_every_encoding_has_a_text_here():
    assert set(TEXTS) | {"utf-16"} == set(CODECS)


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_blocks_may_end_inside_characters(encoding, size):
    text = TEXTS[encoding] if encoding != "windows-1258" else "Viêt"
    data = f"{text}\n{text}".encode(CODECS[encoding])
    pieces = iter([data[place : place + size] for place in range(0, len(data), size)])
    assert b"".join(to_utf8(pieces, encoding)).decode() == f"{text}\n{text}"


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("form", [CSV, JSON_LINES], ids=["csv", "json"])
def test_files_in_every_encoding(encoding, form):
    text = TEXTS[encoding] if encoding != "windows-1258" else "Viêt"
    lines = f'{{"id":1,"name":"{text}"}}\n{{"id":2,"name":"x"}}\n' if form is JSON_LINES else f'id,name\n1,{text}\n2,"x"\n'
    result = convert_here(contract({**form, "encoding": encoding}, COLUMNS), {"f": lines.encode(CODECS[encoding])})
    assert (result.report["verdict"], [row["name"] for row in result.rows]) == (None, [text, "x"])
    assert result.report["files"][0]["form"]["encoding"] == encoding


@pytest.mark.parametrize(
    ("head", "declared", "expected"),
    [
        (b"\xef\xbb\xbfid", None, ("utf-8", 3)), (b"\xef\xbb\xbfid", "utf-8", ("utf-8", 3)), (b"\xff\xfei\0", "utf-16", ("utf-16-le", 2)),
        (b"\xfe\xff\0i", "utf-16", ("utf-16-be", 2)), (b"\xff\xfei\0", "utf-16-le", ("utf-16-le", 2)), (b"i\0d\0", "utf-16-le", ("utf-16-le", 0)),
        ("\ufeffid".encode("gb18030"), "gb18030", ("gb18030", 4)), (b"", None, ("utf-8", 0)), (b"\xfeDOC", "windows-1252", ("windows-1252", 0)),
    ],
)  # fmt: skip
def test_marks_that_agree_are_dropped(head, declared, expected):
    assert opened(head, FILE, declared) == expected


@pytest.mark.parametrize(
    ("head", "declared", "words"),
    [
        (b"\xef\xbb\xbfid", "iso-8859-1", "byte order mark of UTF-8, the contract says iso-8859-1"),
        (b"\xff\xfei\0", None, "byte order mark of UTF-16, the contract names no encoding"),
        (b"\xff\xfei\0", "utf-16-be", "byte order mark of UTF-16, the contract says utf-16-be"),
        (b"\xff\xfe\0\0i\0\0\0", None, "UTF-32"),
        (b"id,n", "utf-16", "declare encoding: utf-16-le or utf-16-be"),
        ("id,name\n".encode("utf-16-le"), None, "looks like utf-16-le"),
        ("id,name\n".encode("utf-16-be"), "windows-1252", "looks like utf-16-be"),
    ],
)
def test_marks_that_contradict_refuse_the_file(head, declared, words):
    with pytest.raises(FileUnreadable, match=words):
        opened(head, FILE, declared)


def test_a_reject_shows_the_bytes_as_they_stood():
    result = convert_here(contract({**CSV, "encoding": "windows-1252"}, COLUMNS), {"f": b"id,name\n1,caf\x81\xe9\n"})
    assert [(reject["reason"], reject["raw"]) for reject in result.rejects] == [("invalid_encoding", "1,caf\\x81é")]


@pytest.mark.parametrize(("encoding", "is_divided"), [("shift_jis", True), ("windows-1251", True), ("utf-16-le", False)])
def test_ranges_are_read_where_line_ends_are_bytes_of_their_own(monkeypatch, encoding, is_divided):
    for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
        monkeypatch.setattr(plan, name, 64)
    monkeypatch.setattr(plan, "ALONE_BYTES", 10)
    seen = []
    original = plan._line_start
    monkeypatch.setattr(plan, "_line_start", lambda *given: seen.append(given) or original(*given))
    names = [TEXTS[encoding][:3] + str(number) for number in range(100)]
    body = "id,name\n" + "".join(f"{number},{name}\n" for number, name in enumerate(names))
    result = convert_here(contract({**CSV, "encoding": encoding}, COLUMNS), {"f": body.encode(CODECS[encoding])})
    assert [row["name"] for row in sorted(result.rows, key=lambda row: row["id"])] == names
    assert bool(seen) is is_divided
