"""However a batch is divided, the same records are written, deduplicated and rejected."""

import gzip
import json
import random

import pytest
from batches import CSV, JSON_LINES, column, contract, convert
from partition_to_parquet import finish, held, output, plan, run_batch, survey, suspects
from without_spark import convert_here

COLUMNS = [
    column("id", "integer", required=True),
    column("version", "integer", required=True),
    column("text", "varchar(12)"),
]
UPSERT = {"load": {"key": ["id"], "order_by": "version"}}


def csv_files(seed: int, newlines: bool) -> dict[str, bytes]:
    """Files with repeated keys, conflicts, bad values, ragged records; the last file is not terminated."""
    chance = random.Random(seed)
    texts = ["a", "b", "", "too long a text", "5 x", '"q""q"'] + (['"two\nlines"', '"\r\n,"'] if newlines else [])
    files = {}
    for number in range(3):
        lines = ["id,version,text"]
        for _ in range(chance.choice([0, 5, 400])):
            lines.append(f"{chance.choice([' 7', '7', chance.randrange(300), 'x'])},{chance.randrange(4)},{chance.choice(texts)}")
            if chance.random() < 0.05:
                lines.append(chance.choice(["1,2", "1,2,3,4", "", "   "]))
        files[f"f{number}.csv"] = "\n".join(lines).encode() + (b"\n" if number < 2 else b"")
    return files


def outcome(result):
    rows = sorted(json.dumps(row) for row in result.rows)
    rejects = sorted(json.dumps(reject, sort_keys=True) for reject in result.rejects)
    report = {name: result.report[name] for name in ("verdict", "counts", "rejected_by_code", "files", "order_by")}
    return rows, rejects, report


@pytest.fixture
def divided(monkeypatch):
    divide(monkeypatch)


def divide(monkeypatch):
    """Files of more than 3,000 bytes become ranges."""
    monkeypatch.setattr(plan, "ALONE_BYTES", 0)
    monkeypatch.setattr(plan, "LEAST_TASK_BYTES", 1_500)
    monkeypatch.setattr(plan, "MOST_TASK_BYTES", 1_500)


def give_up_holding(monkeypatch):
    """Batches take two passes, as where the tasks cannot hold them."""
    monkeypatch.setattr(held, "HELD_BYTES", 0)


@pytest.mark.parametrize("in_two_passes", [False, True])
@pytest.mark.parametrize(
    ("format", "more"),
    [
        (CSV, {}),
        (CSV, {"load": {"deduplicate": "exact"}}),
        ({**CSV, "quote": None}, {"load": {"key": ["id"], "conflicts": "last"}}),
        (JSON_LINES, UPSERT),
    ],
)
def test_dividing_changes_nothing(monkeypatch, format, more, in_two_passes):
    if in_two_passes:
        give_up_holding(monkeypatch)
    check_dividing(monkeypatch, lambda _, *batch: convert_here(*batch), format, more)


def test_dividing_changes_nothing_in_spark(spark, tmp_path, monkeypatch):
    more = {**UPSERT, "checks": {"even": "pmod(version, 2) = 0"}}
    check_dividing(monkeypatch, lambda name, *batch: convert(spark, tmp_path / name, *batch), CSV, more)


def check_dividing(monkeypatch, run, format, more):
    files = csv_files(5, newlines=True)
    if format is JSON_LINES:
        files = {name: as_json_lines(body) for name, body in files.items()}
    whole = outcome(run("whole", contract(format, COLUMNS, **more), files))
    divide(monkeypatch)
    monkeypatch.setattr(survey, "SETTLE_ROWS", 100)
    assert outcome(run("parts", contract(format, COLUMNS, **more), files)) == whole
    assert whole[2]["counts"]["rejected"] > 0


def small_portions(monkeypatch, exact=10_000):
    """Hashes, undecided rows and Parquet in small portions, as where a batch is many times what a task may hold."""
    divide(monkeypatch)
    give_up_holding(monkeypatch)
    for module, name, value in [
        (survey, "DRIVER_BYTES", 0), (survey, "HELD_ROWS", 20), (survey, "BUCKET_BYTES", 500), (survey, "SETTLE_ROWS", 50),
        (suspects, "EXACT_HASHES", exact), (survey, "EXACT_HASHES", exact), (run_batch, "ASIDE_BYTES", 200),
        (output, "ROW_GROUP_BYTES", 300), (output, "FILE_BYTES", 500),
    ]:  # fmt: skip
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize("exact", [0, 10_000])
def test_more_than_memory_holds_is_exchanged_between_tasks(monkeypatch, exact):
    files = csv_files(7, newlines=False)
    keyed = contract(CSV, COLUMNS, **UPSERT)
    whole = outcome(convert_here(keyed, files))
    small_portions(monkeypatch, exact)
    parts = convert_here(keyed, files)
    assert outcome(parts) == whole
    assert whole[2]["counts"]["deduplicated"] > 0
    keys = [key for _, key in parts.objects.held]
    assert len({key for key in keys if "/settled-" in key}) > 3
    assert not any("/survey/" in key or "/aside/" in key for key in keys)
    assert len(parts.report["output"]) > len({entry["key"][:-12] for entry in parts.report["output"]})


@pytest.mark.parametrize("checks", [{}, {"sql": "pmod(version, 2) = 0"}])
def test_spark_exchanges_what_memory_does_not_hold(spark, tmp_path, monkeypatch, checks):
    files = csv_files(7, newlines=False)
    keyed = contract(CSV, COLUMNS, **UPSERT, checks=checks)
    whole = outcome(convert(spark, tmp_path / "whole", keyed, files))
    small_portions(monkeypatch)
    parts = convert(spark, tmp_path / "parts", keyed, files)
    assert outcome(parts) == whole
    assert whole[2]["counts"]["deduplicated"] > 0
    assert sum("/settled-" in entry["key"] for entry in parts.report["output"]) > 3


def test_keys_that_differ_in_blanks_at_the_end_meet_wherever_they_lie(monkeypatch):
    columns = [column("code", "varchar(12)", required=True, trim=False), column("version", "integer", required=True)]
    keyed = contract(CSV, columns, load={"key": ["code"], "order_by": "version"})
    lines = [f"k{number % 200}{' ' * (number // 200)},{number}" for number in range(800)]
    random.Random(1).shuffle(lines)
    files = {"f.csv": "\n".join(["code,version", *lines]).encode()}
    whole = convert_here(keyed, files)
    assert sorted(row["code"] for row in whole.rows) == sorted(f"k{number}   " for number in range(200))
    small_portions(monkeypatch)
    assert outcome(convert_here(keyed, files)) == outcome(whole)


def test_a_file_that_unpacks_to_more_than_a_task_holds(monkeypatch):
    files = {"f.csv.gz": gzip.compress(csv_files(5, newlines=True)["f0.csv"])}
    keyed = contract(CSV, COLUMNS, **UPSERT)
    whole = outcome(convert_here(keyed, files))
    monkeypatch.setattr(finish, "ALONE_HELD_BYTES", 1_000)
    monkeypatch.setattr(held, "HELD_BYTES", 1_000)
    parts = convert_here(keyed, files)
    assert outcome(parts) == whole
    assert "survey" in parts.report["seconds"]


def test_the_text_of_a_conflict_is_read_again_where_tasks_held_its_record(monkeypatch):
    lines = [f"{number},1,a" for number in range(400)] + ['7,1,"b"', "399,1,c"]
    files = {"f.csv": "\n".join(["id,version,text", *lines]).encode()}
    divide(monkeypatch)
    parts = convert_here(contract(CSV, COLUMNS, **UPSERT), files)
    assert sorted((each["record_number"], each["line_number"], each["raw"]) for each in parts.rejects) == [
        (8, 9, "7,1,a"), (400, 401, "399,1,a"), (401, 402, '7,1,"b"'), (402, 403, "399,1,c"),
    ]  # fmt: skip
    assert "survey" not in parts.report["seconds"]
    assert len(parts.report["output"]) > 1


def test_what_tasks_held_is_settled_by_tasks_where_it_is_much(monkeypatch):
    files = csv_files(7, newlines=False)
    keyed = contract({**CSV, "quote": None}, COLUMNS, **UPSERT)
    whole = outcome(convert_here(keyed, files))
    divide(monkeypatch)
    monkeypatch.setattr(survey, "SETTLE_ROWS", 20)
    parts = convert_here(keyed, files)
    assert outcome(parts) == whole
    assert "survey" not in parts.report["seconds"]
    assert sum("/settled-" in entry["key"] for entry in parts.report["output"]) > 1
    assert whole[2]["rejected_by_code"]["conflicting_key"] > 0


def test_a_range_that_begins_inside_quotes_is_left_to_two_passes(monkeypatch):
    files = {"f.csv": b'id,version,text\n1,1,"' + b"\n".join([b"2,2,x"] * 1_000) + b'"\n3,3,y\n'}
    columns = [*COLUMNS[:2], column("text", "varchar(65535)")]
    divide(monkeypatch)
    parts = convert_here(contract(CSV, columns, **UPSERT), files)
    assert [row["id"] for row in parts.rows] == [1, 3]
    assert "survey" in parts.report["seconds"]


def as_json_lines(body: bytes) -> bytes:
    rows = [line.split(",") for line in body.decode().split("\n")[1:]]
    names = ("id", "version", "text")
    return "\n".join(json.dumps(dict(zip(names, row, strict=False))) if row != [""] else "" for row in rows).encode()


def test_a_key_that_sql_computes_is_deduplicated_across_parts(spark, tmp_path, divided):
    columns = [*COLUMNS, column("both", "varchar(20)", expression="concat(text, '-', id % 3)", required=True)]
    rows = "".join(f"{i},1,a\n" for i in range(300))
    files = {"f.csv": f"id,version,text\n{rows}".encode()}
    keyed = contract(CSV, columns, load={"key": ["both"], "order_by": "id"})
    result = convert(spark, tmp_path, keyed, files)
    assert [(row["id"], row["both"]) for row in sorted(result.rows, key=lambda row: row["id"])] == [
        (297, "a-0"), (298, "a-1"), (299, "a-2"),
    ]  # fmt: skip
    assert result.report["counts"] == {"read": 300, "written": 3, "deduplicated": 297, "rejected": 0}


def test_ranges_prove_the_sha256(spark, tmp_path, divided):
    files = {"f.csv": b"id,version,text\n" + b"1,2,a\n" * 500}
    meta = {"f.csv": {"sha256": "0" * 64}}
    verdict = convert(spark, tmp_path, contract(CSV, COLUMNS), files, meta).report["verdict"]
    assert (verdict["error"], verdict["file"]) == ("FileMismatch", "f.csv")
