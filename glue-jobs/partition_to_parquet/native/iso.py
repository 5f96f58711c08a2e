"""Times as ISO 8601 texts, with as many digits of a second as are not zero; instants end in Z."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..values.times import FIRST_MICRO, LAST_MICRO, MICROS

_PER_SECOND = {"s": 1, "ms": 1_000, "us": MICROS, "ns": 1_000_000_000}
_DAY_BOUNDS = (FIRST_MICRO // (86_400 * MICROS), LAST_MICRO // (86_400 * MICROS))


def micros_of(array: pa.Array) -> tuple[np.ndarray, np.ndarray | None]:
    """Dates and timestamps as microseconds, and what is left of nanoseconds. Far outside of the calendar: still outside.

    NULLs are zero.
    """
    kind = array.type
    if pa.types.is_date32(kind):
        return _times(array.view(pa.int32()), 86_400 * MICROS), None
    if pa.types.is_date64(kind):
        return _times(array.view(pa.int64()), 1_000), None
    values = array.view(pa.int64())
    if kind.unit == "ns":
        micros, finer = np.divmod(_filled(values), 1_000)
        return micros, finer if finer.any() else None
    return _times(values, MICROS // _PER_SECOND[kind.unit]), None


def _times(array: pa.Array, factor: int) -> np.ndarray:
    values = _filled(array)
    # What lies beyond 300,000 years would overflow.
    limit = np.iinfo(np.int64).max // factor
    return np.clip(values, -limit, limit) * factor


def _filled(array: pa.Array) -> np.ndarray:
    return (array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False).astype(np.int64)


def outside_calendar(array: pa.Array) -> np.ndarray:
    """Which dates or timestamps are not in the years 0001 to 9999."""
    micros, _ = micros_of(array)
    return (micros < FIRST_MICRO) | (micros > LAST_MICRO)


def iso_texts(array: pa.Array, finer: np.ndarray | None = None) -> pa.Array:
    """Dates, timestamps and times of day as texts. `finer` are nanoseconds beyond those of an array in microseconds."""
    kind = array.type
    if pa.types.is_date(kind):
        return array.cast(pa.date32()).cast(pa.string())
    if pa.types.is_time(kind):
        return _without_zeros(array.cast(pa.string()))
    naive = array.view(pa.timestamp(kind.unit)) if kind.tz else array
    texts = _dated(naive)
    if finer is not None and finer.any():
        digits = pa.array([f"{value:03d}" for value in finer.tolist()], pa.string())
        texts = pc.binary_join_element_wise(naive.cast(pa.string()), digits, "")
        texts = _without_zeros(pc.replace_substring(texts, " ", "T", max_replacements=1))
    return pc.binary_join_element_wise(texts, "Z", "") if kind.tz else texts


def _dated(naive: pa.Array) -> pa.Array:
    return _without_zeros(pc.replace_substring(naive.cast(pa.string()), " ", "T", max_replacements=1))


def _without_zeros(texts: pa.Array) -> pa.Array:
    """`10:00:00.500000` → `10:00:00.5`, `10:00:00.000000` → `10:00:00`."""
    if not pc.any(pc.match_substring(texts, ".")).as_py():
        return texts
    return pc.utf8_rtrim(pc.utf8_rtrim(texts, characters="0"), characters=".")
