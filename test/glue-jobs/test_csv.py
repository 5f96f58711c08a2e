"""CSV through the whole job: headers, quotes, line ends, ragged and broken records, encodings, packing."""

import gzip
from datetime import date

import pytest
from batches import CSV, column, contract
from partition_to_parquet import plan
from without_spark import convert_here

COLUMNS = [column("id", "integer", required=True), column("name", "varchar(20)"), column("on", "date", **{"from": "day"})]


def ids(result):
    return [row["id"] for row in result.rows]


def reasons(result):
    return [(r["record_number"], r["reason"], r["raw"]) for r in result.rejects]


def test_columns_are_found_by_name_in_any_order():
    body = b"\xef\xbb\xbf day , id,name\r\n2026-01-02,1,ada\r\n\r\n,2,\r\n"
    result = convert_here(contract(CSV, COLUMNS), {"a.csv": body})
    assert [(r["id"], r["name"], r["on"]) for r in result.rows] == [(1, "ada", date(2026, 1, 2)), (2, None, None)]


def test_each_broken_record_is_rejected_alone():
    body = (
        b'id,name,day\n1,"a\r\nb",\n2\n3,x,,y\n \t \n4,"q""q",\n5,"open,\n6,ok,\n7,"fine",\n8,"x"y,\n9,caf\xe9,\n10,lone\rcr,\nx,z,\n'
    )
    result = convert_here(contract(CSV, COLUMNS), {"a.csv": body})
    assert result.report["counts"] == {"read": 11, "written": 5, "deduplicated": 0, "rejected": 6}
    assert [(r["id"], r["name"]) for r in result.rows] == [(1, "a\r\nb"), (4, 'q"q'), (6, "ok"), (7, "fine"), (10, "lone\rcr")]
    assert sorted(reasons(result)) == [
        (2, "ragged_row", "2"),
        (3, "ragged_row", "3,x,,y"),
        (5, "malformed_record", '5,"open,'),
        (8, "malformed_record", '8,"x"y,'),
        (9, "invalid_encoding", "9,caf\\xe9,"),
        (11, "wrong_type", "x,z,"),
    ]


def test_without_a_header_columns_are_positions():
    columns = [column("id", "integer", **{"from": 2}), column("name", "varchar(9)", **{"from": 1})]
    result = convert_here(contract({**CSV, "header": False}, columns), {"a.csv": b"ada,1\nbob,2,x\ncy\n"})
    assert [(r["id"], r["name"]) for r in result.rows] == [(1, "ada")]
    assert reasons(result) == [(2, "ragged_row", "bob,2,x"), (3, "ragged_row", "cy")]


@pytest.mark.parametrize(
    ("options", "body", "names"),
    [
        ({"delimiter": "\t"}, b"id\tname\tday\n1\ta,b\t\n", ["a,b"]),
        ({"delimiter": ";", "quote": "'"}, b"id;name;day\n1;'a;''b';\n", ["a;'b"]),
        ({"quote": None}, b'id,name,day\n1,"a",\n', ['"a"']),
        ({"escape": "backslash"}, b'id,name,day\n1,"a\\"b\\\\",\n2,a\\,b,\n', ['a"b\\', "a,b"]),
        ({"comment": "#"}, b"# made today\nid,name,day\n#1,no,\n1,#yes,\n", ["#yes"]),
        ({"encoding": "windows-1252"}, b"id,name,day\n1,\x80 caf\xe9,\n", ["€ café"]),
        ({"encoding": "iso-8859-1"}, b"id,name,day\n1,caf\xe9,\n", ["café"]),
        ({"delimiter": "|"}, "id|name|day\n1|\u00a0e\u0301|\n".encode(), ["é"]),
    ],
)
def test_dialects(options, body, names):
    result = convert_here(contract({**CSV, **options}, COLUMNS), {"a.csv": body})
    assert (result.report["verdict"], [row["name"] for row in result.rows]) == (None, names)
    assert result.rejects == []


def test_a_mark_inside_the_file_is_data():
    made = contract({**CSV, "header": False}, [column("name", "varchar(20)", **{"from": 1})])
    result = convert_here(made, {"a.csv": b"x\n", "b.csv": b"\xef\xbb\xbf\xef\xbb\xbfy\n\xef\xbb\xbf\n"})
    assert [row["name"] for row in result.rows] == ["x", "\ufeffy", "\ufeff"]
    headed = convert_here(contract(CSV, [column("name", "varchar(20)")]), {"a.csv": b"name\n\xef\xbb\xbfy\n"})
    assert [row["name"] for row in headed.rows] == ["\ufeffy"]


def test_an_undefined_byte_rejects_its_record_alone():
    body = b"id,name,day\n1,\x81,\n2,\xe9,\n"
    result = convert_here(contract({**CSV, "encoding": "windows-1252"}, COLUMNS), {"a.csv": body})
    assert (ids(result), [r["reason"] for r in result.rejects]) == ([2], ["invalid_encoding"])


def test_packed_files_are_unpacked_by_name():
    text = b"id,name,day\n1,a,\n"
    files = {"a.csv.gz": gzip.compress(text) + gzip.compress(b"2,b,\n"), "b.csv": b"name,id,day\nc,3,\n"}
    assert ids(convert_here(contract(CSV, COLUMNS), files)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({"a.csv": b"id,nmae,day\n"}, "StructureChanged", "no 'name' (column 'name'); the nearest name is 'nmae'"),
        ({"a.csv": b"id,Name,day\n"}, "StructureChanged", "says 'Name' where the contract says 'name'"),
        ({"a.csv": b"id,name,day,id\n"}, "StructureChanged", "the name 'id' twice"),
        ({"a.csv": b"\xff\xfei\0d\0"}, "FileUnreadable", "byte order mark of UTF-16"),
        ({"a.csv.gz": b""}, "FileUnreadable", "is empty, gzip was expected by its name"),
        ({"a.csv.gz": gzip.compress(b"id,name,day\n" * 99)[:-9]}, "FileUnreadable", "cut off"),
    ],
)
def test_files_that_cannot_be_judged(files, error, words):
    verdict = convert_here(contract(CSV, COLUMNS), files).report["verdict"]
    assert (verdict["error"], verdict["file"]) == (error, next(iter(files)))
    assert words in verdict["message"]


def test_unknown_and_optional_columns():
    columns = [*COLUMNS, column("extra", "integer", optional=True)]
    files = {"a.csv": b"id,name,day,colour\n1,a,,red\n", "b.csv": b"id,name,day,colour\n"}
    result = convert_here(contract(CSV, columns), files)
    assert result.report["warnings"] == [
        "the column 'colour' is not in the contract (in 'a.csv' and 1 more)",
        "the optional column 'extra' is absent (in 'a.csv' and 1 more)",
    ]
    refused = convert_here(contract(CSV, columns, unknown_columns="refuse"), files).report["verdict"]
    assert refused["error"] == "StructureChanged" and "unknown column 'colour'" in refused["message"]


def test_what_the_manifest_says_must_hold():
    body = b"id,name,day\n1,a,\n"
    for meta, words in (
        ({"record_count": 2}, "has 1 records, the manifest says 2"),
        ({"content_length": 5}, "has 17 bytes, the manifest says 5"),
        ({"sha256": "ab"}, "sha256"),
        ({"etag": "old"}, "changed"),
    ):
        verdict = convert_here(contract(CSV, COLUMNS), {"a.csv": body}, {"a.csv": meta}).report["verdict"]
        assert verdict["error"] == "FileMismatch" and words in verdict["message"]


@pytest.mark.parametrize(
    ("options", "body", "hint"),
    [
        ({}, b"id,name,,day\n1,a,\n2,b,\n", "every record has 3 fields, the header 4: the header is what differs; use 'header: skip' and positions"),
        ({"header": False}, b"1;a;\n2;b;\n", "every record is one field, and looks delimited by ';'; correct 'delimiter'"),
        ({"header": False}, b"1,a\n2,b\n", "every record has 2 fields, the contract's columns need 3; correct the positions"),
        ({"header": False}, b"1,a,,x,\n" * 3, "every record has 5 fields, the contract's columns need 3; correct the positions"),
        ({"header": False}, b"1,a,\n2,b\n", None),
        ({}, b"id,name,day\n1,a,\n2\n", None),
    ],
)
def test_a_file_that_looks_otherwise_as_a_whole_says_so_once(options, body, hint):
    columns = COLUMNS if options.get("header", True) else [
        column(made["name"], "varchar(9)", **{"from": place}) for place, made in enumerate(COLUMNS, 1)
    ]  # fmt: skip
    report = convert_here(contract({**CSV, **options}, columns), {"a.csv": body}).report
    assert report["hints"] == ([f"{hint} (in 'a.csv')"] if hint else [])
    assert set(report["hints"]) <= set(report["warnings"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"id;name;day\n1;a;\n", "the header looks delimited by ';', the contract says ','"),
        (b"id\tname\tday\n", "the header looks delimited by a tab"),
        (b"id,name,day\r1,a,\r2,b,\r", "its lines end in a lone CR"),
        ("id,name,day\n1,a,\n".encode("utf-16-le"), "looks like utf-16-le"),
    ],
)
def test_a_header_that_is_otherwise_says_how_the_file_looks(body, words):
    verdict = convert_here(contract(CSV, COLUMNS), {"a.csv": body}).report["verdict"]
    assert words in verdict["message"]


def test_a_part_of_another_length_is_no_hint_about_the_file(monkeypatch):
    for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
        monkeypatch.setattr(plan, name, 60)
    monkeypatch.setattr(plan, "ALONE_BYTES", 10)
    columns = [column("id", "integer"), column("name", "varchar(20)")]
    some = convert_here(contract(CSV, columns), {"a.csv": b"id,name\n" + b"1,some text\n" * 20 + b"2,some text,x\n" * 20})
    all_of_it = convert_here(contract(CSV, columns), {"a.csv": b"id,name\n" + b"2,some text,x\n" * 40})
    assert (some.report["counts"]["rejected"], some.report["hints"]) == (20, [])
    assert (all_of_it.report["counts"]["rejected"], len(all_of_it.report["hints"])) == (40, 1)
