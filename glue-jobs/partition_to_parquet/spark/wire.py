"""Typed records as Arrow batches, for the way through Spark SQL and back. What is no row travels as a note."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..columns import Typed
from ..contract import Column
from ..line_numbers import KnownLines, lines_of
from ..standardise import arrow_type

FILE, RECORD, RAW, LINE, NOTE = "__file", "__record", "__raw", "__line", "__note"
_PLACES = [
    pa.field(FILE, pa.int32()),
    pa.field(RECORD, pa.int64()),
    pa.field(RAW, pa.binary()),
    pa.field(LINE, pa.int64()),
    pa.field(NOTE, pa.binary()),
]

_SPARK_TYPES = {
    "real": "float", "double precision": "double", "char": "string", "varchar": "string", "super": "string",
    "timestamptz": "timestamp", "integer": "int",
}  # fmt: skip


def spark_columns(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Names, quoted, and types of columns in Spark's words."""
    return [(f"`{column.name}`", _spark_type(column)) for column in columns]


def ddl(columns: Sequence[Column]) -> str:
    """The batches' schema in Spark's words."""
    names = [f"{name} {type}" for name, type in spark_columns(columns)]
    return ", ".join([*names, f"`{FILE}` int", f"`{RECORD}` bigint", f"`{RAW}` binary", f"`{LINE}` bigint", f"`{NOTE}` binary"])


def _spark_type(column: Column) -> str:
    if column.type == "decimal":
        return f"decimal({column.precision},{column.scale})"
    return _SPARK_TYPES.get(column.type, column.type)


def _wire_type(column: Column) -> pa.DataType:
    kind = arrow_type(column)
    return pa.timestamp("us", tz="UTC") if pa.types.is_timestamp(kind) else kind


class Sender:
    """Turns typed records into batches."""

    def __init__(self, columns: Sequence[Column]):
        self.schema = pa.schema([*(pa.field(column.name, _wire_type(column)) for column in columns), *_PLACES])

    def rows(self, file: int, typed: Typed) -> Iterator[pa.RecordBatch]:
        """The rows with their raw texts, then their rejects as a note."""
        table, size = typed.table, typed.table.num_rows
        if size:
            arrays = [table.column(name).combine_chunks() for name in self.schema.names[: -len(_PLACES)]]
            arrays = [_joined(array).cast(field.type) for array, field in zip(arrays, self.schema, strict=False)]
            arrays.append(pa.array(np.full(size, file, dtype=np.int32)))
            arrays.append(pa.array(typed.records, pa.int64()))
            arrays.append(pa.array([typed.raw(row) for row in range(size)], pa.binary()))
            arrays.append(lines_of(typed.line, typed.records))
            arrays.append(pa.nulls(size, pa.binary()))
            yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        if typed.rejects:
            yield self.note(("rejects", file, typed.rejects))

    def note(self, content: tuple) -> pa.RecordBatch:
        """A row that only carries something that is no record."""
        arrays = [pa.nulls(1, field.type) for field in self.schema]
        arrays[-1] = pa.array([pickle.dumps(content)], pa.binary())
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _joined(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


@dataclass
class Rows:
    """Rows of one file as they came back, with the columns that SQL computed for them."""

    file: int
    typed: Typed
    computed: pa.Table


def receive(batches: Iterator[pa.RecordBatch], columns: Sequence[Column]) -> Iterator[Rows | tuple]:
    """Reads batches back: rows by file, and notes as the tuples that were sent, in their order but for a batch's own."""
    for batch in batches:
        table = pa.Table.from_batches([batch])
        notes = table.column(NOTE)
        if notes.null_count < table.num_rows:
            for note in notes.drop_null().to_pylist():
                yield pickle.loads(note)
            table = table.filter(notes.is_null())
        files = table.column(FILE).to_numpy()
        for file in np.unique(files):
            part = table if (files == file).all() else table.filter(pa.array(files == file))
            yield _rows(int(file), part, columns)


def _rows(file: int, part: pa.Table, columns: Sequence[Column]) -> Rows:
    arrays = [_joined(part.column(column.name).combine_chunks()).cast(arrow_type(column)) for column in columns]
    table = pa.Table.from_arrays(arrays, names=[column.name for column in columns])
    known = {column.name for column in columns} | {FILE, RECORD, RAW, LINE, NOTE}
    computed = part.select([name for name in part.column_names if name not in known])
    records = part.column(RECORD).to_numpy()
    return Rows(file, Typed(table, records, _raw_of(part), [], KnownLines(records, part.column(LINE))), computed)


def _raw_of(part: pa.Table) -> Callable[[int], bytes]:
    column = part.column(RAW)
    return lambda row: column[row].as_py()


def no_rows(columns: Sequence[Column], rejects: list) -> Typed:
    """Rejects without any rows beside them."""
    table = pa.Table.from_arrays(
        [pa.array([], arrow_type(column)) for column in columns], names=[column.name for column in columns]
    )
    return Typed(table, np.zeros(0, dtype=np.int64), lambda row: b"", rejects)
