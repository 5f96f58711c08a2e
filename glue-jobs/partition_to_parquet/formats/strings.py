"""Pieces of a text as Arrow strings, without a Python object for each."""

import numpy as np
import pyarrow as pa


def strings_at(text: bytes, starts: np.ndarray, ends: np.ndarray) -> pa.Array:
    """The pieces [start, end) of a text in UTF-8, which rise and do not overlap."""
    count = len(starts)
    if not count:
        return pa.array([], pa.string())
    cuts = np.empty(2 * count, dtype=np.int32)
    cuts[::2], cuts[1::2] = starts, ends
    # Every second string is a piece, the others are what stands between.
    every = pa.StringArray.from_buffers(2 * count - 1, pa.py_buffer(cuts), pa.py_buffer(text))
    return every.take(pa.array(np.arange(0, 2 * count - 1, 2)))
