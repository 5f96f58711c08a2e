"""Rejected records that are read once more, by a contract that was corrected: only they are, and all of them."""

import gzip
import io
import json
import random
import zipfile
from itertools import groupby

import pyarrow as pa
import pytest
from batches import CSV, JSON_LINES, RUN_FOLDER, column, contract
from columnar import PARQUET, parquet
from partition_to_parquet.preview import preview_replay
from replays import replay, replayed_rows
from test_large_batches import divide
from without_spark import convert_here

COLUMNS = [column("id", "integer", required=True), column("version", "integer", required=True)]
NARROW, WIDE = column("text", "varchar(3)"), column("text", "varchar(12)")
MODES = {
    "no key": {},
    "key": {"key": ["id"]},
    "key and order": {"key": ["id"], "order_by": "version"},
    "last": {"key": ["id"], "order_by": "version", "conflicts": "last"},
    "exact": {"deduplicate": "exact"},
    "history": {"mode": "history", "key": ["id"], "order_by": "version"},
}


def records(chance: random.Random) -> list[tuple[int, int, str]]:
    texts = ["a", "b", "long text", "longer", "longer", "far too long to fit"]
    return [(chance.randrange(40), chance.randrange(3), chance.choice(texts)) for _ in range(chance.choice([5, 60, 300]))]


def csv(rows: list[tuple[int, int, str]]) -> bytes:
    lines = [f"{id},{version},{text}" for id, version, text in rows]
    return "\n".join(["id,version,text", *lines, "no number,1,a", "1,2"]).encode()


def winners(rows: list[tuple[int, int, str]], mode: str) -> dict[tuple, list[tuple]]:
    """What a batch writes of each identity, from the contract page: the last of equal ones, none of contradicting ones."""
    if mode == "no key":
        return {(place,): [row] for place, row in enumerate(rows)}
    identity = {"exact": lambda row: row, "history": lambda row: row[:2]}.get(mode, lambda row: row[:1])
    has_order = mode in ("key and order", "last")
    written = {}
    for key, group in groupby(sorted(rows, key=identity), key=identity):
        found = list(group)
        top = [row for row in found if not has_order or row[1] == max(each[1] for each in found)]
        # Without an order the whole record is the content.
        written[key] = [top[-1]] if mode == "last" or len(set(top)) == 1 else []
    return written


def expected(rows: list[tuple[int, int, str]], mode: str) -> list[tuple]:
    """What a first load by the wide contract would have written; what was loaded before stays where others contradict it."""
    first, right = winners([row for row in rows if len(row[2]) <= 3], mode), winners([row for row in rows if len(row[2]) <= 12], mode)
    if mode == "no key":
        return sorted(row for rows in right.values() for row in rows)
    return sorted(row for key, written in right.items() for row in written or first.get(key, []))


def together(first, then, mode: str) -> list[tuple]:
    """The rows of both, where one that was replayed takes the place of another of its identity."""
    rows = [tuple(row[name] for name in ("id", "version", "text")) for row in first.rows]
    new = [tuple(row[name] for name in ("id", "version", "text")) for row in then.rows]
    identity = {"no key": None, "exact": lambda row: row, "history": lambda row: row[:2]}.get(mode, lambda row: row[:1])
    if identity is None:
        return sorted([*rows, *new])
    return sorted(({identity(row): row for row in rows} | {identity(row): row for row in new}).values())


@pytest.mark.parametrize("is_divided", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_a_replay_ends_where_a_right_first_load_would_have(monkeypatch, mode, is_divided):
    if is_divided:
        divide(monkeypatch)
    for seed in range(12):
        chance = random.Random(f"{mode} {seed}")
        rows = records(chance)
        half = len(rows) // 2
        files = {"a.csv": csv(rows[:half]), "b.csv.gz": gzip.compress(csv(rows[half:]))}
        more = {"load": MODES[mode]}
        first = convert_here(contract(CSV, [*COLUMNS, NARROW], **more), files)
        then = replay(first, contract(CSV, [*COLUMNS, WIDE], **more))
        assert then.report["verdict"] is None, then.report["verdict"]
        assert then.report["counts"]["read"] == first.report["counts"]["rejected"]
        assert together(first, then, mode) == expected(rows, mode), (mode, seed)
        assert len(replayed_rows(then)) == then.report["counts"]["written"] + then.report["counts"]["deduplicated"]
        again = replay(first, contract(CSV, [*COLUMNS, WIDE], **more), then)
        assert (again.report["counts"]["written"], again.report["counts"]["read"]) == (0, then.report["counts"]["rejected"])


NEEDED = [column("id", "varchar(9)"), column("n", "integer", required=True)]
OPTIONAL = [column("id", "varchar(9)"), column("n", "integer")]


def archive(body: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("one.csv", body)
        packed.writestr("two.csv", body.replace(b"k", b"m"))
    return sink.getvalue()


FORMS = {
    "csv in a zip": ({**CSV, "compression": "auto"}, archive(b"id,n\nk1,1\nk2,\nk3,x\n"), ["k2", "m2"], 2),
    "json lines": (JSON_LINES, b'{"id":"k1","n":1}\n\n{"id":"k2"}\n{"id":"k3","n":"x"}\n', ["k2"], 1),
    "json": ({"type": "json", "lines": False, "records": "*"}, json.dumps([{"id": "k1", "n": 1}, {"id": "k2"}, 5]).encode(), ["k2"], 1),
    "fixed": ({"type": "fixed", "unit": "characters"}, b"k1 1\nk2  \nk3 x\n", ["k2"], 1),
    "xml": ({"type": "xml", "record": ["r"], "namespaces": {}}, b"<a><r><id>k1</id><n>1</n></r><r><id>k2</id></r><r><n>x</n></r></a>", ["k2"], 1),
    "parquet": (PARQUET, parquet(pa.table({"id": ["k1", "k2", "k3"], "n": pa.array([1, None, 2**40])})), ["k2"], 1),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_format(name):
    form, body, passes, fails = FORMS[name]
    sources = [{"from": "1-2"}, {"from": "3-4"}] if name == "fixed" else [{}, {}]
    needed, optional = ([{**col, **source} for col, source in zip(cols, sources, strict=True)] for cols in (NEEDED, OPTIONAL))
    first = convert_here(contract(form, needed), {"a": body})
    then = replay(first, contract(form, optional))
    assert then.report["verdict"] is None, then.report["verdict"]
    assert sorted(row["id"] for row in then.rows) == passes
    assert (len(then.rejects), then.report["counts"]["read"]) == (fails, fails + len(passes))
    assert [row["replayed"] for row in replayed_rows(then)] == ["written"] * len(passes)


def test_a_check_that_was_loosened_and_an_expression():
    columns = [column("id", "integer"), column("twice", "integer", expression="id * 2")]
    files = {"a.csv": b"id\n1\n5\n9\n"}
    first = convert_here(contract(CSV, columns, checks={"small": "twice < 8"}, load={"key": ["twice"]}), files)
    then = replay(first, contract(CSV, columns, checks={"small": "twice < 12"}, load={"key": ["twice"]}))
    assert [row["id"] for row in then.rows] == [5]
    assert [(reject["record_number"], reject["reason"]) for reject in then.rejects] == [(3, "check_failed")]


def test_conflicts_that_are_decided_now():
    first = convert_here(contract(CSV, COLUMNS, load={"key": ["id"]}), {"a.csv": b"id,version\n1,1\n1,2\n2,1\n"})
    assert first.report["counts"]["rejected"] == 2
    then = replay(first, contract(CSV, COLUMNS, load={"key": ["id"], "conflicts": "last"}))
    assert [(row["id"], row["version"]) for row in then.rows] == [(1, 2)]
    assert [row["replayed"] for row in replayed_rows(then)] == ["deduplicated", "written"]


def test_records_that_are_numbered_otherwise_now():
    first = convert_here(contract(CSV, [column("id", "integer")]), {"a.csv": b"id\n1\n# x\nx\n"})
    then = replay(first, contract({**CSV, "comment": "#"}, [column("id", "integer")]))
    assert then.report["verdict"]["error"] == "StructureChanged"
    assert "2 records under today's contract and had 3 when it was loaded" in then.report["verdict"]["message"]


def test_a_record_whose_raw_text_was_cut_is_read_whole(tmp_path):
    # What was cut off has the key.
    long = b'{"more":"' + b"x" * 1_100_000 + b'",'
    body = b'{"id":"k1","n":1}\n' + long + b'"id":"k2"}\n' + long + b'"id":"k3","n":"x"}\n'
    needed, optional = (contract(JSON_LINES, columns, load={"key": ["id"]}) for columns in (NEEDED, OPTIONAL))
    first = convert_here(needed, {"a.json": body})
    assert [(row["raw_truncated"], "id" in row["raw"]) for row in first.rejects] == [(True, False)] * 2
    (tmp_path / "a.json").write_bytes(body)
    asked = {
        "batch": json.loads(first.objects.read("processed", f"{RUN_FOLDER}batch.json")),
        "files": {"a.json": str(tmp_path / "a.json")},
        "rejects": "".join(json.dumps(row) + "\n" for row in first.rejects),
        "records": {"a.json": 3},
    }
    foreseen = preview_replay(optional, asked)
    then = replay(first, optional)
    assert [(row["id"], row["n"]) for row in then.rows] == [("k2", None)]
    assert [(row["record_number"], row["reason"], row["raw_truncated"]) for row in then.rejects] == [(3, "wrong_type", True)]
    assert foreseen["verdict"] is None
    for passed in (replayed_rows(then), foreseen["passed"]):
        assert [(row["record_number"], row["replayed"], row["raw_truncated"]) for row in passed] == [(2, "written", True)]
    assert foreseen["rejects"] == then.rejects
