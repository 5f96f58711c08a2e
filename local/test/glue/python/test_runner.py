"""The parts of the local account's job runner that need no Spark."""

import importlib.metadata
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "glue" / "python"))

from glue_runner import modules, py_files
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


PYTEST = f"pytest=={importlib.metadata.version('pytest')}"


def _zip_of_wheels(folder: Path, listed: str, *wheels: str) -> dict:
    (folder / "wheels").mkdir()
    (folder / "wheels" / "requirements.txt").write_text(f"# all\n{listed}\n")
    for wheel in wheels:
        (folder / "wheels" / wheel).write_text("")
    return {"path": str(folder), "name": "a.gluewheels.zip"}


@pytest.mark.parametrize("wheels", [[], [f"{PYTEST.replace('==', '-')}-py3-none-any.whl"]])
def test_modules_that_this_environment_has_can_be_installed(tmp_path, wheels):
    given = _zip_of_wheels(tmp_path, PYTEST, *wheels)
    modules.check([given])
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for path in sorted((tmp_path / "wheels").iterdir()):
            written.write(path, f"wheels/{path.name}")
    modules.check([{"path": str(archive), "name": "archive.zip"}])


@pytest.mark.parametrize(
    ("listed", "wheels", "message"),
    [
        ("", [], "has no wheels/requirements.txt with exact versions"),
        ("pytest==0.1", [], f"has pytest 0.1, this machine's environment {PYTEST[8:]}: run set-up"),
        ("none-such==1", [], "has none-such 1, this machine's environment none: run set-up"),
        (PYTEST, ["other-1.0-py3-none-any.whl"], f"has no wheel of {PYTEST} for CPython 3.13"),
        (PYTEST, [f"{PYTEST.replace('==', '-')}-cp312-cp312-manylinux_2_28_x86_64.whl"], "has no wheel of"),
        (PYTEST, [f"{PYTEST.replace('==', '-')}-cp313-cp313-manylinux_2_28_aarch64.whl"], "has no wheel of"),
    ],
)
def test_modules_that_glue_could_not_install_fail_the_run(tmp_path, listed, wheels, message):
    with pytest.raises(modules.ModulesMissing, match=message):
        modules.check([_zip_of_wheels(tmp_path, listed, *wheels)])
