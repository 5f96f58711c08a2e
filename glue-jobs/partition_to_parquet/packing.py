"""Packed files: what the first bytes say, and unpacking in pieces of bounded size."""

import bz2
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import zstandard

from .batch import SourceFile
from .errors import FileUnreadable

# What one step of unpacking gives at most, roughly.
OUTPUT_BYTES = 4 * 1024 * 1024
# So much is given to a decompressor at once: what it does not take yet, it hands back as a copy.
_INPUT_BYTES = 1024 * 1024
# Above both of these a file counts as made to harm.
BOMB_BYTES = 1_000_000_000
BOMB_RATIO = 1_000
# zstd cannot be asked for a piece of its output; one block of 4 bytes may unpack to 128 KiB.
_ZSTD_INPUT_BYTES = 4 * 1024
PROBE_BYTES = 16

_SIGNATURES = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
    "bzip2": re.compile(rb"BZh[1-9](?:\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90)"),
    "zip": re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
}
_FOREIGN = {
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "7z": re.compile(rb"7z\xbc\xaf\x27\x1c"),
    "rar": re.compile(rb"Rar!\x1a\x07"),
    "lz4": re.compile(rb"\x04\x22\x4d\x18"),
    "compress (.Z)": re.compile(rb"\x1f[\x9d\xa0]"),
    "snappy": re.compile(rb"\xff\x06\x00\x00sNaPpY"),
    "Parquet": re.compile(rb"PAR1\x15"),
    "Avro": re.compile(rb"Obj\x01"),
    "an old Excel workbook (.xls)": re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "PDF": re.compile(rb"%PDF-"),
}
_SUFFIXES = {".gz": "gzip", ".gzip": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bzip2", ".zip": "zip"}
KINDS = tuple(_SIGNATURES)


def named_packing(key: str, compression: str) -> str:
    """How the contract or, where it leaves that to the file, the file's name says that it is packed: a guess for planning."""
    if compression not in ("auto", "by_name"):
        return compression
    return next((kind for suffix, kind in _SUFFIXES.items() if key.lower().endswith(suffix)), "none")


def looks_like(head: bytes) -> str:
    """How a file that begins with `head` is packed: one of KINDS, a kind that is not taken, or `none`."""
    for name, signature in (_SIGNATURES | _FOREIGN).items():
        if signature.match(head):
            return name
    return "none"


def packing_of(head: bytes, file: SourceFile, compression: str) -> str:
    """How the file is packed. Raises FileUnreadable where its first bytes are not what the contract says."""
    found = looks_like(head)
    if compression in ("auto", "by_name"):
        if found == "none" and not head and (named := named_packing(file.key, compression)) != "none":
            raise FileUnreadable(f"'{file.key}' is empty, {named} was expected by its name; it was cut off", file.key)
        if found in (*KINDS, "none"):
            return found
        known = ", ".join(KINDS)
        raise FileUnreadable(f"'{file.key}' looks like {found}, which is not unpacked; deliver it as {known} or as it is", file.key)
    if found == compression:
        return found
    looks = "is empty" if not head else "is not packed" if found == "none" else f"looks like {found}"
    said = "unpacked" if compression == "none" else compression
    raise FileUnreadable(f"'{file.key}' {looks}, the contract says {said}; correct 'compression', or leave it out", file.key)


class _Damaged(Exception):
    """Data that bzip2 cannot read."""


class Gauge:
    """Counts what goes in and comes out of one packed file. Raises FileUnreadable where that is out of all proportion."""

    def __init__(self, file: SourceFile):
        self.file, self.consumed, self.unpacked = file, 0, 0

    def count(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > BOMB_BYTES and self.unpacked > BOMB_RATIO * self.consumed:
            message = f"'{self.file.key}' unpacks to more than {BOMB_RATIO} times its size; reading was stopped"
            raise FileUnreadable(message, self.file.key)


def unpacked(pieces: Iterator[bytes], kind: str, file: SourceFile) -> Iterator[bytes]:
    """The file's own bytes. Raises FileUnreadable for damaged, cut and nested archives, and for bombs."""
    unpack, errors = _UNPACKERS[kind]
    try:
        yield from not_nested(unpack(pieces, Gauge(file)), file)
    except errors as error:
        raise FileUnreadable(f"'{file.key}' cannot be unpacked as {kind}: {error}", file.key) from error


def not_nested(pieces: Iterator[bytes], file: SourceFile) -> Iterator[bytes]:
    """The pieces of an unpacked file, which must not be an archive in its turn."""
    head, held = b"", []
    for piece in pieces:
        head += piece[:PROBE_BYTES]
        held.append(piece)
        if len(head) < PROBE_BYTES:
            continue
        break
    if (found := looks_like(head)) != "none":
        raise FileUnreadable(f"'{file.key}' holds {found} inside; archives within archives are not unpacked", file.key)
    yield from held
    yield from pieces


def _slices(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    return (piece[place : place + size] for piece in pieces for place in range(0, len(piece), size))


def _cut_off(file: SourceFile, kind: str) -> FileUnreadable:
    return FileUnreadable(f"'{file.key}' ends in the middle of its {kind} data; it was cut off", file.key)


def _gunzip(pieces: Iterator[bytes], gauge: Gauge) -> Iterator[bytes]:
    """Any number of members, with zeros behind each of them (RFC 1952, 2.2; tape blocks are padded so)."""
    member = zlib.decompressobj(wbits=31)
    for data in _slices(pieces, _INPUT_BYTES):
        while data:
            if member.eof:
                size = len(data)
                data = data.lstrip(b"\0")
                gauge.consumed += size - len(data)
                if not data:
                    break
                member = zlib.decompressobj(wbits=31)
            size = len(data)
            out = member.decompress(data, OUTPUT_BYTES)
            data = member.unconsumed_tail or member.unused_data
            gauge.consumed += size - len(data)
            if out:
                gauge.count(len(out))
                yield out
        # zlib may hold output back when max_length was reached exactly at the end of the input.
        while not member.eof and (out := member.decompress(b"", OUTPUT_BYTES)):
            gauge.count(len(out))
            yield out
    if not member.eof:
        raise _cut_off(gauge.file, "gzip")


def _bunzip2(pieces: Iterator[bytes], gauge: Gauge) -> Iterator[bytes]:
    """Any number of streams one behind the other, as pbzip2 writes them."""
    stream = bz2.BZ2Decompressor()
    for data in _slices(pieces, _INPUT_BYTES):
        gauge.consumed += len(data)
        while data or not (stream.eof or stream.needs_input):
            if stream.eof:
                stream = bz2.BZ2Decompressor()
            try:
                out = stream.decompress(data, OUTPUT_BYTES)
            except OSError as error:  # Storage raises OSErrors, too; those are failures.
                raise _Damaged(str(error)) from error
            data = stream.unused_data if stream.eof else b""
            if out:
                gauge.count(len(out))
                yield out
    if not stream.eof:
        raise _cut_off(gauge.file, "bzip2")


def _unzstd(pieces: Iterator[bytes], gauge: Gauge) -> Iterator[bytes]:
    """Any number of frames, skippable ones too."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    frame: Any = None
    for data in _slices(pieces, _ZSTD_INPUT_BYTES):
        gauge.consumed += len(data)
        while data:
            frame = frame or decompressor.decompressobj()
            out = frame.decompress(data)
            data = b""
            if frame.eof:
                data, frame = frame.unused_data, None
            if out:
                gauge.count(len(out))
                yield out
    if frame is not None:
        raise _cut_off(gauge.file, "zstd")


_UNPACKERS: dict[str, tuple[Callable[[Iterator[bytes], Gauge], Iterator[bytes]], Any]] = {
    "gzip": (_gunzip, zlib.error),
    "bzip2": (_bunzip2, _Damaged),
    "zstd": (_unzstd, zstandard.ZstdError),
}
