"""The parts of the local account's job runner that need no Spark."""

import sys
import zipfile
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "glue" / "python"))

from glue_runner import py_files
from glue_runner.job import message_of

WORKER_ERROR = """An error occurred while calling o1.collectToPython.
: org.apache.spark.SparkException: Job aborted
Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "worker.py", line 1, in main
    process()
KeyError: 'id'

\tat org.apache.spark.api.python.BasePythonRunner.handle(PythonRunner.scala:645)
"""


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("bad rows\nsecond line"), "ValueError: bad rows"),
        (KeyError("id"), "KeyError: 'id'"),
        (ValueError(), "ValueError"),
        (RuntimeError(WORKER_ERROR), "KeyError: 'id'"),
        (RuntimeError("[TABLE_OR_VIEW_NOT_FOUND] no t;\nJVM stacktrace:\nat x"), "RuntimeError: [TABLE_OR_VIEW_NOT_FOUND] no t;"),
    ],
)
def test_a_message_is_the_line_that_says_what_went_wrong(error, message):
    assert message_of(error) == message


def test_a_folder_becomes_the_archive_that_it_is_on_aws(tmp_path):
    package = tmp_path / "asset" / "package"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("X = 1\n")
    (package / "__pycache__" / "old.pyc").write_text("")
    [entry] = py_files.prepare([{"path": str(tmp_path / "asset"), "name": "abc.zip"}], str(tmp_path / "made"))
    assert entry.endswith("abc.zip")
    assert zipfile.ZipFile(entry).namelist() == ["package/__init__.py"]


def test_changed_contents_are_another_entry_and_equal_ones_the_same(tmp_path):
    asset = tmp_path / "asset"
    asset.mkdir()
    (asset / "m.py").write_text("X = 1\n")
    prepare = lambda: py_files.prepare([{"path": str(asset), "name": "abc.zip"}], str(tmp_path / "made"))  # noqa: E731
    first = prepare()
    assert prepare() == first
    (asset / "m.py").write_text("X = 2\n")
    assert prepare() != first


def test_a_single_module_is_found_in_its_folder(tmp_path):
    (tmp_path / "somewhere.py").write_text("X = 1\n")
    [entry] = py_files.prepare([{"path": str(tmp_path / "somewhere.py"), "name": "helper.py"}], str(tmp_path / "made"))
    assert (Path(entry) / "helper.py").read_text() == "X = 1\n"
