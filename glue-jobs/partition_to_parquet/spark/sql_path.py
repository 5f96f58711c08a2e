"""Records from Python tasks through Spark SQL and back, for the SQL that the core does not evaluate itself."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from ..checks import apply_checks
from ..columns import Typed
from ..errors import Verdict
from ..executors import Pieces
from ..expressions import with_expressions
from ..notes import Notes
from ..parts import Part, Work, read_part
from ..pipeline import Chunks, Spreading, computed
from ..process import settle_process
from ..protection.withheld import shielded
from ..sql.evaluate import evaluate
from ..sql.plan import Planned, SqlPlan
from .exchange import sent
from .guarded import check_types, tried
from .wire import Rows, Sender, ddl, no_rows, receive

EXPRESSION, CHECK = "__x", "__c"


def sql_frame(spark: Any, work: Work, plan: SqlPlan, groups: Sequence[Sequence[Part]]) -> tuple[Any, bool]:
    """The groups' records with what Spark evaluates beside them, and whether the expressions are still to be taken over."""
    frame = spark.range(0, len(groups), 1, len(groups))
    expressions = _left_to_spark(plan.expressions, EXPRESSION)
    texts = {f"{EXPRESSION}{i}" for i, column in enumerate(work.contract.expressions) if column.is_text}
    if expressions:
        frame = frame.mapInArrow(partial(_send_parts, work, list(groups), None), ddl(work.plain))
        check_types(frame, plan)
        frame = tried(spark, frame, {name: f"cast(({sql}\n) as string)" if name in texts else sql for name, sql in expressions.items()})
        if not _left_to_spark(plan.checks, CHECK):
            return frame, True
        frame = frame.mapInArrow(partial(_send_computed, work, plan), ddl(work.contract.columns))
    else:
        frame = frame.mapInArrow(partial(_send_parts, work, list(groups), plan), ddl(work.contract.columns))
    check_types(frame, plan, for_checks=True)
    return tried(spark, frame, _left_to_spark(plan.checks, CHECK)), False


def _left_to_spark(planned: Sequence[Planned], prefix: str) -> dict[str, str]:
    """The SQL that Spark evaluates, by the names of its columns."""
    return {f"{prefix}{place}": each.sql for place, each in enumerate(planned) if each.node is None}


def _send_parts(
    work: Work, groups: Sequence[Sequence[Part]], plan: SqlPlan | None, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The groups' records; with a plan its expressions are computed first."""
    sender = Sender(work.plain if plan is None else work.contract.columns)
    settle_process()
    for batch in batches:
        for number in batch.column(0).to_pylist():
            notes = Notes()
            yield sender.note(("task", number))
            try:
                with shielded(work.contract):
                    for part in groups[number]:
                        for typed in read_part(work, part, notes):
                            yield from sender.rows(part.file, typed if plan is None else computed(typed, plan, work.contract))
                yield sender.note(("notes", notes))
            except Verdict as verdict:
                yield sender.note(("verdict", verdict))


def _send_computed(work: Work, plan: SqlPlan, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    sender = Sender(work.contract.columns)
    for item in receive(batches, work.plain):
        if isinstance(item, Rows):
            with shielded(work.contract):
                typed = _with_expressions(item, work, plan)
            yield from sender.rows(item.file, typed)
        else:
            yield sender.note(item)


def sql_task(
    work: Work, terminal: Spreading, plan: SqlPlan, has_expressions: bool, buckets: int, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The end of a task: what Spark computed becomes columns, or the verdict of checks; then the terminal."""
    contract = work.contract
    notes = Notes()
    items = receive(batches, work.plain if has_expressions else contract.columns)

    def chunks() -> Chunks:
        for item in items:
            if isinstance(item, Rows):
                typed = _with_expressions(item, work, plan) if has_expressions else item.typed
                yield item.file, work.protection.applied(_checked(typed, item, work, plan), contract)
            elif item[0] == "verdict":
                raise item[1]
            elif item[0] == "notes":
                notes.add(item[1])
            else:
                yield item[1], work.protection.applied(no_rows(contract.columns, item[2]), contract)

    def steps(number: int) -> Pieces:
        try:
            with shielded(contract):
                return (yield from terminal(work, number, chunks(), notes))
        except Verdict as verdict:
            return verdict

    first = next(items, None)
    if isinstance(first, tuple):
        yield from sent(first[1], steps(first[1]), buckets)


def _with_expressions(rows: Rows, work: Work, plan: SqlPlan) -> Typed:
    found = _results(plan.expressions, EXPRESSION, rows.typed, rows.computed)
    return with_expressions(rows.typed, {each.name: found[place] for place, each in enumerate(plan.expressions)}, work.contract)


def _checked(typed: Typed, rows: Rows, work: Work, plan: SqlPlan) -> Typed:
    if not plan.checks or not typed.table.num_rows:
        return typed
    found = _results(plan.checks, CHECK, typed, rows.computed)
    return apply_checks(typed, [values for values, _ in found], work.contract)


def _results(planned: Sequence[Planned], prefix: str, typed: Typed, theirs: pa.Table) -> list[tuple[pa.Array, np.ndarray]]:
    """Each one's values and failures, by whom it was evaluated."""
    mine = iter(evaluate([each.node for each in planned if each.node is not None], typed.table))
    return [next(mine) if each.node is not None else _from_spark(theirs.column(f"{prefix}{i}")) for i, each in enumerate(planned)]


def _from_spark(column: pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
    """A guarded result: a struct with the value, NULL where the SQL failed."""
    structs = pa.concat_arrays(column.chunks)
    failed = structs.is_null().to_numpy(zero_copy_only=False)
    return structs.flatten()[0], failed
