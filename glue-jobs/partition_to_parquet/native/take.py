"""Typed values of a file into a column: whole arrays where that is plain, the strict rule for the text of every other value."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contract import Column
from ..errors import BadValue
from ..standardise import build_array, default_of
from ..values.kinds import Faulty, Nested, Number, Truth
from .iso import iso_texts, outside_calendar
from .kinds import (
    BINARY,
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOATING,
    INSTANT,
    INTEGER,
    JSON,
    LOCAL,
    NESTED,
    NOTHING,
    READY,
    TEXT,
    TIME,
    Branches,
    Native,
)
from .moments import epochs, moments, with_iso
from .nested import nested_texts
from .numbers import Taken, decimals, float_texts, floats, integers
from .strict import Failures, Result, strictly
from .texts import short_texts, take_texts

_NUMBER_LIKE = re.compile(r"[+-]?[0-9.]")
_TIMES = (DATE, INSTANT, LOCAL)


def take_native(native: Native | Branches, column: Column, may_code: bool = False) -> Result:
    """The column's values, and the places and reasons of those that it cannot hold (NULL in the array).

    `may_code`: texts that repeat may be a dictionary, in which each text stands once.
    """
    if isinstance(native, Branches):
        return _take_branches(native, column)
    if native.kind in (TEXT, JSON, BINARY):
        typed, bad = take_texts(native, column, may_code)
    elif native.kind == READY:
        typed, bad = strictly([None if text is None else Nested(text) for text in native.array.to_pylist()], column)
    elif native.kind == NESTED:
        typed, bad = strictly(nested_texts(native.array), column)
    elif native.kind == NOTHING:
        typed, bad = strictly([None] * len(native.array), column)
    else:
        typed, bad = _take_scalars(native, column)
    if not native.faults:
        return typed, bad
    known = {row: BadValue(code, message) for row, code, message in native.faults}
    return typed, sorted([*known.items(), *(each for each in bad if each[0] not in known)], key=lambda each: each[0])


def _take_branches(union: Branches, column: Column) -> Result:
    """Each value by the branch that it is of."""
    typed: pa.Array | None = None
    bad: Failures = []
    for number, branch in enumerate(union.branches):
        rows = np.flatnonzero(union.which == number)
        if not len(rows):
            continue
        chosen = pa.array(rows)
        finer = branch.finer[rows] if branch.finer is not None else None
        place_of = {int(row): place for place, row in enumerate(rows)} if branch.faults else {}
        known = tuple((place_of[row], code, message) for row, code, message in branch.faults if row in place_of)
        values, faults = take_native(Native(branch.array.take(chosen), branch.kind, finer, known), column)
        bad.extend((int(rows[place]), error) for place, error in faults)
        if typed is None:
            typed = build_array([None] * len(union.which), column)
        mask = np.zeros(len(union.which), dtype=bool)
        mask[rows] = True
        typed = pc.replace_with_mask(typed, pa.array(mask), values)
    if typed is None:
        typed = build_array([], column)
    return typed, sorted(bad, key=lambda each: each[0])


def _take_scalars(native: Native, column: Column) -> Result:
    array, faults = native.array, []
    taken: Taken | None = None
    if not _may_be_null_text(native.kind, column):
        taken, faults = _fast(native, column)
    if taken is None:
        texts = _text_array(native) if column.is_text and not column.as_json and not faults else None
        if texts is not None and not column.nulls and not column.case:
            return short_texts(texts, column)
        return strictly(raw_values(native), column)
    typed, open_rows = taken
    if array.null_count:
        missing = array.is_null().to_numpy(zero_copy_only=False)
        needs_rule = column.required or default_of(column) is not None
        open_rows = open_rows | missing if needs_rule else open_rows & ~missing
    bad = list(faults)
    if bad:
        open_rows = open_rows.copy()
        open_rows[[row for row, _ in bad]] = False
    rows = np.flatnonzero(open_rows)
    if len(rows):
        chosen = pa.array(rows)
        finer = native.finer[rows] if native.finer is not None else None
        raws = raw_values(Native(array.take(chosen), native.kind, finer))
        values, failures = strictly(raws, with_iso(column) if native.kind in _TIMES else column)
        typed = pc.replace_with_mask(typed, pa.array(open_rows), values)
        bad.extend((int(rows[place]), error) for place, error in failures)
    for row, _ in faults:
        typed = _without(typed, row)
    return typed, sorted(bad, key=lambda each: each[0])


def _without(typed: pa.Array, row: int) -> pa.Array:
    mask = np.zeros(len(typed), dtype=bool)
    mask[row] = True
    return pc.if_else(pa.array(mask), pa.scalar(None, typed.type), typed)


def _fast(native: Native, column: Column) -> tuple[Taken | None, Failures]:
    array = native.array
    if native.kind == INTEGER and column.type in ("date", "timestamp", "timestamptz"):
        return epochs(array, column), []
    if native.kind == INTEGER:
        return integers(array, column), []
    if native.kind == DECIMAL:
        return decimals(array, column), []
    if native.kind == FLOATING:
        return floats(array, column), []
    if native.kind == BOOLEAN and column.type == "boolean":
        return (array, np.zeros(len(array), dtype=bool)), []
    if native.kind in _TIMES and column.type in ("date", "timestamp", "timestamptz"):
        return moments(native, column)
    return None, []


def _may_be_null_text(kind: str, column: Column) -> bool:
    """Whether one of the texts of `null:` may be that of a value of this kind."""
    if not column.nulls:
        return False
    if kind == BOOLEAN:
        return bool(column.nulls & {"true", "false"})
    return any(_NUMBER_LIKE.match(text) for text in column.nulls)


def raw_values(native: Native) -> list[str | None]:
    """The values as the strict rule reads them: numbers and booleans by their text, times as ISO texts."""
    array, kind = native.array, native.kind
    if kind == BOOLEAN:
        return [None if value is None else Truth("true" if value else "false") for value in array.to_pylist()]
    if kind == FLOATING:
        return [None if text is None else _finite(text) for text in float_texts(array)]
    if kind == DECIMAL:
        return [None if value is None else Number(format(value, "f")) for value in array.to_pylist()]
    if kind == INTEGER:
        return [None if value is None else Number(value) for value in array.to_pylist()]
    if kind in _TIMES:
        far = outside_calendar(array)
        texts = iso_texts(array, native.finer).to_pylist()
        if not far.any():
            return texts
        fault = Faulty("the time is outside the years 0001 to 9999", "out_of_range")
        return [fault if is_far and text is not None else text for text, is_far in zip(texts, far.tolist(), strict=True)]
    return iso_texts(array).to_pylist() if kind == TIME else array.to_pylist()


def _finite(text: str) -> str:
    if text in ("nan", "inf", "-inf"):
        return Faulty(f"{text} is not a finite number", "wrong_type")
    return Number(text)


def _text_array(native: Native) -> pa.Array | None:
    """The texts of values that always have one, by whole columns."""
    kind, array = native.kind, native.array
    if kind in (INTEGER, BOOLEAN) or (kind == DECIMAL and array.type.scale >= 0):
        return array.cast(pa.string())
    if kind == TIME:
        return iso_texts(array)
    if kind in _TIMES and not outside_calendar(array).any():
        return iso_texts(array, native.finer)
    return array if pa.types.is_string(array.type) else None
