"""The hosts of the core: what runs without Spark, and that all give the same."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from batches import CSV, JSON_LINES, column, contract, read_result, stage
from folder_objects import FolderObjects
from partition_to_parquet import lambda_function
from partition_to_parquet.errors import ContractInvalid, NeedsSpark
from partition_to_parquet.worker_processes import Processes
from without_spark import MemoryObjects, convert_here

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = [column("id", "integer", required=True), column("price", "decimal(9,2)")]
KEYED = contract(CSV, COLUMNS, load={"key": ["id"]})
# A finder that hides packages from every import.
WITHOUT = """
import importlib.abc, sys
class Without(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in ("pyspark", "py4j", "awsglue", "pandas"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Without())
"""


def python(code: str, given: str = "") -> subprocess.CompletedProcess:
    """Runs Python without what the Lambda does not have."""
    path = os.pathsep.join([str(ROOT / "glue-jobs"), str(ROOT / "test" / "glue-jobs" / "support")])
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code], input=given, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": path}
    )


def test_the_core_and_its_hosts_need_no_pyspark():
    names = [
        str(path.relative_to(ROOT / "glue-jobs").with_suffix("")).replace(os.sep, ".")
        for path in sorted((ROOT / "glue-jobs" / "partition_to_parquet").rglob("*.py"))
    ]
    done = python("import importlib\n" + "".join(f"importlib.import_module('{name}')\n" for name in names))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_lambda_converts_without_pyspark(tmp_path):
    columns = [*COLUMNS, column("half", "decimal(9,3)", expression="price / 2", round=True), column("text", "varchar(20)", expression="price")]
    compiled = contract(CSV, columns, load={"key": ["id"]}, checks={"small": "id < 100 and text like '1%' and half * 2e0 > 0"})
    arguments = stage(FolderObjects(str(tmp_path)), compiled, {"a.csv": b"id,price\n1,1.50\n1,1.50\nx,2\n"})
    code = f"""
from types import SimpleNamespace
from folder_objects import FolderObjects
from partition_to_parquet import lambda_function
lambda_function.OBJECTS = FolderObjects({str(tmp_path)!r})
event = {{"batchFile": {arguments["batch_file"]!r}, "outputFolder": {arguments["output_folder"]!r}}}
print(lambda_function.handler(event, SimpleNamespace(aws_request_id="request-1")))
"""
    done = python(code)
    assert done.returncode == 0, done.stderr
    metrics, answer = done.stdout.splitlines()
    assert answer == "{'runId': 'request-1'}"
    assert json.loads(metrics)["RecordsDeduplicated"] == 1
    objects = FolderObjects(str(tmp_path))
    folder = arguments["output_folder"].removeprefix("s3://processed/") + "request-1/"
    result = read_result(json.loads(objects.read("processed", folder + "report.json")), objects)
    assert (result.report["run_id"], result.report["engine"]) == ("request-1", "lambda")
    assert result.report["counts"] == {"read": 3, "written": 1, "deduplicated": 1, "rejected": 1}


def test_sql_that_needs_spark_is_told_before_anything_is_written(monkeypatch):
    objects = MemoryObjects()
    arguments = stage(objects, contract(CSV, COLUMNS, checks={"odd": "xxhash64(id) > 0"}), {"a.csv": b"id,price\n1,1.50\n"})
    before = set(objects.held)
    monkeypatch.setattr(lambda_function, "OBJECTS", objects)
    event = {"batchFile": arguments["batch_file"], "outputFolder": arguments["output_folder"]}
    with pytest.raises(NeedsSpark, match=r"check 'odd' needs Spark for the function xxhash64"):
        lambda_function.handler(event, SimpleNamespace(aws_request_id="r"))
    assert set(objects.held) == before


def double(number: int) -> int:
    if number == 13:
        raise ContractInvalid("thirteen")
    if number == 11:
        os._exit(3)
    if number == 9:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def test_processes_keep_the_order_of_their_tasks():
    assert Processes(2).map(double, [5, 1, 4, 2, 3]) == [10, 2, 8, 4, 6]
    assert Processes(2).map(double, [7]) == [14]


def counting(first: int):
    held, message = [first], first
    while message is not None:
        message = yield os.getpid(), sum(held)
        held.append(message or 0)
    return held


@pytest.mark.parametrize("executor", [Processes(1), Processes(2)])
def test_tasks_hold_what_they_have_until_the_block_ends(executor):
    with executor.converse(counting, 5) as tasks:
        first = tasks.say([1, 2, 3, 4, 5])
        second = tasks.say([10, 20, 30, 40, 50])
        assert [total for _, total in second] == [11, 22, 33, 44, 55]
        assert [process for process, _ in second] == [process for process, _ in first]
        assert len({process for process, _ in first}) == executor.parallelism
        assert tasks.say([None] * 5) == [[1, 10, 0], [2, 20, 0], [3, 30, 0], [4, 40, 0], [5, 50, 0]]


def test_what_a_task_raises_is_raised():
    with pytest.raises(ContractInvalid, match="thirteen"):
        Processes(2).map(double, [1, 13, 3])


def test_a_process_that_the_kernel_killed_ran_out_of_memory():
    with pytest.raises(MemoryError, match="was killed"):
        Processes(2).map(double, [1, 9, 3])
    with pytest.raises(RuntimeError, match="exit code 3"):
        Processes(2).map(double, [1, 11, 3])


def test_the_lambda_names_what_the_state_machine_catches(monkeypatch):
    def convert(executor, request, objects, key):
        raise pa.ArrowMemoryError("malloc of size 8 failed")

    monkeypatch.setattr(lambda_function, "convert", convert)
    with pytest.raises(MemoryError) as raised:
        lambda_function.handler({"batchFile": "s3://b/k", "outputFolder": "s3://b/o/"}, SimpleNamespace(aws_request_id="r"))
    assert type(raised.value) is MemoryError


def preview(tmp_path, compiled: dict, files: dict[str, bytes], **more) -> subprocess.CompletedProcess:
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    asked = {"contract": compiled, "files": [str(tmp_path / name) for name in files], **more}
    return python("from partition_to_parquet.preview import main\nsys.exit(main())", json.dumps(asked))


def test_preview_shows_what_the_job_would_make(tmp_path):
    columns = [*COLUMNS, column("at", "timestamp"), column("big", "bigint")]
    files = {
        "a.csv": b"id,price,at,big,more\n1,1.50,2026-01-02T03:04:05.5,9007199254740993,z\n2,x,,,\n",
        "b.csv": b"id,price,at,big\n3,,,7\nid\n",
    }
    done = preview(tmp_path, contract(CSV, columns, load={"key": ["id"]}), files, limit=2)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["rows"] == [
        {"id": 1, "price": "1.50", "at": "2026-01-02 03:04:05.500000", "big": "9007199254740993"},
        {"id": 3, "price": None, "at": None, "big": 7},
    ]
    assert [(reject["reason"], Path(reject["source_file"]).name, reject["raw"]) for reject in answer["rejects"]] == [
        ("wrong_type", "a.csv", "2,x,,,"),
        ("ragged_row", "b.csv", "id"),
    ]
    assert answer["report"]["counts"] == {"read": 4, "written": 2, "deduplicated": 0, "rejected": 2}
    assert answer["warnings"] and "more" in answer["warnings"][0]


def test_preview_tells_a_verdict(tmp_path):
    done = preview(tmp_path, KEYED, {"a.csv": b"id;price\n1;2\n"})
    verdict = json.loads(done.stdout)["report"]["verdict"]
    assert (done.returncode, verdict["error"], Path(verdict["file"]).name) == (0, "StructureChanged", "a.csv")


def test_preview_names_sql_that_needs_spark(tmp_path):
    done = preview(tmp_path, contract(JSON_LINES, COLUMNS, checks={"odd": "xxhash64(id) > 0"}), {"a.json": b'{"id":1}\n'})
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["name"] == "NeedsSpark"


@pytest.mark.parametrize("parallelism", [1, 3])
def test_processes_give_what_one_process_gives(tmp_path, parallelism):
    from partition_to_parquet import plan
    from partition_to_parquet.convert import Request, convert

    body = b"id,price\n" + b"".join(b"%d,%d.10\n" % (n % 1400, n) for n in range(1500))
    keyed = contract(CSV, COLUMNS, load={"key": ["id"], "conflicts": "last"})
    whole = convert_here(keyed, {"a.csv": body})
    objects = FolderObjects(str(tmp_path))
    arguments = stage(objects, keyed, {"a.csv": body})
    with pytest.MonkeyPatch().context() as patch:
        for name in ("LEAST_TASK_BYTES", "MOST_TASK_BYTES"):
            patch.setattr(plan, name, 2_000)
        patch.setattr(plan, "ALONE_BYTES", 0)
        request = Request(arguments["batch_file"], arguments["output_folder"], "r", "lambda")
        parts = read_result(convert(Processes(parallelism), request, objects), objects)
    by_id = lambda row: (row["id"], str(row["price"]))  # noqa: E731
    assert sorted(parts.rows, key=by_id) == sorted(whole.rows, key=by_id)
    assert parts.report["counts"] == whole.report["counts"]
    assert len(parts.report["output"]) > 1
