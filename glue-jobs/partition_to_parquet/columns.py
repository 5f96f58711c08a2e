"""Raw columns in, typed Arrow columns and rejected rows out; one chunk of records at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .contract import RESCUED_SOURCE, Column
from .errors import BadValue, Reject
from .line_numbers import LineOf, unknown_line
from .native.kinds import Branches, Native
from .native.take import take_native
from .rescue import Errors, Members, as_json_text, rescued_texts
from .standardise import ValueReader, build_array, default_of
from .values.fast import take_fast
from .values.kinds import Number, Truth
from .values.strings import strings_of


@dataclass(frozen=True)
class Constant:
    """A raw value that every record of a chunk has, such as the file's key."""

    raw: str | None
    length: int


# Above this many values the strict rule reads each different one once.
DICTIONARY_ROWS = 1_000

Result = tuple[pa.Array, list[tuple[int, BadValue]]]
RawColumn = Sequence[str | None] | pa.Array | Constant | Native | Branches


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
    # Where a value of a record is, for its message: of the row, and the column's name.
    place: Callable[[int, str], str] | None = None
    # What a record has that no column asks for, of the row; None: nothing, or nobody wants it.
    unknown: Callable[[int], Members] | None = None
    # A column's value as it stood in the record, where `values` tell only its text.
    stood: Callable[[int, Column], str | None] | None = None
    # On which line a record begins, by its number.
    line: LineOf = unknown_line


@dataclass
class Typed:
    """The records of a chunk that every column could hold, and the rejects of the others."""

    table: pa.Table
    records: np.ndarray
    raw: Callable[[int], bytes | None]
    rejects: list[Reject]
    # On which line a record begins, by its number.
    line: LineOf = unknown_line

    def without(self, rows: Iterable[int]) -> "Typed":
        """The same without some rows."""
        good = np.ones(self.table.num_rows, dtype=bool)
        good[list(rows)] = False
        kept, raw = np.flatnonzero(good), self.raw
        return Typed(self.table.filter(pa.array(good)), self.records[kept], lambda i: raw(int(kept[i])), self.rejects, self.line)


def standardise(chunk: Chunk, columns: Sequence[Column], coded: frozenset[str] = frozenset()) -> Typed:
    """Types every column. A record that fails in several columns is rejected for the first in the contract's order.

    Values of columns that rescue become NULL and stand in `_rescued`, if that is among the columns. The columns in `coded` may
    become dictionaries, where their texts repeat.
    """
    arrays: list[pa.Array] = []
    failures: dict[int, tuple[Column, BadValue]] = {}
    errors: Errors = {}
    for column, values in zip(columns, chunk.values, strict=True):
        array, bad = type_column(values, column, chunk.members, column.name in coded)
        arrays.append(array)
        for index, error in bad:
            if column.on_error == "rescue":
                errors.setdefault(index, {})[column.name] = (as_json_text(_stood(chunk, values, column, index)), error.code)
            else:
                failures.setdefault(index, (column, error))
    for position, column in enumerate(columns):
        if column.source == RESCUED_SOURCE:
            arrays[position] = rescued_texts(len(chunk.records), chunk.unknown, errors)
    table = pa.Table.from_arrays(arrays, names=[column.name for column in columns])
    rejects = [replace(reject, line_number=chunk.line(reject.record_number)) for reject in chunk.rejects]
    return drop_failures(Typed(table, chunk.records, chunk.raw, rejects, chunk.line), failures, chunk.place)


def _stood(chunk: Chunk, values: RawColumn, column: Column, row: int) -> str | None:
    """A value as it stood in its record."""
    if isinstance(values, Constant):
        return values.raw
    if isinstance(values, (pa.Array, Native, Branches)):
        if chunk.stood is not None:
            return chunk.stood(row, column)
        return values[row].as_py() if isinstance(values, pa.Array) else None
    return values[row]


def drop_failures(
    typed: Typed, failures: dict[int, tuple[Column, BadValue]], place: Callable[[int, str], str] | None = None
) -> Typed:  # fmt: skip
    """Moves the rows named in `failures` from the table to the rejects."""
    if not failures:
        return typed
    for index in sorted(failures):
        column, error = failures[index]
        message = f"column '{column.name}': {error.message}" + (f" ({place(index, column.name)})" if place else "")
        number, rule = int(typed.records[index]), rule_of(column, error.code)
        typed.rejects.append(Reject(number, error.code, column.name, rule, message, typed.raw(index), typed.line(number)))
    return typed.without(failures)


def rule_of(column: Column, code: str) -> str:
    """The part of the contract that a value broke, such as `decimal(5,2)` or `required`."""
    if code == "missing_required":
        return "required"
    if column.type == "decimal":
        return f"decimal({column.precision},{column.scale})"
    return f"{column.type}({column.length})" if column.is_text else column.type


def type_column(values: RawColumn, column: Column, members: bool, may_code: bool = False) -> Result:
    """The column's values with its type, and the places and reasons of those that it cannot hold (NULL in the array).

    `may_code`: typed texts that repeat may be a dictionary, in which each text stands once.
    """
    if isinstance(values, Constant):
        array, bad = type_column([values.raw], column, members=False)
        if bad:
            return build_array([None] * values.length, column), [(i, bad[0][1]) for i in range(values.length)]
        return array.take(pa.array(np.zeros(values.length, dtype=np.int64))), []
    if isinstance(values, (Native, Branches)):
        return take_native(values, column, may_code)
    if isinstance(values, pa.Array):
        return _type_strings(values, values, column, members)
    if column.type == "super" or column.as_json or not _are_alike(values, column):
        return _type_each(values, column, members)
    return _type_strings(pa.array(values, pa.string()), values, column, members)


def _are_alike(values: Sequence[str | None], column: Column) -> bool:
    """Whether only the texts of the values count, and not which kind of JSON or XML value each is."""
    kinds = set(map(type, values))
    return kinds <= ({str, type(None)} if column.is_text else {str, type(None), Number, Truth})


def _type_each(values: Sequence[str | None], column: Column, members: bool) -> Result:
    """The strict rule, value by value."""
    read = ValueReader(column, members).read
    typed: list = []
    bad: list[tuple[int, BadValue]] = []
    for index, value in enumerate(values):
        try:
            typed.append(read(value))
        except BadValue as error:
            typed.append(None)
            bad.append((index, error.bare()))
    return build_array(typed, column), bad


def _type_strings(array: pa.Array, values: Sequence[str | None] | pa.Array, column: Column, members: bool) -> Result:
    """The fast way for values in canonical shape, the strict rule for the others; each different one once."""
    strings = strings_of(array)
    taken = take_fast(strings, column) if len(array) and not column.as_json else None
    if taken is None:
        fast, open_rows = build_array([None] * len(array), column), np.ones(len(array), dtype=bool)
    else:
        fast, open_rows = taken
        if column.nulls:
            open_rows = open_rows | pc.is_in(array, pa.array(sorted(column.nulls))).to_numpy(zero_copy_only=False)
        if not column.required and default_of(column) is None and not (column.keep_empty and column.is_text):
            # What is empty is NULL and needs no rule.
            open_rows = open_rows & (strings.sizes > 0)
            if column.is_text and not strings.sizes.all():
                fast = pc.if_else(pa.array(strings.sizes > 0), fast, pa.scalar(None, fast.type))
    rows = np.flatnonzero(open_rows)
    if not len(rows):
        return fast, []
    if isinstance(values, pa.Array) or len(rows) > DICTIONARY_ROWS:
        coded = array.take(pa.array(rows)).dictionary_encode()
        texts, codes = coded.dictionary.to_pylist(), coded.indices
        each, failures = _type_each([*texts, None], column, members)
        typed = each.take(codes.fill_null(len(texts)))
        faults = dict(failures)
        at = codes.fill_null(len(texts)).to_numpy()
        bad = [(int(rows[i]), faults[at[i]]) for i in np.flatnonzero(np.isin(at, list(faults)))] if faults else []
    else:
        typed, failures = _type_each([values[row] for row in rows], column, members)
        bad = [(int(rows[i]), error) for i, error in failures]
    return typed if len(rows) == len(array) else pc.replace_with_mask(fast, pa.array(open_rows), typed), bad
