"""What pyarrow does not tell of an ORC file: its stripes (orc_proto.proto), from the postscript and footer at its end."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import zstandard

_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Stripe:
    """One stripe: its place in the file, its size as stored, and how many rows stand before it."""

    number: int
    rows: int
    bytes: int
    rows_before: int
    offset: int


def footer_length(tail: bytes) -> int:
    """How many bytes footer and postscript take at the file's end. Raises ValueError."""
    size = tail[-1]
    fields = dict(_fields(tail[-1 - size : -1]))
    return int(fields.get(1, 0)) + size + 1


def read_stripes(tail: bytes) -> list[Stripe]:
    """The stripes, from as much of the file's end as footer_length says. Raises ValueError where that cannot be read."""
    size = tail[-1]
    postscript = dict(_fields(tail[-1 - size : -1]))
    footer = tail[len(tail) - 1 - size - int(postscript.get(1, 0)) : -1 - size]
    stripes: list[Stripe] = []
    before = 0
    for field, value in _fields(_unpacked(footer, int(postscript.get(2, 0)))):
        if field == 3:
            inner = {number: int(each) for number, each in _fields(bytes(value)) if isinstance(each, int)}
            length = inner.get(2, 0) + inner.get(3, 0) + inner.get(4, 0)
            stripes.append(Stripe(len(stripes), inner.get(5, 0), length, before, inner.get(1, 0)))
            before += inner.get(5, 0)
    return stripes


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        size, at = _varint(data, at) if kind == 2 else ({1: 8, 5: 4}.get(kind, -1), at)
        if size < 0 or at + size > len(data):
            raise ValueError("the footer cannot be read")
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("the footer cannot be read")


def _unpacked(data: bytes, compression: int) -> bytes:
    """A stream of chunks, each with its length in three bytes, the lowest bit for one that is not packed."""
    if compression == 0:
        return data
    out, at = b"", 0
    while at + 3 <= len(data):
        head = int.from_bytes(data[at : at + 3], "little")
        piece = data[at + 3 : at + 3 + (head >> 1)]
        out += piece if head & 1 else _chunk(piece, compression)
        at += 3 + (head >> 1)
        if len(out) > _LARGEST:
            raise ValueError("the footer is too large")
    return out


def _lz4(piece: bytes) -> bytes:
    """A block of LZ4 (lz4_Block_format.md). pyarrow wants to be told its size, and leaves what it does not fill as it was."""
    out, at = bytearray(), 0
    try:
        while at < len(piece):
            token = piece[at]
            size, at = _lz4_length(piece, at + 1, token >> 4)
            out += piece[at : at + size]
            at += size
            if at >= len(piece):
                break
            back = int.from_bytes(piece[at : at + 2], "little")
            size, at = _lz4_length(piece, at + 2, token & 15)
            if not 0 < back <= len(out):
                raise ValueError("the footer cannot be unpacked: it refers to what is not there")
            size += 4
            start = len(out) - back
            out += (out[start : start + size] * (size // back + 1))[:size]
            if len(out) > _LARGEST:
                raise ValueError("the footer is too large")
    except IndexError as error:
        raise ValueError("the footer cannot be unpacked: it was cut off") from error
    return bytes(out)


def _lz4_length(piece: bytes, at: int, size: int) -> tuple[int, int]:
    """A length that goes on in further bytes while they are 255, and where it ends."""
    more = 255 if size == 15 else 0
    while more == 255:
        more = piece[at]
        size, at = size + more, at + 1
    return size, at


def _chunk(piece: bytes, compression: int) -> bytes:
    try:
        if compression == 1:
            return zlib.decompressobj(wbits=-15).decompress(piece, _LARGEST)
        if compression == 5:
            return zstandard.ZstdDecompressor().decompressobj().decompress(piece)
        if compression == 2:
            size, _ = _varint(piece, 0)
            return pa.decompress(piece, decompressed_size=min(size, _LARGEST), codec="snappy", asbytes=True)
        if compression == 4:
            return _lz4(piece)
    except (zlib.error, zstandard.ZstdError, OSError, pa.ArrowException) as error:
        raise ValueError(f"the footer cannot be unpacked: {error}") from error
    raise ValueError("the footer is packed in a way that is not known")
