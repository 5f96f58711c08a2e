"""Protected columns: what is written in place of values, and that no value is written or told anywhere, whatever is wrong with its record."""

import hmac
import io
import json
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.orc as orc
import pytest
from batches import CSV, JSON_LINES, column, contract
from columnar import PARQUET, parquet
from folder_objects import FolderObjects
from partition_to_parquet.protection.hashes import Hasher
from partition_to_parquet.protection.key import version_of
from partition_to_parquet.worker_processes import Processes
from protected import COLUMNS, KEY, PLAIN, P, hashed, run, written
from sheets import workbook
from without_spark import InParts

XLSX = {"type": "xlsx", "sheet": None, "header": True, "skip_lines": 0, "skip_after_header": 0}
FIXED = {"type": "fixed", "unit": "characters", "skip_lines": 0, "footer": None, "comment": None, "short_rows": "reject"}


def test_values_are_replaced_behind_standardisation_and_checks():
    checks = {"an_address": "email is null or email like '%@%'", "an_adult": "born is null or born < '2010-01-01'"}
    columns = [*COLUMNS, column("host", "varchar(64)", expression="substring(email, 5)", protect="hash")]
    body = "id,email,phone,born,amount\n1, Ann@X.org ,555-0199,1990-01-02,1\n2,N/A,n/a,,2\n3,n/a,,,3\n4,ann@x.org,12,1990-01-02,4\n5,nobody,,,5\n6,a@b,,2020-01-01,6\n"
    result = run(contract(CSV, columns, checks=checks), {"a.csv": body.encode()})
    ann, host = hashed("ann@x.org"), hashed("x.org")
    assert [{name: row[name] for name in ("id", "email", "phone", "born", "host")} for row in result.rows] == [
        {"id": 1, "email": ann, "phone": "***199", "born": None, "host": host},
        {"id": 3, "email": None, "phone": None, "born": None, "host": None},
        {"id": 4, "email": ann, "phone": "***", "born": None, "host": host},
    ]
    assert [(reject["record_number"], reject["reason"], reject["rule"]) for reject in result.rejects] == [
        (2, "check_failed", "an_address"), (5, "check_failed", "an_address"), (6, "check_failed", "an_adult"),
    ]  # fmt: skip
    assert result.report["protection"] == {"columns": ["email", "phone", "born", "host"], "key_version": version_of(KEY)}
    assert result.table.schema.field("born").type == pa.date32()


def test_the_length_is_that_of_what_is_written():
    columns = [column("a", "varchar(64)", protect="hash"), column("b", "varchar(8)", protect={"partial": 3}), column("c", "varchar(1)", protect="erase")]
    result = run(contract(CSV, columns), {"a.csv": ("a,b,c\n" + "x" * 900 + ",0123456789,long\n1,äöüß,2\n3,😀😀😀😀,4\n").encode()})
    assert [(row["a"], row["b"], row["c"]) for row in result.rows] == [(hashed("x" * 900), "***789", None)]
    cut = [(reject["record_number"], reject["reason"], reject["column"], reject["rule"], reject["message"]) for reject in result.rejects]
    why = "column 'b': the value is longer than its column"
    assert cut == [(2, "too_long", "b", "varchar(8)", why), (3, "too_long", "b", "varchar(8)", why)]
    columns[1]["truncate"] = True
    assert [row["b"] for row in run(contract(CSV, columns), {"a.csv": "a,b,c\n1,äöüß,2\n".encode()}).rows] == ["***öü"]


def test_hashes_are_those_of_the_standard_library():
    texts = [None, "", "a", "é" * 100, *(f"{n}@x.org" for n in range(9000)), *["again"] * 9000, None]
    for key in (KEY, b"k" * 64, b"k" * 200):
        expected = [None if text is None else hmac.digest(key, text.encode(), "sha256").hex() for text in texts]
        for array in (pa.array(texts), pa.array(["x", *texts]).slice(1), pa.array(texts[9000:])):
            found = Hasher(key).hashed(array)
            found.validate(full=True)
            assert found.to_pylist() == (expected if len(array) == len(texts) else expected[9000:])
    assert Hasher(KEY).hashed(pa.array([], pa.string())).to_pylist() == []


MODES = [
    {"mode": "upsert", "key": ["email"]},
    {"mode": "upsert", "key": ["email"], "order_by": "id"},
    {"mode": "history", "key": ["email"], "order_by": "id"},
    {"mode": "append", "key": [], "deduplicate": "exact"},
    {"mode": "replace", "key": ["email"], "conflicts": "last"},
    {"mode": "append", "key": []},
]


def test_repeated_hashes_are_a_dictionary_and_read_the_same():
    hasher = Hasher(KEY)
    for texts in (["BSL", None, "ZRH", "BSL"] * 2_000, [f"user{n}" for n in range(5_000)], []):
        array = pa.array(texts, pa.string())
        coded = hasher.coded(array)
        assert coded.cast(pa.string()).to_pylist() == hasher.hashed(array).to_pylist()
    # Two columns of 64 digits a row would not fit what one pass holds of the flights; these are 4 bytes a row.
    assert hasher.coded(pa.array(["BSL", "ZRH"] * 50_000)).nbytes < 5 * 100_000



@pytest.mark.parametrize("load", MODES, ids=lambda load: "-".join(map(str, load.values())))
def test_protection_changes_no_fate(load, monkeypatch, tmp_path):
    """The same records are written, deduplicated and rejected as without it, in one task, in parts, and in ranges of a file."""
    records = [f"{n % 40},p{n % 31}@x.org,5{n % 7},,{n % 3}" for n in range(4000)]
    body = "\n".join(["id,email,phone,born,amount", *records]).encode()
    hashing = [COLUMNS[0], COLUMNS[1], COLUMNS[4]]
    small = run(contract(CSV, [{**each, "protect": None} for each in hashing], load=load, unknown_columns="ignore"), {"a.csv": body})
    expected = sorted((row["id"], row["email"] and hashed(row["email"])) for row in small.rows)
    for least in (None, 1000):
        if least:
            monkeypatch.setattr("partition_to_parquet.plan.ALONE_BYTES", 1)
            monkeypatch.setattr("partition_to_parquet.plan.LEAST_TASK_BYTES", least)
        for executor in (InParts(), Processes(2)):
            objects = FolderObjects(str(tmp_path / f"{least}-{type(executor).__name__}"))
            result = run(contract(CSV, hashing, load=load, unknown_columns="ignore"), {"a.csv": body}, executor, objects)
            assert sorted((row["id"], row["email"]) for row in result.rows) == expected
            assert (result.report["counts"], result.report["rejected_by_code"]) == (small.report["counts"], small.report["rejected_by_code"])
            assert not any(b"@x.org" in path.read_bytes() for path in Path(objects.root, "processed").iterdir())


def avro(records: list[dict]) -> bytes:
    fields = [{"name": "id", "type": ["null", "int"]}, *({"name": name, "type": ["null", "string"]} for name in ("email", "phone", "born", "amount"))]
    sink = io.BytesIO()
    fastavro.writer(sink, fastavro.parse_schema({"type": "record", "name": "r", "fields": fields}), records)
    return sink.getvalue()


def orc_of(columns: dict) -> bytes:
    sink = io.BytesIO()
    orc.write_table(pa.table(columns), sink)
    return sink.getvalue()


# A planted text in every column of records that are good, of a wrong type, too long, without an id, and of one key with other content.
ROWS = [
    {"id": 1, "email": f"{P}1@x.org", "phone": f"{P}-12", "born": "1990-01-02", "amount": "1"},
    {"id": 2, "email": f"{P}2@x.org", "phone": f"{P}-12", "born": f"{P}3", "amount": "1"},
    {"id": 3, "email": f"{P}4@x.org", "phone": f"{P}-12", "born": None, "amount": f"{P}5"},
    {"id": None, "email": f"{P}6@x.org", "phone": None, "born": None, "amount": "1"},
    {"id": 7, "email": f"{P}7@x.org", "phone": f"{P}-1\U0001f600\U0001f600\U0001f600", "born": None, "amount": "1"},
    {"id": 8, "email": f"{P}8@x.org", "phone": None, "born": None, "amount": "1"},
    {"id": 8, "email": f"{P}9@x.org", "phone": None, "born": None, "amount": "1"},
    {"id": 9, "email": f"{P}0@x.org{'x' * 70}", "phone": None, "born": None, "amount": "-1"},
    {"id": 10, "email": f"{P}\0x", "phone": None, "born": None, "amount": "1"},
]
TEXTS = {name: [None if row[name] is None else str(row[name]) for row in ROWS] for name in ROWS[0]}
TYPED = {"id": pa.array([row["id"] for row in ROWS], pa.int32()), **{name: TEXTS[name] for name in TEXTS if name != "id"}}


def xml(rows: list[dict], more: str = "") -> bytes:
    elements = "".join("<r>" + "".join(f"<{n}>{v}</{n}>" for n, v in row.items() if v is not None and "\0" not in str(v)) + "</r>" for row in rows)
    return f"<all>{elements}{more}</all>".encode()


def fixed(rows: list[dict]) -> bytes:
    lines = ["".join(("" if row[name] is None else str(row[name]))[:size].ljust(size) for name, size in WIDTHS.items()) for row in rows]
    return "\n".join([*lines, f"{P} short", f"{lines[0]}{P} long"]).encode()


WIDTHS = {"id": 4, "email": 90, "phone": 14, "born": 10, "amount": 10}
PLACED, at = {}, 1
for name, size in WIDTHS.items():
    PLACED[name], at = {"from": f"{at}-{at + size - 1}"}, at + size
CSV_ROWS = "\n".join(["id,email,phone,born,amount", *(",".join("" if v is None else str(v) for v in row.values()) for row in ROWS)])
JSON_ROWS = "\n".join(json.dumps(row) for row in ROWS)
SOURCES = {
    "csv": (CSV, f'{CSV_ROWS}\n11,{P}11\n12,{P}12,,,1,{P}x\n13,"{P}13,,,1\n'.encode() + b"14,\xff" + f"{P}14,,,1\n".encode()),
    "json lines": (JSON_LINES, f'{JSON_ROWS}\n{{"id": 11, "email": {P}}}\n{{"id": 12}} {P}\n"{P}"\n[{P}]\n{{"id": "{P}", "email": 5}}\n'.encode()),
    "json": ({**JSON_LINES, "lines": False, "records": "$"}, f"[{','.join(json.dumps(row) for row in ROWS)}, \"{P}\"]".encode()),
    "xml": ({"type": "xml", "record": "r", "namespaces": {}}, xml(ROWS, f"<r><id>11</id><email>{P}</born></r><r><id>{P}</id></r>")),
    "fixed": (FIXED, fixed(ROWS)),
    "xlsx": (XLSX, workbook(("S", [list(ROWS[0]), *([("" if v is None else v) for v in row.values()] for row in ROWS if "\0" not in str(row["email"]))]))),
    "parquet": (PARQUET, parquet(TYPED)),
    "avro": ({"type": "avro"}, avro([{**row, "amount": row["amount"]} for row in ROWS])),
    "orc": ({"type": "orc"}, orc_of(TYPED)),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_no_value_is_written_whatever_its_record(name):
    form, body = SOURCES[name]
    if form.get("records"):
        form = {**form, "records": None if form["lines"] else "*"}
    columns = [{**each, **(PLACED[each["name"]] if name == "fixed" else {})} for each in COLUMNS]
    compiled = contract(form, columns, checks={"positive": "amount > 0"}, load={"key": ["id"]})
    result = run(compiled, {"a": body})
    assert result.report["verdict"] is None, result.report["verdict"]
    assert {"check_failed", "conflicting_key", "wrong_type", "missing_required"} <= set(result.report["rejected_by_code"])
    assert [row["email"] for row in result.rows if row["id"] == 1] == [hashed(f"{P}1@x.org")]
    assert P not in written(result)
    assert all(reject["raw"] is None for reject in result.rejects)
    # The same plants are found where nothing is protected: the search would see them.
    clear = contract(form, [{**each, "protect": None} for each in columns], load={"key": ["id"]})
    assert P in written(run(clear, {"a": body}))


def test_raw_text_is_kept_where_the_contract_says_so_and_messages_are_not():
    compiled = {**contract(CSV, COLUMNS), "rejects": {"max_rows": 9, "raw": "keep"}}
    (reject,) = run(compiled, {"a.csv": f"id,email,phone,born,amount\n1,a@b,,,{P}\n".encode()}).rejects
    assert (reject["raw"], reject["message"]) == (f"1,a@b,,,{P}", "column 'amount': the value does not fit its column's type")


REFUSED = {
    "no header": (CSV, COLUMNS, f"{P},{P}2,3,4,5\n".encode()),
    "another header": (CSV, COLUMNS, f"id,email,phone,born,{P}\n".encode()),
    "first record as header": (CSV, [{**each, "optional": True, "required": False} for each in COLUMNS], f"{P},{P}2,3,4,5\n1,2,3,4,5\n".encode()),
    "no document": ({**JSON_LINES, "lines": False, "records": "*"}, COLUMNS, f'[{{"id": {P}}}]'.encode()),
    "no xml": ({"type": "xml", "record": "r", "namespaces": {}}, COLUMNS, f"<a {P}={P}><r></r></a>".encode()),
    "no parquet": (PARQUET, COLUMNS, f"{P},1,2,3,4\n".encode()),
    "other columns": (PARQUET, COLUMNS, parquet({"id": [1], P: [P]})),
    "no avro": ({"type": "avro"}, COLUMNS, b"Obj\x01" + P.encode() * 9),
    "no encoding": ({**JSON_LINES, "lines": False, "records": "*"}, COLUMNS, f'[{{"id": 1, "email": "{P}'.encode() + b'\xff"}]'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_verdicts_and_warnings_say_nothing_of_what_files_hold(name):
    form, columns, body = REFUSED[name]
    result = run(contract(form, columns), {"a": body})
    assert P not in written(result)
    verdict = result.report["verdict"]
    if name != "first record as header":
        assert verdict["message"].startswith(("'a' cannot be read as the contract says", "the columns of 'a' are not those of the contract")), verdict


def test_a_verdict_still_says_which_columns_it_is_about():
    verdict = run(PLAIN, {"a": f"id,email,phone,born,{P}\n".encode()}).report["verdict"]
    assert verdict["message"] == (
        "the columns of 'a' are not those of the contract; it is about 'amount' (values are not shown, since the contract protects columns)"
    )


