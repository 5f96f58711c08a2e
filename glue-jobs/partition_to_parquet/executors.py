"""Where the tasks of a conversion run: in this process, or in several. Spark's executor is in `spark/`."""

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, TypeVar

from .errors import NeedsSpark

T = TypeVar("T")
R = TypeVar("R")
# What a task yields for others, (bucket, bytes), and returns for the one who started it.
Pieces = Generator[tuple[int, bytes], None, Any]


@dataclass(frozen=True)
class Exchange:
    """Pieces of bytes on their way between tasks, by bucket. `consume(bucket, pieces)` gets all of a bucket, in any order."""

    buckets: int
    consume: Callable[[int, Iterator[bytes]], Any]


class Executor(Protocol):
    """Runs independent tasks. Tasks and what they return pickle; a task may run again after its process died."""

    parallelism: int

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """The task's results in the items' order. Raises what a task raises."""
        ...

    def exchange(self, task: Callable[[T], Pieces], items: Sequence[T], exchange: Exchange) -> tuple[list[Any], list[Any]]:
        """Runs tasks that yield (bucket, piece) and return a result; then one task for each bucket that has pieces.

        Returns the results in the items' order, and those of the buckets.
        """
        ...

    def run_sql(
        self, work: Any, plan: Any, groups: Sequence[Any], terminal: Any, exchange: Exchange | None
    ) -> tuple[list[Any], list[Any]]:
        """`pipeline.run_groups` for a contract with SQL that the core does not evaluate. Raises NeedsSpark where there is no Spark."""
        ...


class _OneMachine:
    """What executors without Spark have in common: pieces are exchanged in memory."""

    def exchange(self, task: Callable[[T], Pieces], items: Sequence[T], exchange: Exchange) -> tuple[list[Any], list[Any]]:
        outcomes = self.map(partial(_gathered, task), items)
        held: dict[int, list[bytes]] = {}
        for pieces, _ in outcomes:
            for bucket, piece in pieces:
                held.setdefault(bucket, []).append(piece)
        return [result for _, result in outcomes], self.map(partial(_consumed, exchange.consume), sorted(held.items()))

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        raise NotImplementedError

    def run_sql(
        self, work: Any, plan: Any, groups: Sequence[Any], terminal: Any, exchange: Exchange | None
    ) -> tuple[list[Any], list[Any]]:
        raise NeedsSpark([str(each) for each in plan.needs_spark])


class InProcess(_OneMachine):
    """One task after the other, in this process."""

    parallelism = 1

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        return [task(item) for item in items]


class Processes(_OneMachine):
    """Tasks in several processes, each with a pipe of its own: Lambda has no /dev/shm, which pools and queues need."""

    def __init__(self, parallelism: int | None = None):
        self.parallelism = parallelism or usable_processors()

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        if len(items) < 2 or self.parallelism < 2:
            return [task(item) for item in items]
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        code = pickle.dumps(task)
        workers: dict[Connection, Any] = {}
        try:
            for _ in range(min(self.parallelism, len(items))):
                mine, theirs = context.Pipe()
                process = context.Process(target=_serve, args=(theirs, code), daemon=True)
                process.start()
                theirs.close()
                workers[mine] = process
            return _distribute(workers, list(items))
        finally:
            for pipe, process in workers.items():
                pipe.close()
                process.kill()
                process.join()


def _gathered(task: Callable[[Any], Pieces], item: Any) -> tuple[list[tuple[int, bytes]], Any]:
    pieces: list[tuple[int, bytes]] = []
    steps = task(item)
    while True:
        try:
            pieces.append(next(steps))
        except StopIteration as end:
            return pieces, end.value


def _consumed(consume: Callable[[int, Iterator[bytes]], Any], held: tuple[int, list[bytes]]) -> Any:
    bucket, pieces = held
    return consume(bucket, iter(pieces))


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _distribute(workers: dict[Connection, Any], items: list[Any]) -> list[Any]:
    results: list[Any] = [None] * len(items)
    waiting = iter(enumerate(items))
    busy: set[Connection] = set()
    for pipe in workers:
        _give_next(pipe, waiting, busy)
    while busy:
        for pipe in wait(list(busy)):
            busy.discard(pipe)
            try:
                number, outcome = pipe.recv()
            except EOFError:
                workers[pipe].join(10)
                raise _ended(workers[pipe].exitcode) from None
            if isinstance(outcome, _Raised):
                raise outcome.error
            results[number] = outcome
            _give_next(pipe, waiting, busy)
    return results


def _ended(exit_code: int | None) -> Exception:
    """What became of a process: the kernel kills with signal 9 where memory runs out."""
    if exit_code == -signal.SIGKILL:
        return MemoryError("a process of the conversion was killed, mostly because memory ran out")
    return RuntimeError(f"a process of the conversion ended with exit code {exit_code}")


def _give_next(pipe: Connection, waiting: Iterable[tuple[int, Any]], busy: set[Connection]) -> None:
    for numbered in waiting:
        pipe.send(numbered)
        busy.add(pipe)
        return


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
