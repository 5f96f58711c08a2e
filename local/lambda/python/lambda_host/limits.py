"""Makes this process as narrow as an execution environment of Lambda."""

import importlib.abc
import importlib.machinery
import importlib.metadata
import math
import os
import re
import signal
import sys
import threading
from typing import NoReturn

# What Lambda's own Python runtime brings along.
RUNTIME_PACKAGES = (
    "awslambdaric", "boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "simplejson", "six",
    "snapshot-restore-py", "urllib3",
)  # fmt: skip
# A full processor a 1,769 MB (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
MEGABYTES_A_PROCESSOR = 1769


def end_with_parent() -> None:
    """Ends this process and all that it started when the account is gone: stdin closes then."""
    source = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def wait() -> None:
        while os.read(source, 1):
            pass
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True, name="parent").start()


def use_processors_of_memory() -> None:
    """Uses no more processors than Lambda gives to a function of this size."""
    if not hasattr(os, "sched_setaffinity"):
        return
    count = max(1, math.ceil(int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) / MEGABYTES_A_PROCESSOR))
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def refuse_semaphores() -> None:
    """There is no /dev/shm in Lambda, so multiprocessing's locks, queues and pools fail."""
    import _multiprocessing

    class NoSemaphore(_multiprocessing.SemLock):
        def __new__(cls, *_: object) -> NoReturn:
            raise OSError(38, "Function not implemented")

    _multiprocessing.SemLock = NoSemaphore


def refuse_other_packages() -> None:
    """Imports find what the function's archive lists in its requirements.txt, in that version, and the runtime's own."""
    allowed = _modules_of(RUNTIME_PACKAGES)
    if os.path.exists("requirements.txt"):
        with open("requirements.txt", encoding="utf-8") as file:
            pins = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", file.read(), re.MULTILINE))
        for name, version in pins.items():
            found = importlib.metadata.version(name)
            if found != version:
                sys.exit(f"the archive has {name} {version}, this machine's environment {found}: run set-up")
        allowed |= _modules_of(pins)
    sys.meta_path.insert(0, _OnlyThese(allowed))


def _modules_of(packages) -> set:
    """The top-level modules of installed packages."""
    return {
        file.parts[0].split(".")[0]
        for package in packages
        for file in importlib.metadata.files(package) or ()
        if file.parts[0] != ".." and not file.parts[0].endswith((".dist-info", ".pth", "__pycache__"))
    }


class _OnlyThese(importlib.abc.MetaPathFinder):
    """Finds no module of the environment's packages but the allowed ones."""

    def __init__(self, allowed: set):
        self.allowed = allowed

    def find_spec(self, name, path=None, target=None):
        if path is None and name not in self.allowed:
            spec = importlib.machinery.PathFinder.find_spec(name)
            if spec is not None and spec.origin and f"{os.sep}site-packages{os.sep}" in spec.origin:
                raise ModuleNotFoundError(f"No module named '{name}': the function's archive does not have it", name=name)
