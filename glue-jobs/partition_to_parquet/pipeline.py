"""Runs the parts of a batch: reads, types and checks their records, and hands them to the end of a pass."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from .checks import Tree, check_plainly
from .columns import Typed
from .contract import Contract
from .errors import Verdict
from .executors import Executor
from .notes import Notes
from .parts import Part, Work, read_part

Chunks = Iterator[tuple[int, Typed]]
# What a task does with its records: (work, number of the task, records, notes) → a result that pickles.
Terminal = Callable[[Work, int, Chunks, Notes], Any]


@dataclass(frozen=True)
class SqlPlan:
    """Who evaluates the contract's SQL. `needs_spark` says why the core does not do it all; empty: it does."""

    needs_spark: tuple[str, ...] = ()


def plan_sql(contract: Contract) -> SqlPlan:
    """Decides which SQL the core evaluates."""
    expressions = [f"expression of '{column.name}': {column.expression}" for column in contract.expressions]
    return SqlPlan((*expressions, *(f"check '{check.name}': {check.sql}" for check in contract.checks)))


def run_groups(executor: Executor, work: Work, groups: Sequence[Sequence[Part]], terminal: Terminal) -> list[Any]:
    """One task a group of parts; the results in the groups' order. Raises nothing for bad data: a Verdict is a result."""
    plan = plan_sql(work.contract)
    if plan.needs_spark:
        return executor.run_sql(work, plan, groups, terminal)
    return executor.map(partial(plain_task, work, terminal, ()), list(enumerate(groups)))


def plain_task(work: Work, terminal: Terminal, trees: tuple[Tree, ...], numbered: tuple[int, Sequence[Part]]) -> Any:
    """Reads one group of parts, evaluates the checks by Arrow, and ends with `terminal`'s result, or with a Verdict."""
    number, parts = numbered
    notes = Notes()
    spare_the_collector()

    def chunks() -> Chunks:
        for part in parts:
            for typed in read_part(work, part, notes):
                yield part.file, check_plainly(typed, trees, work.contract)

    try:
        return terminal(work, number, chunks(), notes)
    except Verdict as verdict:
        return verdict


@cache
def spare_the_collector() -> None:
    """Records are many small objects without cycles: at its usual threshold the collector walks all of them again and again.

    Once a process: what is frozen is never freed.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
