"""Whether a footer is that of its pages: pyarrow reads as many values of a page as the footer says, however many it has.

Only the headers of pages are looked at (parquet.thrift, PageHeader, in Thrift's compact protocol).
"""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_HEADER_BYTES = 64 * 1024
_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3


def values_of_pages(source: pa.NativeFile, chunk: pq.ColumnChunkMetaData) -> int:
    """How many values the pages of a column chunk have, up to the first with which it has as many as the footer says.

    Raises ValueError for what is not a page.
    """
    at = min(place for place in (chunk.dictionary_page_offset, chunk.data_page_offset) if place)
    values = 0
    while values < chunk.num_values:
        header, size = _header(source, at)
        values += _count(header)
        at += size + header[3]
    return values


def is_page(source: pa.NativeFile, at: int) -> bool:
    """Whether a data page begins at a place where none should. Indexes and filters, which may, begin with other fields."""
    try:
        header, _ = _header(source, at)
        return header[1] in (_DATA, _DATA_2) and _count(header) > 0
    except ValueError:
        return False


def _header(source: pa.NativeFile, at: int) -> tuple[dict[int, Any], int]:
    source.seek(at)
    data = source.read(256)
    try:
        header, size = _struct(data, 0)
    except IndexError:
        # Statistics of texts may be long.
        try:
            header, size = _struct(data + source.read(_HEADER_BYTES), 0)
        except IndexError:
            raise ValueError(f"there is no page at byte {at}") from None
    if not all(isinstance(header.get(field), int) for field in (1, 2, 3)) or header[3] < 0:
        raise ValueError(f"there is no page at byte {at}")
    return header, size


def _count(header: dict[int, Any]) -> int:
    inner = header.get({_DATA: 5, _DATA_2: 8}.get(header[1], 0))
    if header[1] in (_DATA, _DATA_2) and not isinstance(inner, dict):
        raise ValueError("a page does not say what it has")
    return int(inner.get(1, 0)) if isinstance(inner, dict) else 0


def _struct(data: bytes, at: int) -> tuple[dict[int, Any], int]:
    found: dict[int, Any] = {}
    field = 0
    while data[at]:
        kind, step = data[at] & 15, data[at] >> 4
        at += 1
        if step:
            field += step
        else:
            field, at = _zigzag(data, at)
        found[field], at = _value(data, at, kind)
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in (1, 2):
        return kind == 1, at
    if kind == 3:
        return data[at], at + 1
    if kind in (4, 5, 6):
        return _zigzag(data, at)
    if kind == 8:
        size, at = _varint(data, at)
        if at + size > len(data):
            raise IndexError
        return None, at + size
    if kind == 12:
        return _struct(data, at)
    raise ValueError("a page's header has a field of another type")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 or shift > 63:
            return value, at


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at
