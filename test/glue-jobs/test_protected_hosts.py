"""The hosts with protected columns: where the key comes from, what ends in logs, what Spark and a preview show."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from batches import CSV, column, contract, read_result, stage
from folder_objects import FolderObjects
from partition_to_parquet import job, lambda_function
from partition_to_parquet.convert import Request, convert
from partition_to_parquet.formats.csv import reader as csv_reader
from partition_to_parquet.preview import preview
from partition_to_parquet.protection import key as keys
from partition_to_parquet.protection.key import GivenKey, KeyUnusable, SecretKey
from partition_to_parquet.protection.withheld import Withheld
from partition_to_parquet.worker_processes import Processes
from protected import COLUMNS, KEY, PLAIN, P, hashed, run
from without_spark import InParts, MemoryObjects


@pytest.mark.parametrize("executor", [InParts(), Processes(2)], ids=["here", "processes"])
def test_an_unforeseen_error_does_not_carry_a_value_into_a_log(executor, monkeypatch):
    def broken(*_):
        raise ValueError(f"cannot convert '{P}'")

    monkeypatch.setattr(csv_reader.CsvReader, "chunks", broken)
    files = {"a.csv": b"id,email,phone,born,amount\n"}
    with pytest.raises(Withheld, match=r"ValueError in .*test_protected_hosts.py") as found:
        run(PLAIN, files, executor)
    assert P not in str(found.value)
    with pytest.raises(ValueError, match=P):
        run(contract(CSV, COLUMNS[:1]), files, executor)


def test_the_key_comes_from_its_secret_and_never_travels(monkeypatch):
    asked = []

    def client(name):
        def get(**arguments):
            asked.append((name, arguments))
            return {"SecretString": KEY.decode(), "VersionId": "v1"}

        return SimpleNamespace(get_secret_value=get)

    monkeypatch.setattr("boto3.client", client)
    keys._HELD.clear()
    secret = SecretKey("arn:secret")
    assert secret.value() == KEY and secret.value() == KEY
    travelled = pickle.dumps(secret)
    assert KEY not in travelled
    keys._HELD.clear()
    assert pickle.loads(travelled).value() == KEY
    # Another run asks which version is the present one; a task reads the one that its run has found.
    SecretKey("arn:secret").value()
    assert [arguments.get("VersionId") for _, arguments in asked] == [None, "v1", None]


def test_a_key_that_could_be_guessed_is_refused(monkeypatch):
    monkeypatch.setattr("boto3.client", lambda _: SimpleNamespace(get_secret_value=lambda **_: {"SecretString": "hunter2", "VersionId": "v2"}))
    keys._HELD.clear()
    with pytest.raises(KeyUnusable, match="the secret arn:weak contains a key of 7 bytes; put one of at least 32 into it"):
        SecretKey("arn:weak").value()


def test_no_key_is_a_failure_before_anything_is_written():
    objects = MemoryObjects()
    arguments = stage(objects, PLAIN, {"a.csv": b"id,email,phone,born,amount\n"})
    before = dict(objects.held)
    with pytest.raises(KeyUnusable, match="this engine has no key: deploy the project, then redrive"):
        convert(InParts(), Request(arguments["batch_file"], arguments["output_folder"], "run", "lambda"), objects)
    assert objects.held == before


def test_the_hosts_take_the_secret_that_they_are_deployed_with(tmp_path, monkeypatch):
    monkeypatch.setattr("boto3.client", lambda _: SimpleNamespace(get_secret_value=lambda **_: {"SecretString": KEY.decode(), "VersionId": "v1"}))
    keys._HELD.clear()
    monkeypatch.setenv("PROTECTION_SECRET", "arn:hosts")
    monkeypatch.setattr(lambda_function, "OBJECTS", FolderObjects(str(tmp_path)))
    arguments = stage(lambda_function.OBJECTS, PLAIN, {"a.csv": b"id,email,phone,born,amount\n1,a@b,,,\n"})
    event = {"batchFile": arguments["batch_file"], "outputFolder": arguments["output_folder"]}
    lambda_function.handler(event, SimpleNamespace(aws_request_id="id"))
    report = json.loads(lambda_function.OBJECTS.read("processed", next(k for k in lambda_function.OBJECTS.keys("processed") if k.endswith("report.json"))))
    assert [row["email"] for row in read_result(report, lambda_function.OBJECTS).rows] == [hashed("a@b")]


def test_spark_gives_the_same_and_nothing_clear_where_it_evaluates_the_sql(spark, tmp_path):
    columns = [*COLUMNS, column("host", "varchar(64)", expression="reverse(split(email, '@')[1])", protect={"partial": 1})]
    compiled = contract(CSV, columns, load={"key": ["email"]}, checks={"plausible": "email rlike '.+@.+' or email is null"})
    body = f"id,email,phone,born,amount\n1,{P}1@x.org,,,1\n1,{P}1@x.org,,,2\n2,{P}2@x.org,,,3\n3,{P}@,,,4\n4,{P}4@x.org,,,{P}\n".encode()
    objects = FolderObjects(str(tmp_path))
    report = job.run(spark, stage(objects, compiled, {"a.csv": body}), objects, GivenKey(KEY))
    result = read_result(report, objects)
    assert [(row["email"], row["host"]) for row in result.rows] == [(hashed(f"{P}2@x.org"), "***x")]
    assert sorted(reject["reason"] for reject in result.rejects) == ["check_failed", "conflicting_key", "conflicting_key", "wrong_type"]
    kept = [path.read_bytes() for path in Path(tmp_path, "processed").iterdir() if "contract.json" not in path.name]
    assert not any(P.encode() in body for body in kept)


def test_a_preview_shows_stars(tmp_path):
    (tmp_path / "a.csv").write_text(f"id,email,phone,born,amount\n1,{P}@x.org,{P}12,1990-01-01,1\n1,,,,{P}\n")
    shown = preview(PLAIN, [str(tmp_path / "a.csv")])
    assert shown["rows"] == [{"id": 1, "email": "***", "phone": "***", "born": None, "amount": "1.00"}]
    assert P not in json.dumps([shown["rows"], shown["rejects"], shown["report"]["warnings"]])


def test_logs_of_the_lambda_hold_no_value(tmp_path):
    """The process itself, with what it prints."""
    objects = FolderObjects(str(tmp_path))
    arguments = stage(objects, PLAIN, {"a.csv": f"id,email,phone,born,amount\n1,{P}@x.org,,,{P}\n2,{P}\n".encode()})
    code = f"""
from types import SimpleNamespace
from folder_objects import FolderObjects
from partition_to_parquet import lambda_function
from partition_to_parquet.protection.key import GivenKey
lambda_function.OBJECTS = FolderObjects({str(tmp_path)!r})
lambda_function.SecretKey = lambda secret: GivenKey({KEY!r})
event = {{"batchFile": {arguments["batch_file"]!r}, "outputFolder": {arguments["output_folder"]!r}}}
lambda_function.handler(event, SimpleNamespace(aws_request_id="id"))
"""
    path = f"{Path(__file__).parents[2] / 'glue-jobs'}:{Path(__file__).parent / 'support'}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": path, "PROTECTION_SECRET": "x"}, timeout=60, check=True)
    assert '"RecordsRejected": 2' in done.stdout
    assert P not in done.stdout + done.stderr
