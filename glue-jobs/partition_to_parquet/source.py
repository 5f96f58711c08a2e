"""Reads a file of the batch: in its noted version, unpacked, in UTF-8, in blocks; and proves that it is what was noted."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator

from .batch import SourceFile
from .contract import Format
from .errors import FileMismatch, FileUnreadable
from .objects import Objects

PIECE_BYTES = 16 * 1024 * 1024
# Text is parsed in blocks that the processor's cache holds: a fifth less time than in whole pieces.
BLOCK_BYTES = 4 * 1024 * 1024
# The largest JSON document or XML file, unpacked. One task holds it in memory.
DOCUMENT_LIMIT_BYTES = 256 * 1024 * 1024

CODECS = {"utf-8": "utf-8", "iso-8859-1": "latin-1", "windows-1252": "cp1252"}
_OTHER_BOMS = {
    codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16",
}  # fmt: skip


def is_packed(file: SourceFile, form: Format) -> bool:
    """Whether the file is gzip, by the contract or by its name."""
    return form.compression == "gzip" or (form.compression == "by_name" and file.key.lower().endswith(".gz"))


def stored_pieces(objects: Objects, file: SourceFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The stored bytes [start, end). A whole read also proves length and sha256; raises FileMismatch where they differ."""
    whole = start == 0 and end is None
    digest = hashlib.sha256() if whole and file.sha256 else None
    stop = file.content_length if end is None else min(end, file.content_length)
    position, total = start, 0
    while True:
        last = position + PIECE_BYTES >= stop
        if whole and position == 0 and last:
            piece = objects.read(file.bucket, file.key, file.version_id, file.etag)
        elif position >= stop:
            break
        else:
            until = None if last and end is None else min(position + PIECE_BYTES, stop)
            piece = objects.read(file.bucket, file.key, file.version_id, file.etag, position, until)
        total += len(piece)
        position += PIECE_BYTES
        if digest:
            digest.update(piece)
        if piece:
            yield piece
        if last:
            break
    if total != stop - start:
        raise FileMismatch(f"'{file.key}' has {start + total} bytes, the manifest says {file.content_length}", file.key)
    if digest and digest.hexdigest() != (file.sha256 or "").lower():
        raise FileMismatch(f"'{file.key}' has the sha256 {digest.hexdigest()}, the manifest says {file.sha256}", file.key)


def prove_sha256(objects: Objects, file: SourceFile) -> None:
    """Reads a file whole only to check its length and sha256; for files that tasks read in ranges."""
    for _ in stored_pieces(objects, file):
        pass


def unpacked_pieces(objects: Objects, file: SourceFile, form: Format, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The file's own bytes, unpacked where it is gzip (which can only be read whole)."""
    pieces = stored_pieces(objects, file, start, end)
    return _gunzip(pieces, file) if is_packed(file, form) else pieces


def _gunzip(pieces: Iterator[bytes], file: SourceFile) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    started, members = False, 0
    try:
        for piece in pieces:
            data = piece
            while data:
                if member.eof:
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                    member, started = zlib.decompressobj(wbits=31), False
                out = member.decompress(data, PIECE_BYTES)
                started = True
                if out:
                    yield out
                data = member.unconsumed_tail or member.unused_data
                members += member.eof
            # zlib may hold output back when max_length was reached exactly at the end of the input.
            while not member.eof and (out := member.decompress(b"", PIECE_BYTES)):
                yield out
    except zlib.error as error:
        raise FileUnreadable(f"'{file.key}' cannot be unpacked as gzip: {error}", file.key) from error
    if not member.eof or (started and not members):
        raise FileUnreadable(f"'{file.key}' ends in the middle of its gzip data; it was cut off", file.key)


def text_blocks(objects: Objects, file: SourceFile, form: Format, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The file's text in UTF-8 without BOM. Bytes that the encoding does not know become bytes that UTF-8 does not know."""
    encoding = form.encoding or "utf-8"
    pieces = unpacked_pieces(objects, file, form, start, end)
    first = start == 0
    for piece in pieces:
        if first:
            while len(piece) < 4 and (more := next(pieces, b"")):
                piece += more
            piece, first = without_bom(piece, file, encoding), False
        for place in range(0, len(piece), BLOCK_BYTES):
            yield to_utf8(piece if len(piece) <= BLOCK_BYTES else piece[place : place + BLOCK_BYTES], encoding)


def to_utf8(data: bytes, encoding: str) -> bytes:
    """Transcodes; an undefined byte of windows-1252 becomes an invalid sequence, so that its record alone is rejected."""
    if encoding == "utf-8" or data.isascii():
        return data
    return data.decode(CODECS[encoding], "surrogateescape").encode("utf-8", "surrogatepass")


def without_bom(data: bytes, file: SourceFile, encoding: str) -> bytes:
    """Drops a UTF-8 BOM. Raises FileUnreadable for any other one, or where the contract declares another encoding."""
    if data.startswith(codecs.BOM_UTF8):
        if encoding != "utf-8":
            raise FileUnreadable(f"'{file.key}' begins with a UTF-8 byte order mark, the contract says {encoding}", file.key)
        return data[len(codecs.BOM_UTF8) :]
    for bom, name in _OTHER_BOMS.items():
        if data.startswith(bom):
            raise FileUnreadable(f"'{file.key}' begins with a byte order mark of {name}; deliver it as UTF-8", file.key)
    return data


def whole_document(objects: Objects, file: SourceFile, form: Format) -> bytes:
    """The unpacked bytes of a document, as stored. Raises FileUnreadable above DOCUMENT_LIMIT_BYTES or when empty."""
    parts: list[bytes] = []
    size = 0
    for piece in unpacked_pieces(objects, file, form):
        size += len(piece)
        if size > DOCUMENT_LIMIT_BYTES:
            limit = DOCUMENT_LIMIT_BYTES // (1024 * 1024)
            raise FileUnreadable(f"'{file.key}' is a document of more than {limit} MiB; split it into several files", file.key)
        parts.append(piece)
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    if not data.strip():
        raise FileUnreadable(f"'{file.key}' is empty, a document was expected", file.key)
    return data
