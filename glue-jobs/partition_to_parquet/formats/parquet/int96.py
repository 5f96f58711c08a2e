"""INT96: days and nanoseconds of a day. No one unit of 64 bits holds the years and the nanoseconds, so they are read in two."""

import numpy as np
import pyarrow as pa

from ...errors import FileUnreadable
from ...native.kinds import INSTANT, Native
from ...native.plain import validity
from ...values.times import FIRST_MICRO, LAST_MICRO

_NANOS = np.uint64(1_000_000)


def _ints(array: pa.Array) -> np.ndarray:
    values = array.view(pa.int64())
    return (values.fill_null(0) if values.null_count else values).to_numpy(zero_copy_only=False)


def _parts(millis: pa.Array, nanos: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds, which are right, and the nanoseconds within: those of 64 bits wrap, but the difference does not."""
    whole = _ints(millis)
    with np.errstate(over="ignore"):
        inner = _ints(nanos).view(np.uint64) - whole.view(np.uint64) * _NANOS
    return whole, inner.view(np.int64)


def instants(millis: pa.Array, nanos: pa.Array) -> Native:
    """A column of INT96, exactly. What lies far outside of the calendar stays outside of it."""
    whole, inner = _parts(millis, nanos)
    micros, finer = np.divmod(inner, 1_000)
    limit = max(abs(FIRST_MICRO), LAST_MICRO) // 1_000 + 1_000
    values = np.clip(whole, -limit, limit) * 1_000 + micros
    array = pa.Array.from_buffers(pa.timestamp("us", "UTC"), len(values), [validity(millis), pa.py_buffer(values)])
    return Native(array, INSTANT, finer if finer.any() else None)


def inner_instants(micros: pa.Array, millis: pa.Array, nanos: pa.Array, key: str, name: str) -> pa.Array:
    """A nested column with INT96 inside: in microseconds, or in nanoseconds where some have them.

    Raises FileUnreadable where some have nanoseconds and some lie outside the years that 64 bits of them hold.
    """
    has_finer = is_far = False
    for coarse, fine in zip(_times(millis), _times(nanos), strict=True):
        whole, inner = _parts(coarse, fine)
        has_finer = has_finer or bool((inner % 1_000).any())
        is_far = is_far or bool((np.abs(whole) > 9_223_372_036_854).any())
    if has_finer and is_far:
        message = f"'{key}': the column '{name}' holds INT96 times with nanoseconds and others before 1677 or after 2262, side by side inside of it"
        raise FileUnreadable(f"{message}; have the producer write TIMESTAMP_MICROS", key)
    return nanos if has_finer else micros


def _times(array: pa.Array) -> list[pa.Array]:
    """The leaves of times."""
    kind = array.type
    if pa.types.is_struct(kind):
        return [leaf for child in array.flatten() for leaf in _times(child)]
    if pa.types.is_map(kind):
        return [*_times(array.keys), *_times(array.items)]
    if pa.types.is_nested(kind):
        return _times(array.flatten())
    return [array] if pa.types.is_timestamp(kind) else []
