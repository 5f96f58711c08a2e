"""Dates and timestamps by whole columns, as numbers.py does it for numbers."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contract import Column
from ..errors import BadValue
from ..values.times import DAY_MICROS, EPOCH_FACTORS, FIRST_MICRO, LAST_MICRO, parse_timestamp
from .iso import iso_texts, micros_of
from .kinds import LOCAL, Native
from .numbers import Taken
from .plain import validity

Fault = tuple[int, BadValue]
_MINUTE = 60_000_000
# Since then no zone has an offset with seconds.
_WHOLE_MINUTES_SINCE = 94_694_400_000_000


def with_iso(column: Column) -> Column:
    """The column as it reads the texts of typed times: a pattern is for the producer's texts alone."""
    return replace(column, parse=("iso8601",))


def moments(native: Native, column: Column) -> tuple[Taken, list[Fault]]:
    """From dates, instants and timestamps without zone. Also gives what is wrong for sure."""
    array = native.array
    if native.finer is None and _is_ready(array, native.kind, column):
        return (array.view(pa.timestamp("us")), np.zeros(len(array), dtype=bool)), []
    micros, finer = micros_of(array)
    finer = finer if native.finer is None else native.finer
    missing = array.is_null().to_numpy(zero_copy_only=False)
    outside = ((micros < FIRST_MICRO) | (micros > LAST_MICRO)) & ~missing
    faults = [(int(row), BadValue("out_of_range", _outside(column))) for row in np.flatnonzero(outside)]
    open_rows = outside.copy()
    if finer is not None:
        open_rows |= (finer != 0) & ~missing
    if native.kind == LOCAL and column.timezone:
        micros, unsure = _from_zone(micros, missing | open_rows, column)
        open_rows |= unsure
    if column.type == "date":
        days, rest = np.divmod(micros, DAY_MICROS)
        open_rows |= (rest != 0) & ~missing
        typed = _built(np.where(open_rows, 0, days).astype(np.int32), array, pa.date32())
    else:
        typed = _built(np.where(open_rows, 0, micros), array, pa.timestamp("us"))
    return (typed, open_rows), faults


def _is_ready(array: pa.Array, kind: str, column: Column) -> bool:
    """Whether microseconds in UTC, all within the calendar, are what the column wants."""
    if column.type == "date" or not pa.types.is_timestamp(array.type) or array.type.unit != "us" or (kind == LOCAL and column.timezone):
        return False
    bounds = pc.min_max(array.view(pa.int64()))
    first, last = bounds["min"].as_py(), bounds["max"].as_py()
    return first is None or (first >= FIRST_MICRO and last <= LAST_MICRO)


def epochs(array: pa.Array, column: Column) -> Taken | None:
    """From integers that count from 1970 on; None where `parse` leaves a choice."""
    factor = EPOCH_FACTORS.get(column.parse[0]) if len(column.parse) == 1 else None
    if factor is None:
        return None
    values = (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False)
    taken = (values >= -(-FIRST_MICRO // factor)) & (values <= LAST_MICRO // factor)
    micros = np.where(taken, values, 0).astype(np.int64) * factor
    if column.type != "date":
        return _built(micros, array, pa.timestamp("us")), ~taken
    days, rest = np.divmod(micros, DAY_MICROS)
    return _built(days.astype(np.int32), array, pa.date32()), ~taken | (rest != 0)


def _outside(column: Column) -> str:
    return f"the time is outside the years 0001 to 9999, which {column.type} holds"


def _built(values: np.ndarray, array: pa.Array, kind: pa.DataType) -> pa.Array:
    return pa.Array.from_buffers(kind, len(values), [validity(array), pa.py_buffer(np.ascontiguousarray(values))])


def _from_zone(micros: np.ndarray, passed_over: np.ndarray, column: Column) -> tuple[np.ndarray, np.ndarray]:
    """Local times of the column's zone as UTC, minute by minute; the others are left open."""
    minutes, rest = np.divmod(micros, _MINUTE)
    unsure = (micros < _WHOLE_MINUTES_SINCE) & ~passed_over
    rows = np.flatnonzero(~unsure & ~passed_over)
    different, places = np.unique(minutes[rows], return_inverse=True)
    texts = iso_texts(pa.array(different * _MINUTE, pa.timestamp("us"))).to_pylist()
    found = np.zeros(len(different), dtype=np.int64)
    missing = np.zeros(len(different), dtype=bool)
    asked = with_iso(column)
    for place, text in enumerate(texts):
        try:
            found[place] = parse_timestamp(text or "", asked)
        except BadValue:
            missing[place] = True
    moved = micros.copy()
    moved[rows] = found[places] + rest[rows]
    unsure[rows] |= missing[places]
    return moved, unsure
