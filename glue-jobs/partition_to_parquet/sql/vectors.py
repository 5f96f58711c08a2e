"""Columns of values as the evaluator has them: numpy (strings: Arrow), which values there are, and on which rows SQL failed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .types import SqlType, arrow_of

# What Arrow itself would ask pandas for, which the Lambda does not have.
_NUMPY = {
    pa.bool_(): np.bool_, pa.int8(): np.int8, pa.int16(): np.int16, pa.int32(): np.int32, pa.int64(): np.int64,
    pa.float32(): np.float32, pa.float64(): np.float64,
}  # fmt: skip

# Decimals of at most this many digits are int64 inside; wider ones are Python's integers.
NARROW_DIGITS = 18
_LOW = (1 << 64) - 1
_NO = np.zeros(1, dtype=bool)
_YES = np.ones(1, dtype=bool)


@dataclass(frozen=True, eq=False)
class Vector:
    """Values of one type, for every row or (length 1) the same for all.

    `data`: integers as int64, decimals as unscaled integers, float32 and float64, booleans, dates as days and timestamps as
    microseconds in int64, strings as an Arrow array. `valid` is False for NULL and where SQL failed; `failed` only there.
    """

    type: SqlType
    data: Any
    valid: np.ndarray
    failed: np.ndarray

    def __len__(self) -> int:
        return max(len(self.data), len(self.valid), len(self.failed))

    @property
    def nulls(self) -> np.ndarray:
        """Rows that are NULL and did not fail."""
        return ~self.valid & ~self.failed


def vector(kind: SqlType, data: Any, valid: np.ndarray = _YES, failed: np.ndarray = _NO) -> Vector:
    """A Vector; a row that failed is not valid."""
    return Vector(kind, data, valid & ~failed, failed)


def null_vector(kind: SqlType) -> Vector:
    """NULL for all rows."""
    return Vector(kind, pa.array([""]) if kind.name == "string" else _zero(kind), _NO, _NO)


def _zero(kind: SqlType) -> np.ndarray:
    if kind.is_decimal and kind.precision > NARROW_DIGITS:
        return np.array([0], dtype=object)
    types = {"float": np.float32, "double": np.float64, "boolean": bool, "void": bool}
    return np.zeros(1, dtype=types.get(kind.name, np.int64))


def from_arrow(array: pa.Array | pa.ChunkedArray, kind: SqlType) -> Vector:
    """A column of the records."""
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    valid = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else _YES
    if kind.name == "string":
        return Vector(kind, array if not array.null_count else array.fill_null(""), valid, _NO)
    if kind.is_decimal:
        return Vector(kind, _unscaled(array, kind, valid), valid, _NO)
    if kind.name == "boolean":
        return Vector(kind, array.fill_null(False).to_numpy(zero_copy_only=False), valid, _NO)
    if kind.name in ("date", "timestamp"):
        array = array.view(pa.int32() if kind.name == "date" else pa.int64())
    filled = (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False)
    return Vector(kind, filled if kind.is_float else filled.astype(np.int64, copy=False), valid, _NO)


def _unscaled(array: pa.Array, kind: SqlType, valid: np.ndarray) -> np.ndarray:
    words = np.frombuffer(array.buffers()[1], dtype=np.int64)[2 * array.offset : 2 * (array.offset + len(array))]
    low, high = words[::2], words[1::2]
    if kind.precision <= NARROW_DIGITS:
        return low if valid.all() else np.where(valid, low, 0)
    whole = low.view(np.uint64).astype(object) + high.astype(object) * (1 << 64)
    return whole if valid.all() else np.where(valid, whole, 0)


def to_arrow(found: Vector, rows: int) -> pa.Array:
    """The values as an Arrow array; NULL where they are NULL or SQL failed."""
    kind, target = found.type, arrow_of(found.type)
    if kind.name == "void":
        return pa.nulls(rows)
    missing = ~np.broadcast_to(found.valid, rows)
    if kind.name == "string":
        texts = found.data if len(found.data) == rows else found.data.take(pa.array(np.zeros(rows, dtype=np.int64)))
        return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), texts) if missing.any() else texts
    data = np.broadcast_to(found.data, rows)
    if kind.is_decimal:
        return _decimals(data, missing, target)
    if kind.name == "date":
        return pa.array(data.astype(np.int32), mask=missing).view(target)
    if kind.name == "timestamp":
        return pa.array(np.ascontiguousarray(data), mask=missing).view(target)
    return pa.array(data.astype(_NUMPY[target], copy=False), target, mask=missing if missing.any() else None)


def _decimals(data: np.ndarray, missing: np.ndarray, target: pa.DataType) -> pa.Array:
    words = np.empty(2 * len(data), dtype=np.int64)
    if data.dtype == object:
        words[::2] = (data & _LOW).astype(np.uint64).view(np.int64)
        words[1::2] = (data >> 64).astype(np.int64)
    else:
        words[::2], words[1::2] = data, np.where(data < 0, -1, 0)
    # The bits of an array of booleans are what Arrow notes as validity.
    validity = pa.array(~missing).buffers()[1] if missing.any() else None
    return pa.Array.from_buffers(target, len(data), [validity, pa.py_buffer(words)])
