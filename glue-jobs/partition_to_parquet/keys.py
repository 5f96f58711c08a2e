"""64-bit hashes of typed columns, the same in every process: equal values always share one, unequal ones almost never."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .values.texts import same_json

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
_NULL = np.uint64(0x6A09E667F3BCC909)


def _mix(hashes: np.ndarray) -> np.ndarray:
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MULTIPLIER
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def hash_rows(table: pa.Table, names: Sequence[str], json_names: frozenset[str] = frozenset()) -> np.ndarray:
    """One uint64 a row over the named columns. `json_names` are super columns, equal as values and not as text."""
    hashes = np.zeros(table.num_rows, dtype=np.uint64)
    for name in names:
        column = table.column(name)
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks)
        if name in json_names:
            array = pa.array([None if text is None else same_json(text) for text in array.to_pylist()], pa.string())
        elif pa.types.is_string(array.type):
            array = without_padding(array)
        hashes = _mix(hashes * np.uint64(31) + _ODD + _hash_array(array))
    return hashes


def without_padding(texts: pa.Array) -> pa.Array:
    """The texts as Redshift compares VARCHAR and CHAR: the blanks (U+0020, nothing else) at the end do not count."""
    if not pc.any(pc.ends_with(texts, " ")).as_py():
        return texts
    return pc.utf8_rtrim(texts, characters=" ")


def _hash_array(array: pa.Array) -> np.ndarray:
    if len(array) == 0:
        return np.zeros(0, dtype=np.uint64)
    kind = array.type
    if pa.types.is_string(kind):
        hashes = _hash_strings(array)
    elif pa.types.is_decimal(kind):
        words = np.frombuffer(array.buffers()[1], dtype=np.uint64)[2 * array.offset : 2 * (array.offset + len(array))]
        hashes = _mix(words[::2] + _ODD) ^ _mix(words[1::2] * _MULTIPLIER + _ODD)
    else:
        hashes = _mix(_words(array) + _ODD)
    if array.null_count:
        hashes = np.where(array.is_null().to_numpy(zero_copy_only=False), _NULL, hashes)
    return hashes


def _words(array: pa.Array) -> np.ndarray:
    kind = array.type
    if pa.types.is_floating(kind):
        filled = pc.fill_null(array, 0.0).to_numpy(zero_copy_only=False).astype(np.float64)
        return (filled + 0.0).view(np.uint64)
    if pa.types.is_boolean(kind):
        array = array.cast(pa.int8())
    elif pa.types.is_timestamp(kind):
        array = array.view(pa.int64())
    elif pa.types.is_date32(kind):
        array = array.view(pa.int32())
    return pc.fill_null(array, 0).to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)


def _hash_strings(array: pa.Array) -> np.ndarray:
    """Eight bytes at a time over all strings at once; the bytes behind a string's end are masked away."""
    _, offset_buffer, data = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    start, sizes = offsets[:-1], np.diff(offsets)
    hashes = sizes.astype(np.uint64) * _ODD
    if data is None or sizes.max(initial=0) == 0:
        return _mix(hashes)
    base = int(offsets[0])
    raw = np.frombuffer(data, dtype=np.uint8)[base : int(offsets[-1])]
    padded = np.concatenate([raw, np.zeros(8, dtype=np.uint8)])
    words = np.ndarray(shape=(len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))
    start = start - base
    rows, done = np.arange(len(sizes)), 0
    while rows.size:
        rows = rows[sizes[rows] > done]
        left = sizes[rows] - done
        word = words[start[rows] + done]
        shift = ((8 - np.minimum(left, 8)) * 8).astype(np.uint64)
        hashes[rows] = _mix((hashes[rows] ^ ((word << shift) >> shift)) + _ODD)
        done += 8
    return hashes


def repeated(hashes: np.ndarray) -> np.ndarray:
    """The hashes that occur more than once, sorted."""
    ordered = np.sort(hashes)
    twice = ordered[1:] == ordered[:-1]
    return np.unique(ordered[1:][twice])
