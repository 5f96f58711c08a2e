"""However a file is broken, no record is in none, or in two, of written, deduplicated and rejected."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta

import pytest
from batches import CSV, JSON_LINES, column, contract
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from long_form import tries
from partition_to_parquet import plan
from without_spark import convert_here

TEXTS = st.text(st.sampled_from(list("abé,;\"'\\\n\r\t <>&{}[]:0 ")), max_size=8)
RECORDS = st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), TEXTS), min_size=1, max_size=12)
# A member or element whose name is broken is absent; `required` keeps its record from being written without a token.
COLUMNS = [
    column("number", "integer"),
    column("text", "varchar(200)", trim=False),
    column("token", "varchar(200)", trim=False, required=True),
]


def token(index: int) -> str:
    return f"T{index:03d}T"


def as_csv(records) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["number", "text", "token"])
    writer.writerows([number, text, token(index)] for index, (number, text) in enumerate(records))
    return out.getvalue().encode()


def as_objects(records) -> list[dict]:
    return [{"number": number, "text": text, "token": token(index)} for index, (number, text) in enumerate(records)]


def as_json_lines(records) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in as_objects(records))


def as_document(records) -> bytes:
    return json.dumps({"meta": 1, "data": {"rows": as_objects(records)}}).encode()


def as_xml(records) -> bytes:
    root = ElementTree.Element("all")
    group = ElementTree.SubElement(root, "group")
    for record in as_objects(records):
        row = ElementTree.SubElement(group, "row", {"number": str(record["number"])})
        ElementTree.SubElement(row, "text").text = record["text"]
        ElementTree.SubElement(row, "token").text = record["token"]
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


XML_COLUMNS = [column("number", "integer", **{"from": "@number"}), *COLUMNS[1:]]
FORMATS = {
    "csv": (as_csv, contract(CSV, COLUMNS)),
    "json lines": (as_json_lines, contract(JSON_LINES, COLUMNS)),
    "json document": (as_document, contract({"type": "json", "lines": False, "records": "data.rows"}, COLUMNS)),
    "xml": (as_xml, contract({"type": "xml", "record": "row", "namespaces": {}}, XML_COLUMNS)),
}
BREAKS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["delete", "insert", "replace"]), st.sampled_from(list(b'"\n\r,\\{}[]<>/&x \xff\x00\t'))),
    max_size=2,
)


def broken(body: bytes, breaks) -> bytes:
    """The body with some bytes changed."""
    for where, how, byte in breaks:
        at = min(int(where * len(body)), len(body) - 1)
        body = body[:at] + (b"" if how == "delete" else bytes([byte])) + body[at + (how != "insert") :]
    return body


def is_blank(text: str) -> bool:
    return not text.strip(" \t\r\n")


@pytest.mark.parametrize("name", list(FORMATS))
@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=RECORDS)
def test_what_is_written_whole_is_read_whole(name, records):
    write, compiled = FORMATS[name]
    if name == "xml":
        # A parser turns line ends into LF; ElementTree writes CR as it stands.
        records = [(number, text.replace("\r", "")) for number, text in records]
    result = convert_here(compiled, {"f": write(records)})
    assert result.report["verdict"] is None and result.rejects == []
    expected = [(number, None if is_blank(text) else text, token(index)) for index, (number, text) in enumerate(records)]
    assert [(row["number"], row["text"], row["token"]) for row in result.rows] == expected


@pytest.mark.parametrize("name", list(FORMATS))
@settings(max_examples=tries(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=RECORDS, breaks=BREAKS)
@example(records=[(0, ""), (-100, ""), (-1000, "000é"), (-10000, "000é"), (-100000, "")], breaks=[(0.1875, "replace", ord(","))])
def test_a_broken_file_loses_no_record(name, records, breaks):
    write, compiled = FORMATS[name]
    body = broken(write(records), breaks)
    result = convert_here(compiled, {"f": body})
    if result.report["verdict"]:
        assert breaks and result.report["verdict"]["error"] in ("FileUnreadable", "StructureChanged")
        return
    counts = result.report["counts"]
    assert counts["read"] == counts["written"] + counts["deduplicated"] + counts["rejected"]
    assert (counts["written"], counts["rejected"]) == (len(result.rows), len(result.rejects))
    texts = ["".join(str(row[each]) for each in ("text", "token")) for row in result.rows] + [r["raw"] for r in result.rejects]
    # A record that lost the line feed before it is part of the header, whose columns are told of by name.
    texts += [each for each in result.report["warnings"] if "is not in the contract" in each]
    for index in range(len(records)):
        if token(index).encode() in body:
            assert sum(text.count(token(index)) for text in texts) == body.count(token(index).encode()), (token(index), texts)


def divided_into(size: int):
    """Files in ranges of about `size` bytes."""
    patch = pytest.MonkeyPatch()
    for name, value in (("ALONE_BYTES", 0), ("LEAST_TASK_BYTES", size), ("MOST_TASK_BYTES", size)):
        patch.setattr(plan, name, value)
    return patch


@pytest.mark.parametrize("name", ["csv", "json lines"])
@settings(max_examples=tries(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=RECORDS, breaks=BREAKS, size=st.integers(5, 60))
def test_ranges_give_what_the_whole_gives(name, records, breaks, size):
    write, compiled = FORMATS[name]
    files = {"f": broken(write(records), breaks)}
    whole = convert_here(compiled, files)
    patch = divided_into(size)
    try:
        parts = convert_here(compiled, files)
    finally:
        patch.undo()
    assert parts.report["verdict"] == whole.report["verdict"]
    assert parts.report["counts"] == whole.report["counts"]
    # In which order rows lie in Parquet is nobody's promise: records that the fast reader leaves to the strict one come after others.
    assert sorted(parts.rows, key=str) == sorted(whole.rows, key=str)
    assert sorted(parts.rejects, key=str) == sorted(whole.rejects, key=str)


VERSIONS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from("ab")), max_size=20)


@settings(max_examples=tries(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.lists(VERSIONS, min_size=1, max_size=3), ordered=st.booleans(), last=st.booleans(), size=st.integers(20, 200))
def test_versions_of_a_key_are_settled_as_said(files, ordered, last, size):
    load = {"key": ["k"], "order_by": "v" if ordered else None, "conflicts": "last" if last else "reject"}
    compiled = contract(CSV, [column("k", "integer"), column("v", "integer", required=True), column("t", "varchar(1)")], load=load)
    bodies = {f"f{i}": ("k,v,t\n" + "".join(f"{k},{v},{t}\n" for k, v, t in rows)).encode() for i, rows in enumerate(files)}
    written, deduplicated, conflicting = set(), 0, 0
    everything = [(k, v, t) for rows in files for k, v, t in rows]
    for key in {k for k, _, _ in everything}:
        rows = [row for row in everything if row[0] == key]
        top = [row for row in rows if not ordered or row[1] == max(v for _, v, _ in rows)]
        if len(set(top)) > 1 and not last:
            conflicting += len(top)
            deduplicated += len(rows) - len(top)
        else:
            written.add(top[-1])
            deduplicated += len(rows) - 1
    patch = divided_into(size)
    try:
        results = [convert_here(compiled, bodies)]
    finally:
        patch.undo()
    results.append(convert_here(compiled, bodies))
    for result in results:
        assert {(row["k"], row["v"], row["t"]) for row in result.rows} == written
        assert result.report["counts"] == {
            "read": len(everything), "written": len(written), "deduplicated": deduplicated, "rejected": conflicting,
        }  # fmt: skip


@settings(max_examples=tries(100), deadline=None)
@given(st.lists(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), min_size=1, max_size=5), st.integers(-14 * 60, 14 * 60))
def test_offsets_are_taken_off(moments, minutes):
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    body = "at\n" + "".join(f"{moment.isoformat()}{offset}\n" for moment in moments)
    result = convert_here(contract(CSV, [column("at", "timestamptz")]), {"f": body.encode()})
    assert [row["at"] for row in result.rows] == [moment - timedelta(minutes=minutes) for moment in moments]
