"""Records from Python tasks through Spark SQL and back, for SQL that the core does not evaluate itself."""

import pickle
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..checks import apply_checks, plain_checks, tried
from ..columns import Typed, drop_failures, type_column
from ..contract import Contract
from ..errors import BadValue, Verdict
from ..notes import Notes
from ..parts import Part, Work, read_part
from ..pipeline import Chunks, SqlPlan, Terminal, plain_task, spare_the_collector
from ..standardise import literal_of
from .wire import Rows, Sender, ddl, no_rows, receive, spark_columns

EXPRESSION, CHECK = "__x", "__c"


def run_through_sql(executor: Any, work: Work, plan: SqlPlan, groups: Sequence[Sequence[Part]], terminal: Terminal) -> list[Any]:
    """One task a group of parts; the results in the groups' order. Raises nothing for bad data: a Verdict is a result."""
    spark = executor.spark
    trees = plain_checks(spark, work.contract, spark_columns(work.contract.plain))
    if trees is not None:
        return executor.map(partial(plain_task, work, terminal, trees), list(enumerate(groups)))
    frame = spark.range(0, len(groups), 1, len(groups))
    frame = frame.mapInArrow(partial(_send_parts, work, list(groups)), ddl(work.plain))
    computed = ()
    if work.contract.expressions:
        expressions = {f"{EXPRESSION}{i}": str(column.expression) for i, column in enumerate(work.contract.expressions)}
        frame = tried(spark, frame, expressions)
        computed = work.contract.expressions
    if work.contract.checks:
        if computed:
            frame = frame.mapInArrow(partial(_send_computed, work), ddl(work.contract.columns))
            computed = ()
        frame = tried(spark, frame, {f"{CHECK}{i}": check.sql for i, check in enumerate(work.contract.checks)})
    end = partial(_sql_task, work, terminal, bool(computed))
    rows = frame.mapInArrow(end, "task int, result binary").collect()
    return [pickle.loads(row.result) for row in sorted(rows, key=lambda row: row.task)]


def _send_parts(work: Work, groups: Sequence[Sequence[Part]], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    sender = Sender(work.plain)
    spare_the_collector()
    for batch in batches:
        for number in batch.column(0).to_pylist():
            notes = Notes()
            yield sender.note(("task", number))
            try:
                for part in groups[number]:
                    for typed in read_part(work, part, notes):
                        yield from sender.rows(part.file, typed)
                yield sender.note(("notes", notes))
            except Verdict as verdict:
                yield sender.note(("verdict", verdict))


def _send_computed(work: Work, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    sender = Sender(work.contract.columns)
    for item in receive(batches, work.plain):
        if isinstance(item, Rows):
            yield from sender.rows(item.file, with_expressions(item, work.contract))
        else:
            yield sender.note(item)


def with_checks(typed: Typed, rows: Rows, contract: Contract) -> Typed:
    """Rejects the rows for which a check that Spark evaluated is not true."""
    results = [rows.computed.column(f"{CHECK}{index}") for index in range(len(contract.checks))]
    return apply_checks(typed, [pc.struct_field(result, "v") for result in results], contract)


def _sql_task(
    work: Work, terminal: Terminal, has_expressions: bool, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    contract = work.contract
    notes = Notes()
    items = receive(batches, work.plain if has_expressions else contract.columns)

    def chunks() -> Chunks:
        for item in items:
            if isinstance(item, Rows):
                typed = with_expressions(item, contract) if has_expressions else item.typed
                yield item.file, with_checks(typed, item, contract)
            elif item[0] == "verdict":
                raise item[1]
            elif item[0] == "notes":
                notes.add(item[1])
            else:
                yield item[1], no_rows(contract.columns, item[2])

    first = next(items, None)
    if not isinstance(first, tuple):
        return
    try:
        result = terminal(work, first[1], chunks(), notes)
    except Verdict as verdict:
        result = verdict
    task, stream = pa.array([first[1]], pa.int32()), pa.array([pickle.dumps(result)], pa.binary())
    yield pa.RecordBatch.from_arrays([task, stream], names=["task", "result"])


def with_expressions(rows: Rows, contract: Contract) -> Typed:
    """Gives the results of the `expression` columns their declared types, by the same strict rules as file values."""
    typed, failures = rows.typed, {}
    arrays = {column.name: typed.table.column(column.name) for column in contract.plain}
    for index, column in enumerate(contract.expressions):
        results = rows.computed.column(f"{EXPRESSION}{index}").to_pylist()
        values = [None if result is None else literal_of(result["v"]) for result in results]
        arrays[column.name], bad = type_column(values, column, members=False)
        fault = BadValue("wrong_type", f"the expression fails on this record: {column.expression}")
        faults = [(row, fault) for row, result in enumerate(results) if result is None]
        for row, error in [*faults, *bad]:
            failures.setdefault(row, (column, error))
    names = [column.name for column in contract.columns]
    table = pa.Table.from_arrays([arrays[name] for name in names], names=names)
    return drop_failures(Typed(table, typed.records, typed.raw, typed.rejects), failures)
