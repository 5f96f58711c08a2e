"""Tasks on Spark's workers, and SQL by Spark."""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, TypeVar

from ..executors import Exchange, Pieces
from ..parts import Part, Work
from ..pipeline import Terminal
from ..sql.plan import SqlPlan
from .exchange import SCHEMA, exchanged, produced, results_of
from .settings import configure
from .sql_path import sql_frame, sql_task

T = TypeVar("T")
R = TypeVar("R")


class SparkExecutor:
    """An Executor over a Spark session."""

    holds = False

    def __init__(self, spark: Any):
        self.spark = spark
        self.parallelism = spark.sparkContext.defaultParallelism
        configure(spark)

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        return self.spark.sparkContext.parallelize(items, len(items)).map(task).collect()

    def converse(self, task: Any, tasks: int) -> Any:
        """Not asked for: a task that Spark lost begins anew, without what it held."""
        raise NotImplementedError("tasks that Spark runs hold nothing")

    def exchange(self, task: Callable[[T], Pieces], items: Sequence[T], exchange: Exchange) -> tuple[list[Any], list[Any]]:
        frame = self.spark.range(0, len(items), 1, len(items))
        return exchanged(frame.mapInArrow(partial(produced, task, list(items), exchange.buckets), SCHEMA), exchange)

    def run_sql(
        self, work: Work, plan: SqlPlan, groups: Sequence[Sequence[Part]], terminal: Terminal, exchange: Exchange | None
    ) -> tuple[list[Any], list[Any]]:
        frame, has_expressions = sql_frame(self.spark, work, plan, groups)
        if exchange is None:
            end = partial(sql_task, work, partial(_without_pieces, terminal), plan, has_expressions, 0)
            return results_of(frame.mapInArrow(end, SCHEMA)), []
        return exchanged(frame.mapInArrow(partial(sql_task, work, terminal, plan, has_expressions, exchange.buckets), SCHEMA), exchange)


def _without_pieces(terminal: Terminal, *arguments: Any) -> Generator[tuple[int, bytes], None, Any]:
    """A terminal that sends nothing, as one that could."""
    yield from ()
    return terminal(*arguments)
