"""Avro's object container files: the header, and blocks that are proven whole."""

import bz2
import json
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import zstandard

from ...batch import SourceFile
from ...errors import FileUnreadable
from ...objects import Objects
from ...packing import looks_like
from ...stored import stored_pieces

_MAGIC = b"Obj\x01"
SYNC_BYTES = 16
# A header with a schema larger than this is not read.
HEAD_BYTES = 4 * 1024 * 1024
# One block, unpacked.
_BLOCK_BYTES = 1024 * 1024 * 1024
# Records without a byte in a block: more are no data.
_EMPTY_RECORDS = 10_000_000


@dataclass(frozen=True)
class Header:
    """What the file says of itself; the first block begins at `length`."""

    schema: Any
    codec: str
    sync: bytes
    length: int


@dataclass(frozen=True)
class Block:
    """The records of one block, unpacked but not decoded. `number` counts blocks from 1 in the part that is read."""

    number: int
    count: int
    data: bytes


class _Short(Exception):
    pass


def read_header(objects: Objects, file: SourceFile) -> Header:
    """Raises FileUnreadable for what is not an Avro file."""
    size = min(HEAD_BYTES, file.content_length)
    head = objects.read(file.bucket, file.key, file.version_id, file.etag, 0, size) if size else b""
    if head[:4] != _MAGIC:
        packed = looks_like(head)
        seen = "is empty" if not head else f"looks like {packed}" if packed != "none" else "does not begin as an Avro file does"
        raise FileUnreadable(f"'{file.key}' {seen}; deliver Avro container files, or correct the contract's format", file.key)
    try:
        meta, at = _metadata(head, 4)
        if at + SYNC_BYTES > len(head):
            raise _Short
        schema = json.loads(meta.get("avro.schema", b""))
        codec = meta.get("avro.codec", b"null").decode()
    except _Short as error:
        message = f"'{file.key}' ends in its header; it was cut off" if size < HEAD_BYTES else f"'{file.key}' has a header of more than {HEAD_BYTES} bytes"
        raise FileUnreadable(message, file.key) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"'{file.key}' has a header that cannot be read: {error}", file.key) from error
    if codec not in _CODECS:
        raise FileUnreadable(f"'{file.key}' is packed as {codec}, which is not unpacked; write it with {', '.join(_CODECS)}", file.key)
    return Header(schema, codec, head[at : at + SYNC_BYTES], at + SYNC_BYTES)


def _long(data: bytes | memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise _Short
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")


def _metadata(head: bytes, at: int) -> tuple[dict[str, bytes], int]:
    found: dict[str, bytes] = {}
    while True:
        count, at = _long(head, at)
        if count == 0:
            return found, at
        if count < 0:
            count, (_, at) = -count, _long(head, at)
        for _ in range(count):
            parts = []
            for _ in range(2):
                size, at = _long(head, at)
                if size < 0 or at + size > len(head):
                    raise _Short
                parts.append(head[at : at + size])
                at += size
            found[parts[0].decode()] = parts[1]


class _Stream:
    """Bytes that come in pieces."""

    def __init__(self, pieces: Iterator[bytes], skip: int):
        self.pieces, self.held, self.at, self.skip = pieces, b"", 0, skip
        self.place = skip

    def has(self, size: int) -> bool:
        """Whether so many bytes are left; fetches them."""
        while len(self.held) - self.at < size:
            piece = next(self.pieces, None)
            if piece is None:
                return False
            if self.skip:
                drop = min(self.skip, len(piece))
                self.skip -= drop
                piece = piece[drop:]
            self.held, self.at = self.held[self.at :] + piece, 0
        return True

    def take(self, size: int) -> bytes:
        if not self.has(size):
            raise _Short
        self.at += size
        self.place += size
        return self.held[self.at - size : self.at]

    def long(self) -> int:
        self.has(10)
        value, at = _long(self.held, self.at)
        self.place += at - self.at
        self.at = at
        return value


def read_blocks(objects: Objects, file: SourceFile, header: Header, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """The blocks in the bytes [start, end); start 0 is the file's beginning. Raises FileUnreadable where one is not whole."""
    pieces = stored_pieces(objects, file, start, end)
    stream = _Stream(pieces, header.length if not start else 0)
    stream.place += start
    number = 0
    while stream.has(1):
        number += 1
        place = stream.place
        try:
            count, size = stream.long(), stream.long()
            if count < 0 or size < 0 or size > _BLOCK_BYTES or count > (size * 4_000 if size else _EMPTY_RECORDS):
                raise ValueError(f"it says {count} records in {size} bytes")
            data = stream.take(size)
            if stream.take(SYNC_BYTES) != header.sync:
                raise ValueError("the marker at its end is not the file's own")
            yield Block(number, count, _CODECS[header.codec](data))
        except _Short as error:
            raise FileUnreadable(f"'{file.key}' ends in the middle of the block at byte {place}; it was cut off, deliver it again", file.key) from error
        except (ValueError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, pa.ArrowException, EOFError) as error:
            raise FileUnreadable(f"'{file.key}': the block at byte {place} is damaged: {error}", file.key) from error


def _whole(decompressor: Any, data: bytes) -> bytes:
    out = decompressor.decompress(data, _BLOCK_BYTES)
    if not decompressor.eof:
        raise ValueError("it does not unpack to its end")
    return out


def _snappy(data: bytes) -> bytes:
    """Raw snappy, then the big-endian CRC-32 of what it unpacks to."""
    packed, crc = data[:-4], int.from_bytes(data[-4:], "big")
    size = shift = 0
    for byte in packed[:5]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if size > _BLOCK_BYTES:
        raise ValueError(f"it says that it unpacks to {size} bytes")
    out = pa.decompress(packed, decompressed_size=size, codec="snappy", asbytes=True)
    if zlib.crc32(out) != crc:
        raise ValueError("its CRC-32 is another one than that of its data")
    return out


_CODECS = {
    "null": lambda data: data,
    "deflate": lambda data: _whole(zlib.decompressobj(wbits=-15), data),
    "snappy": _snappy,
    "zstandard": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "bzip2": lambda data: _whole(bz2.BZ2Decompressor(), data),
    "xz": lambda data: _whole(lzma.LZMADecompressor(), data),
}


def next_block(objects: Objects, file: SourceFile, sync: bytes, place: int) -> int:
    """The first byte behind a sync marker that ends behind `place`; the file's length where there is none."""
    piece_bytes, held, position = 1024 * 1024, b"", place
    while position < file.content_length:
        piece = objects.read(file.bucket, file.key, file.version_id, file.etag, position, min(position + piece_bytes, file.content_length))
        found = (held + piece).find(sync)
        if found >= 0:
            return position - len(held) + found + SYNC_BYTES
        if not piece:
            break
        position += len(piece)
        held = (held + piece)[-(SYNC_BYTES - 1) :]
    return file.content_length
