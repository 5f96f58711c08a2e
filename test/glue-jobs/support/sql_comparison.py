"""Evaluates SQL by the core and by Spark over the same rows, and compares: equal, or declined by the core."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from partition_to_parquet.spark.guarded import tried
from partition_to_parquet.spark.settings import configure
from partition_to_parquet.sql.binder import bind
from partition_to_parquet.sql.evaluate import evaluate
from partition_to_parquet.sql.nodes import Node
from partition_to_parquet.sql.parser import parse
from partition_to_parquet.sql.types import NotPlain, type_of_column
from sql_generator import contract_columns

# Expressions in one of Spark's queries: its generated code grows with them.
BATCH = 40


@dataclass
class Comparison:
    """What came out: pairs of expression and row that were compared, and each difference."""

    compared: int = 0
    rows: int = 0
    failed: int = 0
    declined: Counter = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)


def plain(sql: str) -> Node:
    """The expression as the core evaluates it. Raises NotPlain."""
    return bind(parse(sql), {column.name: type_of_column(column) for column in contract_columns()})


def compare(spark: Any, expressions: list[str], table: pa.Table) -> Comparison:
    """Compares every expression that the core takes, row by row: value, NULL or failure, and the type."""
    configure(spark)
    outcome = Comparison()
    taken: list[tuple[str, Node]] = []
    for sql in expressions:
        try:
            taken.append((sql, plain(sql)))
        except NotPlain as reason:
            outcome.declined[str(reason)[:60]] += 1
    zoned = table.set_column(table.schema.get_field_index("at"), "at", table.column("at").cast(pa.timestamp("us", tz="UTC")))
    frame = spark.createDataFrame(zoned).repartition(1).cache()
    for start in range(0, len(taken), BATCH):
        _compare_batch(spark, frame, taken[start : start + BATCH], table, outcome)
    frame.unpersist()
    return outcome


def _compare_batch(spark: Any, frame: Any, batch: list[tuple[str, Node]], table: pa.Table, outcome: Comparison) -> None:
    try:
        found = tried(spark, frame, {f"x{i}": sql for i, (sql, _) in enumerate(batch)})
        found = found.select(*(f"x{i}" for i in range(len(batch))))
        # As on the job's way; toArrow stumbles over a NULL struct whose value is never NULL.
        nullable = ", ".join(f"{field.name} {field.dataType.simpleString()}" for field in found.schema)
        theirs = found.mapInArrow(lambda batches: batches, nullable).toArrow()
    except Exception as error:
        if len(batch) == 1:
            outcome.different.append(f"{batch[0][0]}\n  Spark does not take it: {str(error)[:300]}")
            return
        middle = len(batch) // 2
        _compare_batch(spark, frame, batch[:middle], table, outcome)
        _compare_batch(spark, frame, batch[middle:], table, outcome)
        return
    for index, (sql, node) in enumerate(batch):
        try:
            ((mine, failed),) = evaluate([node], table)
        except Exception as error:
            outcome.different.append(f"{sql}\n  the core raises {type(error).__name__}: {error}")
            continue
        kind = found.schema[index].dataType["v"].dataType.simpleString()
        if kind != _words(node):
            outcome.different.append(f"{sql}\n  type: core {node.type}, Spark {kind}")
            continue
        _compare_rows(sql, mine, failed, theirs.column(index), table, outcome)


def _words(node: Node) -> str:
    return str(node.type)


def _compare_rows(sql: str, mine: pa.Array, failed: Any, theirs: pa.ChunkedArray, table: pa.Table, outcome: Comparison) -> None:
    structs = pa.concat_arrays(theirs.chunks)
    values = structs.field("v")
    if pa.types.is_timestamp(values.type):
        values, mine = values.cast(pa.timestamp("us", tz="UTC")).view(pa.int64()), mine.view(pa.int64())
    elif pa.types.is_date32(values.type):
        values, mine = values.view(pa.int32()), mine.view(pa.int32())
    for row, (there, value, here, fails) in enumerate(zip(structs.is_valid().to_pylist(), values.to_pylist(), mine.to_pylist(), failed, strict=True)):
        outcome.compared += 1
        outcome.failed += not there
        expected = ("value", value) if there else ("fails", None)
        found = ("fails", None) if fails else ("value", here)
        if expected != found and not (value != value and here != here and there and not fails):
            record = {name: table.column(name)[row].as_py() for name in table.column_names if name in sql}
            outcome.different.append(f"{sql}\n  {record}\n  core {found}, Spark {expected}")
            return
