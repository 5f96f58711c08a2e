"""Some records of a chunk: those of given numbers, or those of given identities."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from .columns import Chunk, Constant, RawColumn, type_column
from .contract import Column, Contract
from .keys import hash_rows
from .native.kinds import Branches, Native


@dataclass(frozen=True)
class Numbered:
    """The records of these numbers (sorted), by file; records that cannot be read included."""

    numbers: dict[int, np.ndarray]

    def of(self, chunk: Chunk, file: int, columns: Sequence[Column], contract: Contract) -> Chunk:
        """What is left of a chunk of a file."""
        wanted = self.numbers[file]
        kept = take_rows(chunk, np.flatnonzero(np.isin(chunk.records, wanted)))
        numbers = set(wanted.tolist()) if chunk.rejects else set()
        kept.rejects = [reject for reject in chunk.rejects if reject.record_number in numbers]
        return kept


@dataclass(frozen=True)
class Alike:
    """The records whose identity has one of these hashes (sorted), but for those of given numbers."""

    hashes: np.ndarray
    excluded: dict[int, np.ndarray] = field(default_factory=dict)

    def among(self, hashes: np.ndarray) -> np.ndarray:
        return np.isin(hashes, self.hashes)

    def of(self, chunk: Chunk, file: int, columns: Sequence[Column], contract: Contract) -> Chunk:
        """What is left of a chunk of a file. An identity that SQL computes, or that is protected, is looked at later."""
        kept = np.ones(len(chunk.records), dtype=bool)
        if file in self.excluded:
            kept &= ~np.isin(chunk.records, self.excluded[file])
        if set(contract.identity) <= {column.name for column in columns if not column.protect}:
            kept &= self.among(_hashes(chunk, columns, contract))
        chunk = take_rows(chunk, np.flatnonzero(kept))
        chunk.rejects = []
        return chunk


def _hashes(chunk: Chunk, columns: Sequence[Column], contract: Contract) -> np.ndarray:
    """The hash of each record's identity; a value that its column cannot hold counts as NULL."""
    wanted = set(contract.identity)
    read = [(column, values) for column, values in zip(columns, chunk.values, strict=True) if column.name in wanted]
    arrays = {column.name: type_column(values, column, chunk.members)[0] for column, values in read}
    names = frozenset(column.name for column, _ in read if column.type == "super")
    return hash_rows(pa.table(arrays), contract.identity, names)


def take_rows(chunk: Chunk, rows: np.ndarray) -> Chunk:
    """Those rows of a chunk, in their order; its records that cannot be read stay."""
    raw, place, unknown, stood = chunk.raw, chunk.place, chunk.unknown, chunk.stood
    values = [_taken(column, rows) for column in chunk.values]

    def raw_of(row: int) -> bytes:
        return raw(int(rows[row]))

    def place_of(row: int, name: str) -> str:
        return place(int(rows[row]), name) if place else ""

    taken = replace(chunk, records=chunk.records[rows], values=values, raw=raw_of, place=place_of if place else None)
    taken.unknown = (lambda row: unknown(int(rows[row]))) if unknown else None
    taken.stood = (lambda row, column: stood(int(rows[row]), column)) if stood else None
    return taken


def _taken(column: RawColumn, rows: np.ndarray) -> RawColumn:
    if isinstance(column, Constant):
        return Constant(column.raw, len(rows))
    if isinstance(column, pa.Array):
        return column.take(pa.array(rows))
    if isinstance(column, Branches):
        return Branches(column.which[rows], tuple(_native(branch, rows) for branch in column.branches))
    return _native(column, rows) if isinstance(column, Native) else [column[row] for row in rows.tolist()]


def _native(column: Native, rows: np.ndarray) -> Native:
    places: dict[int, int] = {int(row): at for at, row in enumerate(rows)}
    faults: Any = tuple((places[row], code, message) for row, code, message in column.faults if row in places)
    return Native(column.array.take(pa.array(rows)), column.kind, None if column.finer is None else column.finer[rows], faults)
