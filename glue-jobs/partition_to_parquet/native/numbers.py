"""Numbers by whole columns. Each function gives an array of the column's type and a mask of the rows that it leaves open.

What the fast way takes must mean what the strict rule says of the number's text; tests compare the two.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..contract import Column
from ..standardise import arrow_type
from ..values.numbers import INTEGER_BOUNDS
from .plain import validity

Taken = tuple[pa.Array, np.ndarray]

# A double holds any 15 digits, a single float any 6.
_SAFE_DOUBLE, _SAFE_SINGLE = 10**15, 10**6
_LEAST_SPLIT = 4_096


def integers(array: pa.Array, column: Column) -> Taken | None:
    """From integers of any width and sign."""
    kind = column.type
    if kind in INTEGER_BOUNDS:
        return _bounded(array, column)
    if kind == "decimal":
        return _as_decimal(_filled(array), array, column)
    if kind == "double precision":
        return _masked(_filled(array).astype(np.float64), array), np.zeros(len(array), dtype=bool)
    if kind == "real":
        return _masked(_filled(array).astype(np.float32), array), np.zeros(len(array), dtype=bool)
    return None


def _filled(array: pa.Array) -> np.ndarray:
    return (pc.fill_null(array, 0) if array.null_count else array).to_numpy(zero_copy_only=False)


def _masked(values: np.ndarray, array: pa.Array) -> pa.Array:
    return pa.array(values, mask=array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None)


def _bounded(array: pa.Array, column: Column) -> Taken:
    limit, wanted = 1 << INTEGER_BOUNDS[column.type], arrow_type(column)
    open_rows = np.zeros(len(array), dtype=bool)
    if array.type == wanted:
        return array, open_rows
    info = np.iinfo(array.type.to_pandas_dtype())
    if (info.min >= -limit and info.max < limit) or _lies_within(array, -limit, limit - 1):
        return array.cast(wanted, safe=False), open_rows
    values = _filled(array)
    lowest = np.zeros(len(array), dtype=bool) if info.min == 0 else values < -limit
    open_rows = lowest | (values >= limit)
    if open_rows.any():
        array = pc.if_else(pa.array(open_rows), pa.scalar(None, array.type), array)
    return array.cast(wanted), open_rows


def _lies_within(array: pa.Array, least: int, most: int) -> bool:
    """Whether each number that is there does."""
    bounds = pc.min_max(array)
    lowest, highest = bounds["min"].as_py(), bounds["max"].as_py()
    return lowest is None or (lowest >= least and highest <= most)


def _as_decimal(values: np.ndarray, array: pa.Array, column: Column) -> Taken:
    """Integers as decimals, where the number without its point fits into 64 bits."""
    factor = 10**column.scale
    limit = min(10 ** (column.precision - column.scale), -(-(2**63) // factor))
    fits = (values < limit) & (values > -limit)
    scaled = np.where(fits, values, 0).astype(np.int64)
    return _decimals_of(scaled * factor if factor < 2**63 else scaled, array, column), ~fits


def _decimals_of(scaled: np.ndarray, array: pa.Array, column: Column) -> pa.Array:
    """Numbers without their point as decimals of the column's type."""
    words = np.empty((len(scaled), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = scaled, scaled >> 63
    return pa.Array.from_buffers(arrow_type(column), len(scaled), [validity(array), pa.py_buffer(words)])


def decimals(array: pa.Array, column: Column) -> Taken | None:
    """From decimals of any width."""
    if column.type == "decimal":
        return _cast_in_pieces(array, arrow_type(column))
    if column.type in INTEGER_BOUNDS:
        whole, open_rows = _cast_in_pieces(array, pa.decimal128(38, 0))
        typed, outside = _cast_in_pieces(whole, arrow_type(column))
        return typed, open_rows | outside
    return None


def _cast_in_pieces(array: pa.Array, wanted: pa.DataType) -> Taken:
    """The cast of all that it takes without loss; where a piece has a value that does not fit, smaller ones are tried."""
    try:
        return array.cast(wanted), np.zeros(len(array), dtype=bool)
    except pa.ArrowInvalid:
        pass
    if len(array) <= _LEAST_SPLIT:
        return _one_by_one(array, wanted)
    middle = len(array) // 2
    parts = [_cast_in_pieces(array.slice(0, middle), wanted), _cast_in_pieces(array.slice(middle), wanted)]
    return pa.concat_arrays([part for part, _ in parts]), np.concatenate([open_rows for _, open_rows in parts])


def _one_by_one(array: pa.Array, wanted: pa.DataType) -> Taken:
    """Each different value is cast by itself."""
    coded = array.dictionary_encode()
    values, bad = [], []
    for place in range(len(coded.dictionary)):
        try:
            values.append(coded.dictionary.slice(place, 1).cast(wanted)[0].as_py())
            bad.append(False)
        except pa.ArrowInvalid:
            values.append(None)
            bad.append(True)
    typed = pa.array(values, wanted).take(coded.indices)
    marks = np.array([*bad, False])
    return typed, marks[coded.indices.fill_null(len(bad)).to_numpy(zero_copy_only=False)]


def floats(array: pa.Array, column: Column) -> Taken | None:
    """From single or double floats. Whole numbers and decimals go by the shortest text that reads back as the same number."""
    values = (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False)
    finite = np.isfinite(values)
    kind = column.type
    if kind == "double precision":
        return array.cast(pa.float64()), ~finite
    if kind == "real":
        with np.errstate(over="ignore"):
            single = values.astype(np.float32)
        return _masked(single, array), ~(finite & np.isfinite(single))
    # Of so many digits no two decimals are the same number, so the one that reads back is the shortest.
    safe = _SAFE_SINGLE if values.dtype == np.float32 else _SAFE_DOUBLE
    wide = np.where(finite, values, 0).astype(np.float64)
    if kind in INTEGER_BOUNDS:
        limit = min(1 << INTEGER_BOUNDS[kind], safe)
        taken = finite & (np.trunc(wide) == wide) & (wide >= -limit) & (wide < limit)
        return _masked(np.where(taken, wide, 0).astype(np.int64), array).cast(arrow_type(column)), ~taken
    if kind == "decimal" and column.scale <= 10:
        factor = float(10**column.scale)
        with np.errstate(over="ignore"):
            scaled = np.rint(wide * factor)
        near = finite & (np.abs(scaled) < min(safe, 10**column.precision))
        scaled = np.where(near, scaled, 0.0)
        taken = near & ((scaled / factor).astype(values.dtype) == values)
        return _decimals_of(np.where(taken, scaled, 0).astype(np.int64), array, column), ~taken
    return None


def number_text(value: float) -> str:
    """The shortest decimal text that reads back as the same double: 5, not 5.0."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def float_texts(array: pa.Array) -> list[str | None]:
    """Each number's shortest text; a single float's is that of single precision."""
    if pa.types.is_float32(array.type):
        return [None if value is None else number_text(float(str(np.float32(value)))) for value in array.to_pylist()]
    return [None if value is None else number_text(value) for value in array.to_pylist()]
