"""Takes JSON records in batches: the regular ones at once, the others one by one."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from ...batch import SourceFile
from ...columns import Chunk, RawColumn
from ...contract import Contract
from ..selection import Selection
from .decoding import Joined, decode_all, regular_of
from .fast import FastRecords, make_fast
from .places import Json, Place
from .records import GROUP, RecordReader

# Records decoded at once.
BATCH_RECORDS = 16_384
# Of a batch with more irregular records than this, the kinds of values are looked at anew.
_MANY = 0.2


class BatchReader:
    """Reads batches of records, each with its number. Chunks of what is regular, and in the end of the rest."""

    def __init__(self, contract: Contract, selection: Selection, file: SourceFile):
        self.selection = selection
        self.strict = RecordReader(selection, contract, file)
        self.fast: FastRecords | None = make_fast(contract, selection)

    def take(self, number: int, values: Sequence[Json], places: Sequence[Place] | None = None) -> Iterator[Chunk]:
        """Records whose texts are given; `number` is that of the first."""
        if self.fast is None:
            for at in range(0, len(values), GROUP):
                group = [bytes(value) for value in values[at : at + GROUP]]
                self.strict.add_all(number + at, group, places[at : at + GROUP] if places else None)
        else:
            yield from self._take_fast(self.fast, number, values, places)
        if self.strict.is_full:
            yield self.strict.take()

    def finish(self) -> Iterator[Chunk]:
        """What was read one by one and is left."""
        if self.strict.size:
            yield self.strict.take()

    def _take_fast(
        self, fast: FastRecords, number: int, values: Sequence[Json], places: Sequence[Place] | None
    ) -> Iterator[Chunk]:  # fmt: skip
        joined = Joined(values)
        records = decode_all(fast, joined)
        rows = np.arange(len(values))
        if records is None:
            records, rows = regular_of(fast, values, joined)
            if len(rows) < len(values) * (1 - _MANY) and fast.loosen():
                records, rows = regular_of(fast, values, joined)
        columns, suspects = fast.read(records)
        if suspects.any():
            rows = rows[~suspects]
            columns = {position: _kept(column, ~suspects) for position, column in columns.items()}
        is_whole = len(rows) == len(values)
        if len(rows):
            columns |= self._around(rows, places)
            yield self._chunk(rows + number, columns, values if is_whole else [values[row] for row in rows.tolist()])
        if not is_whole:
            for row in np.setdiff1d(np.arange(len(values)), rows, assume_unique=True).tolist():
                self.strict.add(number + row, bytes(values[row]), places[row] if places else None)

    def _around(self, rows: np.ndarray, places: Sequence[Place] | None) -> dict[int, RawColumn]:
        around = self.strict.around
        if not places or not around.positions:
            return {}
        found = [around.row_at(places[row]) for row in rows.tolist()]
        return {position: [row[position] for row in found] for position in around.positions}

    def _chunk(self, numbers: np.ndarray, columns: dict[int, RawColumn], values: Sequence[Json]) -> Chunk:
        absent = pa.nulls(len(numbers), pa.string())
        every = [columns.get(position, absent) for position in range(self.selection.size)]
        given = self.selection.with_constants(every, len(numbers))
        return Chunk(numbers, given, lambda row: bytes(values[row]), [], members=True)


def _kept(column: RawColumn, good: np.ndarray) -> RawColumn:
    if isinstance(column, pa.Array):
        return column.filter(pa.array(good))
    return [value for value, is_good in zip(column, good.tolist(), strict=True) if is_good]
