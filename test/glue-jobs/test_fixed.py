"""Fixed width as a source."""

import json

import pytest
from batches import column
from columnar import fates, load, refusal


def form(**more) -> dict:
    return {"type": "fixed", "unit": "characters", "skip_lines": 0, "footer": None, "comment": None, "short_rows": "reject", **more}


def columns(*ranges: str) -> list[dict]:
    return [column(f"c{place}", "varchar(20)", **{"from": each}) for place, each in enumerate(ranges)]


def rows(result) -> list[tuple]:
    return [tuple(value for name, value in row.items() if not name.startswith("sluice_")) for row in result.rows]


def test_ranges_may_overlap_and_have_gaps():
    result = load(form(), [*columns("1-3", "5", "1-5"), column("n", "integer", **{"from": "6-9"})], b"abc d  12\r\nxyz-w -7 \n\n   \n")
    assert rows(result) == [("abc", "d", "abc d", 12), ("xyz", "w", "xyz-w", -7)]


def test_characters_and_bytes_differ_beyond_ascii():
    text = "äöü12\nabc34\n".encode()
    assert rows(load(form(), columns("1-3", "4-5"), text)) == [("äöü", "12"), ("abc", "34")]
    by_bytes = load(form(unit="bytes"), columns("1-3", "4-5"), "äx12\nä12y\nabc34\n".encode())
    assert (rows(by_bytes), fates(by_bytes)) == ([("äx", "12"), ("ä1", "2y"), ("abc", "34")], [])
    cut = load(form(unit="bytes"), columns("1-3", "4-5"), "xxä9\n".encode())
    assert fates(cut) == [(1, "invalid_encoding", "c0")] and "cut a character" in cut.rejects[0]["message"]
    assert rows(load(form(unit="bytes", encoding="windows-1252"), columns("1-2", "3"), "äöx\n".encode("cp1252"))) == [("äö", "x")]
    assert rows(load(form(encoding="utf-16"), columns("1-2", "3"), "äöx\n".encode("utf-16"))) == [("äö", "x")]
    assert fates(load(form(), columns("1-2"), b"\xff1\n")) == [(1, "invalid_encoding", None)]


def test_lines_of_another_length():
    body = b"abcde\nabcde   \nabcdefg\nabc\n"
    result = load(form(), columns("1-3", "4-5"), body)
    assert (len(result.rows), fates(result)) == (2, [(3, "ragged_row", None), (4, "ragged_row", None)])
    assert "the line has 7 characters, 5 are expected" in result.rejects[0]["message"] and result.rejects[0]["raw"] == "abcdefg"
    filled = load(form(short_rows="fill"), columns("1-2", "3-5"), b"abcde\nabcd\nab\na\n")
    assert rows(filled) == [("ab", "cde"), ("ab", "cd"), ("ab", None), ("a", None)]


def test_lines_that_are_no_records():
    body = b"title\n#note\nabc\nEND 1\nmore\n"
    result = load(form(skip_lines=1, comment="#", footer="END"), columns("1-3"), body)
    assert rows(result) == [("abc",)] and result.report["files"][0]["form"]["footer_lines"] == 2
    assert refusal(load(form(skip_lines=9), columns("1-3"), body))[0] == "StructureChanged"
    long_footer = b"abc\nEND\n" + b"x\n" * 30
    assert "more than 20 lines follow the footer" in refusal(load(form(footer="END"), columns("1-3"), long_footer))[1]


@pytest.mark.parametrize("keyed", [False, True])
def test_large_files_are_divided_at_line_ends(monkeypatch, keyed):
    from partition_to_parquet import plan

    body = b"head\n" + b"".join(b"%06d%5s\n" % (n, b"x" * (n % 7)) for n in range(20_000))
    more = {"load": {"key": ["c0"] if keyed else []}}
    whole = load(form(skip_lines=1), columns("1-6", "7-11"), body, **more)
    for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
        monkeypatch.setattr(plan, name, 20_000)
    monkeypatch.setattr(plan, "ALONE_BYTES", 0)
    parts = load(form(skip_lines=1), columns("1-6", "7-11"), body, **more)
    assert sorted(rows(parts), key=str) == sorted(rows(whole), key=str)
    assert len(whole.rejects) == 2857 and sorted(map(json.dumps, parts.rejects)) == sorted(map(json.dumps, whole.rejects))
