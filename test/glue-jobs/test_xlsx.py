"""Excel as a source: cells typed as the sheet says, and what a sheet can be wrong with."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from batches import column
from columnar import fates, load, refusal
from sheets import ERROR, SAVED, UNSAVED, number, workbook

XLSX = {"type": "xlsx", "sheet": None, "header": True, "skip_lines": 0, "skip_after_header": 0}


def one(values: list, kind: str, form=XLSX, **more):
    """One column of a sheet into one column of a table."""
    book = workbook(("Data", [["v"], *([value] for value in values)]))
    result = load(form, [column("v", kind, **more)], book)
    return [row["v"] for row in result.rows], fates(result)


def test_numbers_have_fifteen_digits():
    assert one([0.1 + 0.2, 5.0, 12.345], "decimal(5,2)") == ([Decimal("0.30"), Decimal(5)], [(4, "not_exact", "v")])
    assert one([5.0, 1e15, 0.1 + 0.2], "varchar(20)")[0] == ["5", "1000000000000000", "0.3"]
    assert one([5.0, 5.5, 1e10], "integer") == ([5], [(3, "not_exact", "v"), (4, "out_of_range", "v")])


def test_dates_go_by_their_style():
    at = dt.datetime(2026, 7, 1, 12, 30)
    assert one([at, dt.date(2026, 7, 1)], "timestamp")[0] == [at, dt.datetime(2026, 7, 1)]
    assert one([dt.date(2026, 7, 1), at], "date") == ([dt.date(2026, 7, 1)], [(3, "not_exact", "v")])
    assert one([dt.time(9, 5), dt.time(23, 59, 59)], "varchar(20)")[0] == ["09:05:00", "23:59:59"]
    assert one([number(46204, 5)], "date")[0] == [dt.date(2026, 7, 1)]
    assert one([number(3, 6)], "integer")[0] == [3]
    # Without a style it is a number, and a number is no date.
    assert one([number(46204)], "date") == ([], [(2, "wrong_type", "v")])
    assert one([number(60, 1), number(61, 1), number(59, 1), number(-1, 1)], "date") == (
        [dt.date(1900, 3, 1), dt.date(1900, 2, 28)], [(2, "wrong_type", "v"), (5, "wrong_type", "v")],
    )  # fmt: skip
    book = workbook(("Data", [["v"], [number(0, 1)], [number(44742, 1)]]), is_1904=True)
    assert [row["v"] for row in load(XLSX, [column("v", "date")], book).rows] == [dt.date(1904, 1, 1), dt.date(2026, 7, 1)]


def test_dates_as_text_are_read_as_csv_reads_them():
    assert one(["01.07.2026", "2026-07-01"], "date", parse=["dd.MM.yyyy", "iso8601"])[0] == [dt.date(2026, 7, 1)] * 2
    assert one(["1.7.26"], "date") == ([], [(2, "wrong_type", "v")])


def test_errors_and_formulas():
    values, rejected = one([SAVED, ERROR, UNSAVED, "x", True], "integer")
    assert (values, rejected) == ([2], [(3, "wrong_type", "v"), (4, "wrong_type", "v"), (5, "wrong_type", "v"), (6, "wrong_type", "v")])
    result = load(XLSX, [column("a", "varchar(9)"), column("b", "integer")], workbook(("Data", [["a", "b"], ["x", ERROR], ["y", UNSAVED]])))
    assert [reject["message"] for reject in result.rejects] == [
        "column 'b': the cell contains the error #N/A (Data!B2)",
        "column 'b': the cell's formula has no saved value; open and save the workbook, or deliver values (Data!B3)",
    ]
    assert json.loads(result.rejects[0]["raw"]) == {"a": "x", "b": "the cell contains the error #N/A"}


def test_record_numbers_are_the_sheets_rows():
    book = workbook(("Data", [["title"], [], ["id", "name"], ["number", "text"], [1.0, "a"], [], [None, "  "], ["x", "b"]]))
    form = {**XLSX, "skip_lines": 2, "skip_after_header": 1}
    result = load(form, [column("id", "integer"), column("name", "varchar(5)")], book)
    assert [row["id"] for row in result.rows] == [1] and fates(result) == [(8, "wrong_type", "id")]
    assert load({**form, "header": "find", "skip_lines": 0}, [column("id", "integer"), column("name", "varchar(5)")], book).report["files"][0]["form"] == {
        "sheet": "Data", "calendar": "1900", "preamble_lines": 2,
    }  # fmt: skip
    by_place = [column("a", "varchar(9)", **{"from": 2}), column("b", "varchar(9)", **{"from": 1})]
    assert len(load({**XLSX, "header": False}, by_place, book).rows) == 5
    assert len(load({**XLSX, "header": "skip"}, by_place, book).rows) == 4


def test_sheets_are_chosen():
    book = workbook(("Notes", [["v"], [1.0]]), ("Data", [["v"], [2.0]]), ("Hidden", [["v"], [3.0]]), hidden=("Notes",))
    found = lambda sheet: load({**XLSX, "sheet": sheet}, [column("v", "integer")], book)  # noqa: E731
    assert [found(sheet).rows[0]["v"] for sheet in (None, "Notes", 2, "Hidden")] == [2, 1, 2, 3]
    assert refusal(found("Dat")) == ("FileUnreadable", "'a' has no sheet 'Dat'; its sheets are 'Notes', 'Data', 'Hidden'")
    assert "has no sheet 9" in refusal(found(9))[1]


def test_shared_texts_and_escapes():
    shared = "<si><t>plain</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si><si><t>a_x000A_b</t></si>"
    book = workbook(("Data", [["v"], *([f'<c t="s"><v>{n}</v></c>'] for n in range(3))]), shared=shared)
    assert [row["v"] for row in load(XLSX, [column("v", "varchar(9)")], book).rows] == ["plain", "rich", "a\nb"]


def test_merged_and_wrong_headers():
    merged = workbook(("Data", [["Name", None], ["a", "b"]]), merged="A1:B1")
    error, message = refusal(load(XLSX, [column("first", "varchar(9)"), column("Name", "varchar(9)")], merged))
    assert error == "StructureChanged" and "'a', sheet 'Data': the header has no 'first'" in message and "unmerge the header" in message
    twice = workbook(("Data", [["v", "w", "v"], [1.0, 2.0, 3.0]]))
    assert "the header has 'v' twice, in the columns A and C" in refusal(load(XLSX, [column("v", "integer")], twice))[1]
    assert load(XLSX, [column("w", "integer")], twice).rows[0]["w"] == 2
    assert "says 'V' where the contract says 'v'" in refusal(load(XLSX, [column("v", "integer")], workbook(("D", [["V"], [1.0]]))))[1]
    assert "has no header" in refusal(load(XLSX, [column("v", "integer")], workbook(("D", []))))[1]
    optional = load(XLSX, [column("w", "integer"), column("z", "integer", optional=True)], twice)
    assert optional.rows[0]["z"] is None and "the column 'v' is not in the contract (in 'a')" in optional.report["warnings"]


BOOK = workbook(("Data", [["v"], *([float(n * 7919 % 65_521)] for n in range(500))]))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is empty"),
        (BOOK[:-200], "it is damaged or was cut off"),
        (OLE, "is an old Excel workbook (.xls); save it as .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        (b"id,name\n1,2\n", "does not begin as a workbook does"),
        (BOOK.replace(b"xl/workbook.xml", b"xl/workbook.bin"), "is a binary workbook (.xlsb)"),
        (BOOK[:700] + b"\xff" * 40 + BOOK[740:], "cannot be read as a workbook"),
    ],
)
def test_broken_files_are_refused_by_name(body, says):
    error, message = refusal(load(XLSX, [column("v", "integer")], {"f.xlsx": body}))
    assert error == "FileUnreadable" and message.startswith("'f.xlsx' ") and says in message, message


def test_many_rows_come_in_chunks():
    book = workbook(("Data", [["v", "t"], *([float(n), "x" * (n % 5)] for n in range(20_000))]))
    result = load(XLSX, [column("v", "integer"), column("t", "varchar(3)")], book)
    assert (len(result.rows), len(result.rejects)) == (16_000, 4_000)
    assert result.rejects[0]["record_number"] == 6
