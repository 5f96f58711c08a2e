"""Parquet: row groups in, chunks of records out, with the types that the file gives them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract
from ...native.kinds import Native
from ...native.plain import native_of
from ...native.rows import RowTexts, as_struct
from ...notes import Notes
from ...objects import Objects
from ..columnar.chunks import chunk_of, place_in
from ..columnar.fields import Way, find_fields, follow, is_all_known
from ..selection import Selection
from .file import ParquetFile, RowGroup
from .int96 import inner_instants, instants
from .own_types import refuse_julian


def read_parquet(
    objects: Objects, file: SourceFile, selection: Selection, contract: Contract, notes: Notes, start: int = 0, end: int | None = None
) -> Iterator[Chunk]:
    """The records of the row groups [start, end). Raises FileUnreadable, StructureChanged or FileMismatch."""
    parquet = ParquetFile(objects, file, proven=end is not None)
    ways = find_fields(parquet.schema, selection, contract, file, notes)
    reader = _Reader(parquet, selection, ways, is_all_known(parquet.schema, contract))
    notes.tell(file.index, **parquet.facts(sorted({way.top for way in ways.values()})))
    for group in parquet.row_groups()[start:end]:
        yield from reader.chunks(group)


class _Reader:
    """Reads the row groups of one file."""

    def __init__(self, parquet: ParquetFile, selection: Selection, ways: dict[int, Way], is_all: bool):
        self.parquet, self.selection, self.ways, self.is_all = parquet, selection, ways, is_all
        every = range(len(parquet.schema))
        # Without any column of the file the first still tells how many records there are.
        self.fields = sorted({way.top for way in ways.values()}) or list(every[:1])
        self.old_times = [field for field in self.fields if parquet.has_int96(field)]
        self.is_whole = len(self.fields) == len(every) and not self.old_times
        self.rest = _Rest(parquet)

    def chunks(self, group: RowGroup) -> Iterator[Chunk]:
        if not group.rows:
            return
        self.parquet.load(group, self.fields)
        self.parquet.prove_pages(group, self.fields)
        number = 1 + group.rows_before
        millis = self._times(group, "ms")
        nanos = self._times(group, "ns")
        for place, batch in enumerate(self.parquet.batches(group, self.fields)):
            columns = self._columns(batch, next(millis, None), next(nanos, None))
            values = {position: self._value(columns[way.top], position, way) for position, way in self.ways.items()}
            raw = RowTexts(self._whole(batch, group, place))
            chunk = chunk_of(values, self.selection, np.arange(number, number + batch.num_rows), raw, self.is_all)
            chunk.place = place_in("row group", group.number, number - 1 - group.rows_before)
            yield chunk
            number += batch.num_rows

    def _times(self, group: RowGroup, unit: str) -> Iterator[pa.RecordBatch]:
        return self.parquet.batches(group, self.old_times, unit) if self.old_times else iter(())

    def _columns(self, batch: pa.RecordBatch, millis: pa.RecordBatch | None, nanos: pa.RecordBatch | None) -> dict[int, pa.Array | Native]:
        columns: dict[int, pa.Array | Native] = dict(zip(self.fields, batch.columns, strict=True))
        if millis is None or nanos is None:
            return columns
        for place, field in enumerate(self.old_times):
            coarse, fine = millis.column(place), nanos.column(place)
            if pa.types.is_timestamp(coarse.type):
                columns[field] = instants(coarse, fine)
                continue
            wanted = self.parquet.schema.field(field)
            exact = inner_instants(columns[field], coarse, fine, self.parquet.file.key, wanted.name)
            columns[field] = exact.cast(wanted.type) if exact is not fine else exact.cast(_in_nanos(wanted.type))
        return columns

    def _value(self, column: pa.Array | Native, position: int, way: Way) -> Native:
        native = column if isinstance(column, Native) else native_of(follow(column, way))
        name = str(self.selection.fields[position])
        return refuse_julian(native, self.parquet.metadata.metadata, way.top in self.old_times, self.parquet.file.key, name)

    def _whole(self, batch: pa.RecordBatch, group: RowGroup, place: int) -> Callable[[], pa.Array]:
        if self.is_whole:
            return lambda: as_struct(batch)
        return lambda: as_struct(self.rest.batch(group, place))


def _in_nanos(kind: pa.DataType) -> pa.DataType:
    """The type with its times in nanoseconds."""
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_in_nanos(field.type)) for field in kind])
    if pa.types.is_map(kind):
        return pa.map_(_in_nanos(kind.key_type), _in_nanos(kind.item_type))
    if pa.types.is_list(kind):
        return pa.list_(_in_nanos(kind.value_type))
    return pa.timestamp("ns", kind.tz) if pa.types.is_timestamp(kind) else kind


class _Rest:
    """Whole records, read once more for those that are rejected. They are asked for mostly in order."""

    def __init__(self, parquet: ParquetFile):
        self.parquet = parquet
        self.at: tuple[int, int] = (-1, 0)
        self.left: Iterator[pa.RecordBatch] = iter(())

    def batch(self, group: RowGroup, place: int) -> pa.RecordBatch:
        number, done = self.at
        if number != group.number or done > place:
            every = list(range(len(self.parquet.schema)))
            self.left, done = self.parquet.batches(group, every, dictionaries=False), 0
        batch = next(islice(self.left, place - done, None))
        self.at = (group.number, place + 1)
        return _as_schema(batch, self.parquet.schema)


def _as_schema(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """INT96 columns as the instants that they are."""
    columns: Sequence[pa.Array] = [
        column.cast(field.type) if column.type != field.type and not pa.types.is_dictionary(column.type) else column
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, names=schema.names)
