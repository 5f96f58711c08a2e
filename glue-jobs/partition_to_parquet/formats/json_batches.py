"""Takes JSON records in batches: the regular ones at once, the others one by one."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..batch import SourceFile
from ..columns import Chunk, RawColumn
from ..contract import Contract
from .json_fast import FastRecords, make_fast
from .json_faults import DEPTH_LIMIT
from .json_places import Json, Place
from .json_records import CHUNK_RECORDS, GROUP, RecordReader
from .json_values import DECODE_ERRORS
from .selection import Selection

# Records decoded at once.
BATCH_RECORDS = 16_384
_ERRORS = (UnicodeDecodeError, *DECODE_ERRORS)
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
        if self.strict.size >= CHUNK_RECORDS:
            yield self.strict.take()

    def finish(self) -> Iterator[Chunk]:
        """What was read one by one and is left."""
        if self.strict.size:
            yield self.strict.take()

    def _take_fast(
        self, fast: FastRecords, number: int, values: Sequence[Json], places: Sequence[Place] | None
    ) -> Iterator[Chunk]:  # fmt: skip
        records = _decode(fast, values)
        rows = np.arange(len(values))
        if records is None:
            records, rows = self._one_by_one(fast, values)
            if len(rows) < len(values) * (1 - _MANY) and fast.loosen():
                records, rows = self._one_by_one(fast, values)
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

    def _one_by_one(self, fast: FastRecords, values: Sequence[Json]) -> tuple[list, np.ndarray]:
        """The structs of those that are regular, and which they are."""
        records: list = []
        for at in range(0, len(values), GROUP):
            group = values[at : at + GROUP]
            records.extend(_decode(fast, group) or [_decode_one(fast, bytes(value)) for value in group])
        rows = [row for row, record in enumerate(records) if record is not None]
        return [records[row] for row in rows], np.array(rows, dtype=np.int64)

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


def _decode(fast: FastRecords, values: Sequence[Json]) -> list | None:
    """The records' structs, if every text is one object as the fast way knows it.

    Between a `}` and a `{` no value goes on: so with as many values as texts, each text is one.
    """
    joined = b"\n".join(values)
    sizes = np.fromiter(map(len, values), dtype=np.int64, count=len(values))
    ends = np.cumsum(sizes + 1) - 1
    starts = ends - sizes
    data = np.frombuffer(joined, dtype=np.uint8)
    if not sizes.all() or not (data[starts] == 123).all() or not (data[ends - 1] == 125).all():
        return None
    if _may_be_too_deep(data, starts):
        return None
    try:
        if not joined.isascii():
            joined.decode()
        records = fast.decode_lines(joined)
    except _ERRORS:
        return None
    return records if len(records) == len(values) else None


def _decode_one(fast: FastRecords, text: bytes) -> Any:
    if text.count(b"{") + text.count(b"[") > DEPTH_LIMIT:
        return None
    try:
        if not text.isascii():
            text.decode()
        return fast.decode(text)
    except _ERRORS:
        return None


def _may_be_too_deep(data: np.ndarray, starts: np.ndarray) -> bool:
    is_opening = (data == 123) | (data == 91)
    if np.count_nonzero(is_opening) < len(starts) + DEPTH_LIMIT:
        return False
    openings = np.flatnonzero(is_opening)
    return bool(np.diff(np.append(np.searchsorted(openings, starts), len(openings))).max() > DEPTH_LIMIT)
