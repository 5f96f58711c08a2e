"""HMAC-SHA-256 over whole columns, in hexadecimal."""

import binascii
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ..values.strings import strings_of

try:
    # CPython's own SHA-256. A copy of OpenSSL's state costs more than the hash of a short text: 1.9 against 1.5 µs a value.
    from _sha2 import sha256  # 3.12 and later
except ImportError:  # pragma: no cover
    try:
        from _sha256 import sha256
    except ImportError:
        from hashlib import sha256

_BLOCK_BYTES = 64
_HEX_DIGITS = 64
# So many values tell whether a column repeats itself: then each different one is hashed once.
_SAMPLE_ROWS = 4096


class Hasher:
    """The keyed hash of texts; the key's own two blocks are worked through once."""

    def __init__(self, key: bytes):
        block = (sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
        self.inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self.outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def hashed(self, texts: pa.Array) -> pa.Array:
        """Each text's hash as 64 hexadecimal digits; NULL stays NULL."""
        return decoded_array(self.coded(texts)) if _repeats(texts) else self._each(texts)

    def coded(self, texts: pa.Array) -> pa.DictionaryArray:
        """The same as a dictionary: a repeated hash takes 4 bytes, not 64."""
        if not _repeats(texts):
            return pa.DictionaryArray.from_arrays(np.arange(len(texts), dtype=np.int32), self._each(texts))
        coded = texts.dictionary_encode()
        return pa.DictionaryArray.from_arrays(coded.indices, self._each(coded.dictionary))

    def _each(self, texts: pa.Array) -> pa.Array:
        digests = self._digests(strings_of(texts).array.cast(pa.binary()).to_pylist())
        offsets = pa.py_buffer(np.arange(0, (len(texts) + 1) * _HEX_DIGITS, _HEX_DIGITS, dtype=np.int32))
        digits = pa.py_buffer(binascii.hexlify(b"".join(digests)))
        # Under a NULL stands the hash of nothing, which the bitmap hides.
        valid = texts.is_valid().buffers()[1] if texts.null_count else None
        return pa.StringArray.from_buffers(len(texts), offsets, digits, valid, texts.null_count)

    def _digests(self, texts: Sequence[bytes | None]) -> list[bytes]:
        begin, end = self.inner.copy, self.outer.copy
        digests: list[bytes] = []
        keep = digests.append
        for text in texts:
            state = begin()
            state.update(text or b"")
            last = end()
            last.update(state.digest())
            keep(last.digest())
        return digests


def decoded_array(coded: pa.DictionaryArray) -> pa.Array:
    """The texts themselves."""
    return coded.dictionary.take(coded.indices)


def decoded(table: pa.Table, every: bool = True) -> pa.Table:
    """The table with texts in place of dictionaries; unless `every`, only where they repeat too little to be worth one."""
    for at, field in enumerate(table.schema):
        if not pa.types.is_dictionary(field.type):
            continue
        column = table.column(at)
        if every or 2 * sum(len(chunk.dictionary) for chunk in column.chunks) > table.num_rows:
            texts = pa.chunked_array([decoded_array(chunk) for chunk in column.chunks], pa.string())
            table = table.set_column(at, field.name, texts)
    return table


def _repeats(texts: pa.Array) -> bool:
    """Whether most of the first values occur more than once."""
    sample = texts.slice(0, _SAMPLE_ROWS)
    return len(sample.unique()) * 2 < len(sample)
