"""Pieces of bytes between tasks by Spark's own shuffle, which keeps to its memory and spills to disk."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

import pyarrow as pa

from ..executors import Exchange, Pieces

# A piece on its way to a bucket; a task's result goes to the bucket behind the last one.
SCHEMA = "bucket int, task int, piece binary"
_NAMES = ["bucket", "task", "piece"]


def produced(task: Callable[[Any], Pieces], items: Sequence[Any], buckets: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Runs the task on the items whose numbers come in."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from sent(number, task(items[number]), buckets)


def sent(number: int, steps: Pieces, buckets: int) -> Iterator[pa.RecordBatch]:
    """What a task yields and returns, as rows."""
    while True:
        try:
            bucket, piece = next(steps)
        except StopIteration as end:
            yield _row(buckets, number, pickle.dumps(end.value))
            return
        yield _row(bucket, number, piece)


def _row(bucket: int, task: int, piece: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([bucket], pa.int32()), pa.array([task], pa.int32()), pa.array([piece], pa.binary())], names=_NAMES)


def results_of(frame: Any) -> list[Any]:
    """The results of tasks that sent no pieces, in their order."""
    return [pickle.loads(row.piece) for row in sorted(frame.collect(), key=lambda row: row.task)]


def exchanged(frame: Any, exchange: Exchange) -> tuple[list[Any], list[Any]]:
    """Brings the pieces to their buckets. Returns the tasks' results in their order, and those of the buckets."""
    apart = frame.repartitionById(exchange.buckets + 1, frame.bucket)
    rows = apart.mapInArrow(partial(_consumed, exchange), SCHEMA).collect()
    rows.sort(key=lambda row: (row.bucket, row.task))
    results = [pickle.loads(row.piece) for row in rows if row.bucket == exchange.buckets]
    return results, [pickle.loads(row.piece) for row in rows if row.bucket < exchange.buckets]


def _consumed(exchange: Exchange, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Of one bucket: hands results through, and pieces to `consume`."""
    first = next((batch for batch in batches if batch.num_rows), None)
    if first is None:
        return
    bucket = first.column(0)[0].as_py()
    if bucket == exchange.buckets:
        yield first
        yield from batches
        return
    yield _row(bucket, 0, pickle.dumps(exchange.consume(bucket, _pieces(bucket, chain([first], batches)))))


def _pieces(bucket: int, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        if batch.num_rows and batch.column(0).unique().to_pylist() != [bucket]:
            raise RuntimeError(f"pieces of other buckets came with those of {bucket}")
        yield from batch.column(2).to_pylist()
