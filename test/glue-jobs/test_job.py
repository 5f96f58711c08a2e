"""The job as Glue starts it: its arguments, its report, its line of metrics; objects in S3 by boto3."""

import io
import json
import sys
import types

import pytest
from batches import JSON_LINES, column, contract
from botocore.response import StreamingBody
from botocore.stub import Stubber
from partition_to_parquet import job
from partition_to_parquet.errors import FileMismatch, FileUnreadable
from partition_to_parquet.metrics import metrics_line
from partition_to_parquet.objects import S3Objects
from without_spark import convert_here


@pytest.fixture
def s3(monkeypatch):
    import boto3

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    objects = S3Objects()
    objects._client = boto3.client("s3")
    with Stubber(objects._client) as stub:
        yield objects, stub
        stub.assert_no_pending_responses()


def test_an_object_is_read_in_its_noted_version_and_range(s3):
    objects, stub = s3
    body = StreamingBody(io.BytesIO(b"bc"), 2)
    expected = {"Bucket": "b", "Key": "a b", "VersionId": "v", "IfMatch": '"e"', "Range": "bytes=1-2"}
    stub.add_response("get_object", {"Body": body}, expected)
    assert objects.read("b", "a b", "v", "e", 1, 3) == b"bc"


@pytest.mark.parametrize(
    ("code", "error"),
    [("PreconditionFailed", FileMismatch), ("NoSuchKey", FileMismatch), ("NoSuchVersion", FileMismatch), ("InvalidObjectState", FileUnreadable)],
)
def test_an_object_that_is_not_as_noted_is_a_verdict(s3, code, error):
    objects, stub = s3
    stub.add_client_error("get_object", code)
    with pytest.raises(error, match="'k'"):
        objects.read("b", "k", None, "e")


def test_other_trouble_is_no_verdict(s3):
    objects, stub = s3
    stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
    with pytest.raises(Exception, match="AccessDenied"):
        objects.read("b", "k")


def test_main_takes_glues_arguments(monkeypatch, capsys):
    result = convert_here(contract(JSON_LINES, [column("id", "integer")]), {"a.json": b'{"id":1}\n{"id":"x"}\n'})
    seen = {}

    def run(spark, arguments, objects, key):
        seen.update(arguments)
        return result.report

    utils = types.ModuleType("awsglue.utils")
    utils.getResolvedOptions = lambda argv, names: {name: argv[argv.index(f"--{name}") + 1] for name in names}
    monkeypatch.setitem(sys.modules, "awsglue", types.ModuleType("awsglue"))
    monkeypatch.setitem(sys.modules, "awsglue.utils", utils)
    monkeypatch.setattr("pyspark.sql.SparkSession.builder", types.SimpleNamespace(getOrCreate=lambda: None))
    monkeypatch.setattr(job, "run", run)
    given = {"JOB_NAME": "j", "batch_file": "s3://p/b.json", "output_folder": "s3://p/o/", "partition_folder": "s3://l/p/", "JOB_RUN_ID": "jr_7"}
    monkeypatch.setattr(sys, "argv", ["job.py", *(word for name, value in given.items() for word in (f"--{name}", value))])
    job.main()
    assert seen == given
    line = json.loads(capsys.readouterr().out)
    assert (line["Dataset"], line["RecordsRead"], line["RecordsRejected"]) == ("things", 2, 1)
    assert {metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} <= set(line)


def test_the_report_says_what_happened():
    columns = [column("id", "integer"), column("at", "timestamp", required=True)]
    keyed = contract(JSON_LINES, columns, load={"key": ["id"], "order_by": "at"})
    body = b'{"id":1,"at":"2026-01-02"}\n{"id":1,"at":"2026-01-01"}\n{"id":2,"at":"2026-01-03T10:00"}\n{"id":3}\n'
    report = convert_here(keyed, {"a.json": body, "b.json": b""}).report
    form = {"compression": "none", "encoding": "utf-8", "byte_order_mark": False}
    assert report["files"] == [
        {"key": "a.json", "version_id": None, "bytes": len(body), "read": 4, "written": 2, "deduplicated": 1, "rejected": 1, "form": form},
        {"key": "b.json", "version_id": None, "bytes": 0, "read": 0, "written": 0, "deduplicated": 0, "rejected": 0, "form": form},
    ]
    assert report["order_by"] == {"min": "2026-01-02T00:00:00", "max": "2026-01-03T10:00:00"}
    assert report["rejected_by_code"] == {"missing_required": 1}
    assert (report["bytes_read"], report["run_id"]) == (len(body), "jr_1")
    assert report["schema"][-1] == {"name": "sluice_file", "type": "string"}
    assert metrics_line(report)["RecordsWritten"] == 2


def test_raw_text_is_cut_at_one_megabyte():
    body = b'{"id":"' + "é".encode() * 600_000 + b'"}\n'
    (reject,) = convert_here(contract(JSON_LINES, [column("id", "integer")]), {"a.json": body}).rejects
    assert reject["raw_truncated"] is True
    assert len(reject["raw"].encode()) in (1024 * 1024, 1024 * 1024 - 1)
