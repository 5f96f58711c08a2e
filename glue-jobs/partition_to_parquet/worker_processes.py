"""Tasks in several processes of one machine."""

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from .executors import Conversation, Here, OneMachine, Steps, Stepwise

T = TypeVar("T")
R = TypeVar("R")


class Processes(OneMachine):
    """Tasks in several processes, each with a pipe of its own: Lambda has no /dev/shm, which pools and queues need."""

    def __init__(self, parallelism: int | None = None):
        self.parallelism = parallelism or usable_processors()

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        if len(items) < 2 or self.parallelism < 2:
            return [task(item) for item in items]
        with _Workers(task, min(self.parallelism, len(items))) as workers:
            return workers.run(items)

    @contextmanager
    def converse(self, task: Callable[[Any], Steps], tasks: int) -> Iterator[Conversation]:
        if tasks < 2 or self.parallelism < 2:
            yield Here(task)
            return
        with _Workers(Stepwise(task), min(self.parallelism, tasks)) as workers:
            yield _There(workers)


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _There:
    def __init__(self, workers: "_Workers"):
        self.workers = workers
        self.has_begun = False

    def say(self, messages: Sequence[Any]) -> list[Any]:
        answers = self.workers.run(list(enumerate(messages)), where_before=self.has_begun)
        self.has_begun = True
        return answers


class _Workers:
    """Processes that serve one task, each with a pipe of its own; they are killed with the block."""

    def __init__(self, task: Callable[[Any], Any], processes: int):
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        code = pickle.dumps(task)
        self.processes: dict[Connection, Any] = {}
        # Which items each of them was given.
        self.given: dict[Connection, list[int]] = {}
        for _ in range(processes):
            mine, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, code), daemon=True)
            process.start()
            theirs.close()
            self.processes[mine] = process

    def __enter__(self) -> "_Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for pipe, process in self.processes.items():
            pipe.close()
            process.kill()
            process.join()

    def run(self, items: Sequence[Any], where_before: bool = False) -> list[Any]:
        """What the task makes of each item. With `where_before` an item goes to the process that had the one of its number."""
        results: list[Any] = [None] * len(items)
        shared = iter(range(len(items)))
        waiting = {pipe: iter(self.given[pipe]) if where_before else shared for pipe in self.processes}
        if not where_before:
            self.given = {pipe: [] for pipe in self.processes}
        busy: set[Connection] = set()

        def give_next(pipe: Connection) -> None:
            number = next(waiting[pipe], None)
            if number is None:
                return
            if not where_before:
                self.given[pipe].append(number)
            pipe.send((number, items[number]))
            busy.add(pipe)

        for pipe in self.processes:
            give_next(pipe)
        while busy:
            for pipe in wait(list(busy)):
                busy.discard(pipe)
                number, outcome = self._received(pipe)
                results[number] = outcome
                give_next(pipe)
        return results

    def _received(self, pipe: Any) -> tuple[int, Any]:
        try:
            number, outcome = pipe.recv()
        except EOFError:
            self.processes[pipe].join(10)
            raise _ended(self.processes[pipe].exitcode) from None
        if isinstance(outcome, _Raised):
            raise outcome.error
        return number, outcome


def _ended(exit_code: int | None) -> Exception:
    """What became of a process: the kernel kills with signal 9 where memory runs out."""
    if exit_code == -signal.SIGKILL:
        return MemoryError("a process of the conversion was killed, mostly because memory ran out")
    return RuntimeError(f"a process of the conversion ended with exit code {exit_code}")


class _Raised:
    """An exception on its way back from a task."""

    def __init__(self, error: BaseException):
        self.error = error


def _serve(pipe: Connection, code: bytes) -> None:
    task = pickle.loads(code)
    while True:
        try:
            number, item = pipe.recv()
        except EOFError:
            return
        try:
            outcome = task(item)
        except Exception as error:  # raised again by the one who waits
            outcome = _Raised(error)
        pipe.send((number, outcome))
