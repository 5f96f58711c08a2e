"""Raw columns in, typed Arrow columns and rejected rows out; one chunk of records at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .contract import Column
from .errors import BadValue, Reject
from .standardise import ValueReader, build_array


@dataclass(frozen=True)
class Constant:
    """A raw value that every record of a chunk has, such as the file's key."""

    raw: str | None
    length: int


RawColumn = Sequence[str | None] | pa.Array | Constant


@dataclass
class Chunk:
    """Some records of one file, as text. `raw(i)` gives the bytes of the i-th record as they stood.

    `rejects` are records that could not be split into values; they are not among `records`.
    `members` tells that plain texts are JSON strings.
    """

    records: np.ndarray
    values: list[RawColumn]
    raw: Callable[[int], bytes]
    rejects: list[Reject]
    members: bool = False


@dataclass
class Typed:
    """The records of a chunk that every column could hold, and the rejects of the others."""

    table: pa.Table
    records: np.ndarray
    raw: Callable[[int], bytes]
    rejects: list[Reject]

    def without(self, rows: Iterable[int]) -> "Typed":
        """The same without some rows."""
        good = np.ones(self.table.num_rows, dtype=bool)
        good[list(rows)] = False
        kept, raw = np.flatnonzero(good), self.raw
        return Typed(self.table.filter(pa.array(good)), self.records[kept], lambda i: raw(int(kept[i])), self.rejects)


def standardise(chunk: Chunk, columns: Sequence[Column]) -> Typed:
    """Types every column. A record that fails in several columns is rejected for the first in the contract's order."""
    arrays: list[pa.Array] = []
    failures: dict[int, tuple[Column, BadValue]] = {}
    for column, values in zip(columns, chunk.values, strict=True):
        array, bad = type_column(values, column, chunk.members)
        arrays.append(array)
        for index, error in bad:
            failures.setdefault(index, (column, error))
    table = pa.Table.from_arrays(arrays, names=[column.name for column in columns])
    return drop_failures(Typed(table, chunk.records, chunk.raw, list(chunk.rejects)), failures)


def drop_failures(typed: Typed, failures: dict[int, tuple[Column, BadValue]]) -> Typed:
    """Moves the rows named in `failures` from the table to the rejects."""
    if not failures:
        return typed
    for index in sorted(failures):
        column, error = failures[index]
        message = f"column '{column.name}': {error.message}"
        typed.rejects.append(
            Reject(int(typed.records[index]), error.code, column.name, rule_of(column, error.code), message, typed.raw(index))
        )
    return typed.without(failures)


def rule_of(column: Column, code: str) -> str:
    """The part of the contract that a value broke, such as `decimal(5,2)` or `required`."""
    if code == "missing_required":
        return "required"
    if column.type == "decimal":
        return f"decimal({column.precision},{column.scale})"
    return f"{column.type}({column.length})" if column.is_text else column.type


def type_column(values: RawColumn, column: Column, members: bool) -> tuple[pa.Array, list[tuple[int, BadValue]]]:
    """The column's values with its type, and the places and reasons of those that it cannot hold (NULL in the array)."""
    if isinstance(values, Constant):
        array, bad = type_column([values.raw], column, members=False)
        if bad:
            return build_array([None] * values.length, column), [(i, bad[0][1]) for i in range(values.length)]
        return array.take(pa.array(np.zeros(values.length, dtype=np.int64))), []
    if isinstance(values, pa.Array):
        values = values.to_pylist()
    read = ValueReader(column, members).read
    typed: list = []
    bad: list[tuple[int, BadValue]] = []
    for index, value in enumerate(values):
        try:
            typed.append(read(value))
        except BadValue as error:
            typed.append(None)
            bad.append((index, error))
    return build_array(typed, column), bad
