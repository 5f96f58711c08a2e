"""Arrow string arrays as numpy sees them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass
class Strings:
    """The bytes of all strings of an array, and where each begins and how long it is. NULLs have no bytes."""

    array: pa.Array
    data: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        return self.starts + self.sizes

    def count(self, marked: np.ndarray) -> np.ndarray:
        """How many of each string's bytes are marked; `marked` has one flag for each byte of `data`."""
        if not marked.any():
            return np.zeros(len(self.sizes), dtype=np.int32)
        sums = np.zeros(len(marked) + 1, dtype=np.int32)
        np.cumsum(marked, dtype=np.int32, out=sums[1:])
        return sums[self.ends] - sums[self.starts]

    def first(self) -> np.ndarray:
        """Each string's first byte; of an empty one, some other byte."""
        return self.data[np.minimum(self.starts, max(len(self.data) - 1, 0))] if len(self.data) else _zeros(self.sizes)

    def last(self) -> np.ndarray:
        """Each string's last byte; of an empty one, some other byte."""
        return self.data[np.maximum(self.ends - 1, 0)] if len(self.data) else _zeros(self.sizes)


def _zeros(sizes: np.ndarray) -> np.ndarray:
    return np.zeros(len(sizes), dtype=np.uint8)


def strings_of(array: pa.Array) -> Strings:
    """A view of an Arrow string array, without copying its bytes unless some stand under a NULL, as pyarrow's if_else leaves them."""
    _, offset_buffer, data = array.buffers()
    if len(array) == 0:
        return Strings(array, np.zeros(0, np.uint8), np.zeros(0, np.int32), np.zeros(0, np.int32))
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    sizes = np.diff(offsets)
    if array.null_count and sizes[array.is_null().to_numpy(zero_copy_only=False)].any():
        return strings_of(array.take(pa.array(np.arange(len(array)))))
    low, high = int(offsets[0]), int(offsets[-1])
    raw = np.frombuffer(data, dtype=np.uint8)[low:high] if data is not None and high > low else np.zeros(0, np.uint8)
    return Strings(array, raw, offsets[:-1] - low, sizes)
