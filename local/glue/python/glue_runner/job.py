"""Runs a job's script as Glue does: as `__main__`, with its arguments, under its role, its own modules fresh."""

import contextlib
import logging
import os
import runpy
import sys
import traceback

from . import modules, py_files, spark

_LONGEST_MESSAGE = 2000


def run(session, request: dict) -> dict:
    """Runs one job and says how it ended: {"state": "SUCCEEDED" | "FAILED", "message"}."""
    with _output_to(request["log"]), _process_as_found():
        try:
            modules.check(request["modules"])
            environment = _prepare(request)
            own = spark.begin_run(session, environment)
            _apply_conf(own, request["conf"])
            sys.argv = [request["script"], *request["arguments"]]
            runpy.run_path(request["script"], run_name="__main__")
            return {"state": "SUCCEEDED", "message": None}
        except SystemExit as end:
            if end.code in (None, 0):
                return {"state": "SUCCEEDED", "message": None}
            return {"state": "FAILED", "message": f"SystemExit: {end.code}"}
        except BaseException as error:
            traceback.print_exc()
            return {"state": "FAILED", "message": message_of(error)}
        finally:
            spark.end_run(session)


def warm(session, request: dict) -> None:
    """What the first run would otherwise wait for, in the environment that it will have."""
    with _process_as_found():
        environment = _prepare(request)
        spark.warm_up(spark.begin_run(session, environment))
        spark.end_run(session)


def message_of(error: BaseException) -> str:
    """The line that says what went wrong: the exception's own, or for an error of a Python worker the last line of
    the worker's traceback. Never the JVM's stack."""
    lines = [line for line in str(error).split("JVM stacktrace:")[0].splitlines() if line.strip()]
    worker = [at for at, line in enumerate(lines) if line.endswith("Traceback (most recent call last):")]
    if worker:
        own = [line for line in lines[worker[-1] + 1 :] if not line.startswith((" ", "\t"))]
        if own:
            return own[0][:_LONGEST_MESSAGE]
    first = lines[0].strip() if lines else ""
    name = type(error).__name__
    return (f"{name}: {first}" if first else name)[:_LONGEST_MESSAGE]


def _prepare(request: dict) -> dict:
    """Sets this process's environment and sys.path; returns the workers' environment."""
    entries = py_files.prepare(request["pyFiles"], request["pyFilesFolder"])
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(request["environment"])
    if "boto3" in sys.modules:
        sys.modules["boto3"].DEFAULT_SESSION = None
    sys.path[:0] = entries
    workers = dict(request["environment"])
    # Workers find the modules by PYTHONPATH rather than by addPyFile, which can never take a file away again.
    workers["PYTHONPATH"] = os.pathsep.join(entries)
    return workers


def _apply_conf(session, conf: list) -> None:
    for name, value in conf:
        if session.conf.isModifiable(name):
            session.conf.set(name, value)
        else:
            print(f"--conf {name} is left out: the local Spark process is shared, and this is set at its start.")


@contextlib.contextmanager
def _output_to(path: str):
    """Everything that the job prints, child processes included, goes to the run's log."""
    kept = [os.dup(1), os.dup(2)]
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        for number in (1, 2):
            os.dup2(log, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, former in zip((1, 2), kept, strict=True):
            os.dup2(former, number)
            os.close(former)
        os.close(log)


@contextlib.contextmanager
def _process_as_found():
    """On Glue each run is a process of its own. Here what a job changes in the interpreter is changed back."""
    environment, path, folder, argv = dict(os.environ), list(sys.path), os.getcwd(), list(sys.argv)
    modules, streams = set(sys.modules), (sys.stdout, sys.stderr, sys.stdin)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        added = [entry for entry in sys.path if entry not in path]
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:], sys.argv = path, argv
        sys.stdout, sys.stderr, sys.stdin = streams
        os.chdir(folder)
        root.handlers[:] = handlers
        root.setLevel(level)
        for name in set(sys.modules) - modules:
            if _lies_in(sys.modules[name], added):
                del sys.modules[name]


def _lies_in(module, entries: list) -> bool:
    file = getattr(module, "__file__", None)
    places = [file] if file else list(getattr(module, "__path__", []))
    return any(place.startswith(entry + os.sep) for place in places for entry in entries)
