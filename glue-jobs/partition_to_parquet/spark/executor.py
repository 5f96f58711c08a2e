"""Tasks on Spark's workers, and SQL by Spark."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..parts import Part, Work
from ..pipeline import Terminal
from ..sql.plan import SqlPlan
from .settings import configure
from .sql_path import run_through_sql

T = TypeVar("T")
R = TypeVar("R")


class SparkExecutor:
    """An Executor over a Spark session."""

    def __init__(self, spark: Any):
        self.spark = spark
        self.parallelism = spark.sparkContext.defaultParallelism
        configure(spark)

    def map(self, task: Callable[[T], R], items: Sequence[T]) -> list[R]:
        return self.spark.sparkContext.parallelize(items, len(items)).map(task).collect()

    def run_sql(self, work: Work, plan: SqlPlan, groups: Sequence[Sequence[Part]], terminal: Terminal) -> list[Any]:
        return run_through_sql(self.spark, work, plan, groups, terminal)

