"""Runs the parts of a batch: reads, types and checks their records, and hands them to the end of a pass."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from .checks import apply_checks
from .columns import Typed
from .contract import Contract
from .errors import Verdict
from .executors import Conversation, Exchange, Executor, Pieces, Steps
from .expressions import with_expressions
from .notes import Notes
from .parts import Part, Work, read_part
from .process import settle_process
from .protection.withheld import shielded
from .sql.evaluate import evaluate
from .sql.plan import SqlPlan, check_conditions, plan_sql

Chunks = Iterator[tuple[int, Typed]]
# What a task does with its records: (work, number of the task, records, notes) → a result that pickles.
Terminal = Callable[[Work, int, Chunks, Notes], Any]
Spreading = Callable[[Work, int, Chunks, Notes], Pieces]
Holding = Callable[[Work, int, Chunks, Notes], Steps]


def run_groups(executor: Executor, work: Work, groups: Sequence[Sequence[Part]], terminal: Terminal) -> list[Any]:
    """One task a group of parts; the results in the groups' order. Raises nothing for bad data: a Verdict is a result."""
    plan = plan_sql(work.contract)
    check_conditions(plan)
    if plan.needs_spark:
        return executor.run_sql(work, plan, groups, terminal, None)[0]
    return executor.map(partial(plain_task, work, terminal, plan), list(enumerate(groups)))


def run_exchange(
    executor: Executor, work: Work, groups: Sequence[Sequence[Part]], terminal: Spreading, exchange: Exchange
) -> tuple[list[Any], list[Any]]:
    """The same for a terminal that yields pieces for the exchange; also returns the buckets' results."""
    plan = plan_sql(work.contract)
    check_conditions(plan)
    if plan.needs_spark:
        return executor.run_sql(work, plan, groups, terminal, exchange)
    return executor.exchange(partial(stepping_task, work, terminal, plan), list(enumerate(groups)), exchange)


def converse_groups(executor: Executor, work: Work, groups: int, terminal: Holding) -> AbstractContextManager[Conversation] | None:
    """A conversation with one task a group, of which each is started by (number, its parts); None where the SQL needs Spark."""
    plan = plan_sql(work.contract)
    check_conditions(plan)
    return None if plan.needs_spark else executor.converse(partial(stepping_task, work, terminal, plan), groups)


def plain_task(work: Work, terminal: Terminal, plan: SqlPlan, numbered: tuple[int, Sequence[Part]]) -> Any:
    """Reads one group of parts, evaluates the SQL, and ends with `terminal`'s result, or with a Verdict."""
    number, parts = numbered
    notes = Notes()
    settle_process()
    try:
        with shielded(work.contract):
            return terminal(work, number, _typed_chunks(work, plan, parts, notes), notes)
    except Verdict as verdict:
        return verdict


def stepping_task(work: Work, terminal: Spreading | Holding, plan: SqlPlan, numbered: tuple[int, Sequence[Part]]) -> Steps:
    """The same for a terminal that yields on its way: pieces for others, or answers to the one who holds a conversation with it."""
    number, parts = numbered
    notes = Notes()
    settle_process()
    try:
        with shielded(work.contract):
            return (yield from terminal(work, number, _typed_chunks(work, plan, parts, notes), notes))
    except Verdict as verdict:
        return verdict


def _typed_chunks(work: Work, plan: SqlPlan, parts: Sequence[Part], notes: Notes) -> Chunks:
    for part in parts:
        for typed in read_part(work, part, notes):
            found = checked(computed(typed, plan, work.contract), plan, work.contract)
            yield part.file, work.protection.applied(found, work.contract)


def computed(typed: Typed, plan: SqlPlan, contract: Contract) -> Typed:
    """The records with their `expression` columns. The plan leaves none of them to Spark."""
    if not plan.expressions:
        return typed
    nodes = [each.node for each in plan.expressions if each.node is not None]
    results = dict(zip((each.name for each in plan.expressions), evaluate(nodes, typed.table), strict=True))
    return with_expressions(typed, results, contract)


def checked(typed: Typed, plan: SqlPlan, contract: Contract) -> Typed:
    """The records that pass the checks. The plan leaves none of them to Spark."""
    if not plan.checks or not typed.table.num_rows:
        return typed
    nodes = [each.node for each in plan.checks if each.node is not None]
    return apply_checks(typed, [values for values, _ in evaluate(nodes, typed.table)], contract)
