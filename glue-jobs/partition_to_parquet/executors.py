"""Where the tasks of a conversion run: the interface, and this process. Several processes: `worker_processes.py`; Spark: `spark/`."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from .errors import NeedsSpark

T = TypeVar("T")
R = TypeVar("R")
# What a task yields for others, (bucket, bytes), and returns for the one who started it.
Pieces = Generator[tuple[int, bytes], None, Any]
# A task that is sent further messages: it yields an answer to each, and returns the last one.
Steps = Generator[Any, Any, Any]


@dataclass(frozen=True)
class Exchange:
    """Pieces of bytes on their way between tasks, by bucket. `consume(bucket, pieces)` gets all of a bucket, in any order."""

    buckets: int
    consume: Callable[[int, Iterator[bytes]], Any]


class Conversation(Protocol):
    """Tasks that live on between two messages, with all that they hold."""

    def say(self, messages: Sequence[Any]) -> list[Any]:
        """Sends each task its message, the first of which starts it, and returns their answers in the same order."""
        ...


class Executor(Protocol):
    """Runs independent tasks. Tasks and what they return pickle; a task may run again after its process died."""

    parallelism: int
    # Whether `converse` is there: tasks that Spark runs, and runs again, cannot hold anything.
    holds: bool

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """The task's results in the items' order. Raises what a task raises."""
        ...

    def converse(self, task: Callable[[Any], Steps], tasks: int) -> AbstractContextManager[Conversation]:
        """So many tasks at the same time. They end with the block, whatever they hold."""
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


class OneMachine:
    """What executors without Spark have in common: pieces are exchanged in memory, and tasks can hold their records."""

    holds = True

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


class InProcess(OneMachine):
    """One task after the other, in this process."""

    parallelism = 1

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        return [task(item) for item in items]

    @contextmanager
    def converse(self, task: Callable[[Any], Steps], tasks: int) -> Iterator[Conversation]:
        yield Here(task)


class Stepwise:
    """The tasks of a conversation that live in this process, by their numbers."""

    def __init__(self, task: Callable[[Any], Steps]):
        self.task = task
        self.running: dict[int, Steps] = {}

    def __call__(self, numbered: tuple[int, Any]) -> Any:
        number, message = numbered
        try:
            if number in self.running:
                return self.running[number].send(message)
            self.running[number] = self.task(message)
            return next(self.running[number])
        except StopIteration as end:
            return end.value


class Here:
    """A conversation with tasks of this process."""

    def __init__(self, task: Callable[[Any], Steps]):
        self.tasks = Stepwise(task)

    def say(self, messages: Sequence[Any]) -> list[Any]:
        return [self.tasks(numbered) for numbered in enumerate(messages)]


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
