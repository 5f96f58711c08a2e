"""The fast way to type a column: whole arrays of values in canonical shape. All others are left to the strict rule.

Each function returns an array of the column's type and a mask of the rows that it leaves open.
A value that the fast way takes must mean exactly what the strict rule says; tests compare the two.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contract import Column
from .numbers import INTEGER_BOUNDS
from .strings import Strings, strings_of
from .times import MICROS

Taken = tuple[pa.Array, np.ndarray]
Maker = Callable[[Strings, Column], "Taken | None"]
_INTEGERS = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}
# So many digits are never out of range.
_ALWAYS_FIT = {"smallint": 4, "integer": 9, "bigint": 18}


def take_fast(strings: Strings, column: Column) -> Taken | None:
    """The fast way for the column's type; None where there is none."""
    maker = _MAKERS.get(column.type)
    if maker is None:
        return None
    if column.number and column.number.decimal != "." and not (column.is_text or "date" in column.type or "time" in column.type):
        return _with_decimal_sign(strings, column, maker)
    return maker(strings, column)


def _with_decimal_sign(strings: Strings, column: Column, maker: Maker) -> Taken | None:
    """Texts whose decimal sign is another: read with a point in its place, unless they have a point themselves."""
    assert column.number is not None
    taken = maker(strings_of(pc.replace_substring(strings.array, column.number.decimal, ".", max_replacements=1)), column)
    return taken and (taken[0], taken[1] | (strings.count(strings.data == 46) > 0))


def _only(strings: Strings, taken: np.ndarray) -> pa.Array:
    """The array with NULL in all rows that are not taken."""
    if taken.all():
        return strings.array
    return pc.if_else(pa.array(taken), strings.array, pa.scalar(None, pa.string()))


def _plain_digits(strings: Strings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bytes that are no digits, whether each string has a minus sign in front, and how many of its bytes are no digits."""
    others = (strings.data - np.uint8(48)) > 9
    negative = (strings.first() == 45) & (strings.sizes > 0)
    return others, negative, strings.count(others)


def _integers(strings: Strings, column: Column) -> Taken:
    _, negative, others = _plain_digits(strings)
    # 18 digits always fit into int64.
    taken = (strings.sizes > negative) & (strings.sizes <= 18) & (others == negative)
    if int(strings.sizes.max(initial=0)) <= _ALWAYS_FIT[column.type]:
        return _only(strings, taken).cast(_INTEGERS[column.type]), ~taken
    wide = _only(strings, taken).cast(pa.int64())
    if column.type != "bigint":
        limit = 1 << INTEGER_BOUNDS[column.type]
        numbers = wide.fill_null(0).to_numpy(zero_copy_only=False)
        fits = (numbers >= -limit) & (numbers < limit)
        if not fits.all():
            taken = taken & fits
            wide = pc.if_else(pa.array(fits), wide, pa.scalar(None, pa.int64()))
    return wide.cast(_INTEGERS[column.type]), ~taken


def _with_point(strings: Strings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which strings are `-?digits[.digits]`, and how many digits each has before and behind the point."""
    _, negative, others = _plain_digits(strings)
    is_point = strings.data == 46
    points = strings.count(is_point)
    behind = np.zeros(len(strings.sizes), dtype=np.int32)
    if points.any():
        places = np.flatnonzero(is_point)
        rows = np.flatnonzero(points == 1)
        at = places[np.searchsorted(places, strings.starts[rows])]
        behind[rows] = strings.ends[rows] - at - 1
    before = strings.sizes - negative - points - behind
    is_canonical = (before > 0) & (points <= 1) & (others == points + negative) & ((points == 0) | (behind > 0))
    return is_canonical, before, behind


def _decimals(strings: Strings, column: Column) -> Taken:
    is_canonical, before, behind = _with_point(strings)
    taken = is_canonical & (behind <= column.scale) & (before <= column.precision - column.scale)
    return _only(strings, taken).cast(pa.decimal128(column.precision, column.scale)), ~taken


def _floats(strings: Strings, column: Column) -> Taken:
    is_canonical, before, _ = _with_point(strings)
    taken = is_canonical & (before <= 30)
    return _only(strings, taken).cast(pa.float32() if column.type == "real" else pa.float64()), ~taken


def _texts(strings: Strings, column: Column) -> Taken:
    """Texts of ASCII without blanks at their ends, short enough."""
    open_rows = strings.count((strings.data >= 128) | (strings.data == 0)) > 0
    open_rows |= strings.sizes > column.room
    if column.trim:
        open_rows |= (strings.first() <= 32) | (strings.last() <= 32)
    else:
        open_rows |= strings.first() <= 32  # May be white space alone, which is empty.
    open_rows |= strings.sizes == 0
    array = strings.array
    if column.case:
        array = pc.ascii_lower(array) if column.case == "lower" else pc.ascii_upper(array)
    return array, open_rows


_DAYS_BEFORE = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
_DAYS_IN = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_SHAPES = (10, 16, 19, 23, 26)
_YEAR_ONE = np.datetime64("0001-01-01", "us").astype(np.int64)


def _times(strings: Strings, column: Column) -> Taken | None:
    if column.parse[0] != "iso8601":
        return None
    found = None if column.timezone else _all_iso(strings)
    taken, micros = found or _each_iso(strings, column)
    if column.type == "date":
        days, rest = np.divmod(micros, 86_400 * MICROS)
        taken &= rest == 0
        return pa.array(days.astype(np.int32), mask=~taken).view(pa.date32()), ~taken
    return pa.array(micros, mask=~taken).view(pa.timestamp("us")), ~taken


def _all_iso(strings: Strings) -> tuple[np.ndarray, np.ndarray] | None:
    """What `_each_iso` finds, by Arrow, which reads whole arrays four times as fast and none in which one value is wrong.

    None where it refused, or where a size would let through what Arrow takes and the rule does not (an hour without minutes).
    """
    if not np.isin(strings.sizes, (0, *_SHAPES)).all():
        return None
    try:
        times = strings.array.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    micros = times.view(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    return (strings.sizes > 0) & (micros >= _YEAR_ONE), micros


def _each_iso(strings: Strings, column: Column) -> tuple[np.ndarray, np.ndarray]:
    """Which strings are in one of the shapes and exist on the calendar, and all strings' microseconds."""
    micros = np.zeros(len(strings.sizes), dtype=np.int64)
    taken = np.zeros(len(strings.sizes), dtype=bool)
    # A date alone has no zone.
    zulu = (strings.last() == 90) & (strings.sizes > 11)
    bodies = strings.sizes - zulu
    if column.timezone:
        bodies = np.where(zulu, bodies, 0)
    for size in _SHAPES:
        rows = np.flatnonzero(bodies == size)
        if len(rows):
            good, values = _read_times(_rows_of(strings, rows, size), size)
            taken[rows], micros[rows] = good, values
    return taken, micros


def _rows_of(strings: Strings, rows: np.ndarray, size: int) -> np.ndarray:
    """The first `size` bytes of the given strings, one string a row."""
    if len(rows) == len(strings.sizes) and (whole := int(strings.sizes[0])) * len(rows) == len(strings.data) and (strings.sizes == whole).all():
        return strings.data.reshape(len(rows), whole)[:, :size]
    return strings.data[strings.starts[rows][:, None] + np.arange(size)]


def _read_times(text: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of `size` bytes as microseconds, and which rows are of the shape and exist on the calendar."""
    # Column by column, so that each place's bytes lie side by side.
    text = np.ascontiguousarray(text.T).T
    digits = text - np.uint8(48)
    separators = {4: (45,), 7: (45,), 10: (84, 32), 13: (58,), 16: (58,), 19: (46,)}
    good = np.ones(len(text), dtype=bool)
    for place in range(size):
        expected = separators.get(place)
        byte = text[:, place]
        if expected is None:
            good &= digits[:, place] <= 9
        else:
            good &= (byte == expected[0]) | (byte == expected[-1])

    def number(start: int, end: int) -> np.ndarray:
        value = digits[:, start].astype(np.int32)
        for place in range(start + 1, end):
            value = value * 10 + digits[:, place]
        return value

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    month = np.where(good, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= day <= _DAYS_IN[month] + (leap & (month == 2))
    past = year - 1
    days = past * 365 + past // 4 - past // 100 + past // 400 + _DAYS_BEFORE[month] + (leap & (month > 2)) + day - 719_163
    seconds, micros = days.astype(np.int64) * 86_400, np.zeros(len(text), dtype=np.int64)
    if size > 10:
        hour, minute = number(11, 13), number(14, 16)
        good &= (hour < 24) & (minute < 60)
        seconds += hour * 3_600 + minute * 60
    if size > 16:
        second = number(17, 19)
        good &= second < 60
        seconds += second
    if size > 19:
        micros = number(20, size).astype(np.int64) * 10 ** (26 - size)
    return good, seconds * MICROS + micros


_MAKERS: dict[str, Maker] = {
    "smallint": _integers,
    "integer": _integers,
    "bigint": _integers,
    "decimal": _decimals,
    "real": _floats,
    "double precision": _floats,
    "varchar": _texts,
    "char": _texts,
    "date": _times,
    "timestamp": _times,
    "timestamptz": _times,
}
