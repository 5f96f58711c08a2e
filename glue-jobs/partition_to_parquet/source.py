"""Reads a file of the batch: unpacked, and text in UTF-8, in blocks."""

from collections.abc import Iterator

from .archives import ArchiveFound, member_pieces
from .batch import SourceFile
from .contract import Format
from .encodings import PROBE_BYTES, opened, to_utf8
from .errors import FileUnreadable
from .notes import Notes
from .objects import Objects
from .packing import packing_of, unpacked
from .stored import stored_pieces

# The largest JSON document or XML file, unpacked. One task holds it in memory.
DOCUMENT_LIMIT_BYTES = 256 * 1024 * 1024


def unpacked_pieces(
    objects: Objects, file: SourceFile, form: Format, notes: Notes, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """The file's own bytes, unpacked as its first bytes say; only a file that is not packed is ever read from within.

    Raises ArchiveFound for a zip archive whose members nobody has listed.
    """
    if file.member is not None:
        notes.tell(file.index, compression="zip")
        return member_pieces(objects, file)
    pieces = stored_pieces(objects, file, start, end)
    if start:
        return pieces
    head = next(pieces, b"")
    kind = packing_of(head, file, form.compression)
    notes.tell(file.index, compression=kind)
    if kind == "zip":
        raise ArchiveFound(f"'{file.key}' is a zip archive", file.key)
    rest = _chained(head, pieces)
    return rest if kind == "none" else unpacked(rest, kind, file)


def _chained(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from pieces


def text_blocks(
    objects: Objects, file: SourceFile, form: Format, notes: Notes, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """The file's text in UTF-8 without byte order mark. What the encoding does not know becomes bytes that UTF-8 does not know."""
    pieces = unpacked_pieces(objects, file, form, notes, start, end)
    if start:
        yield from to_utf8(pieces, form.encoding or "utf-8")
        return
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= PROBE_BYTES:
            break
    encoding, mark = opened(head, file, form.encoding)
    notes.tell(file.index, encoding=encoding, byte_order_mark=mark > 0)
    yield from to_utf8(_chained(head[mark:] if mark else head, pieces), encoding)


def whole_document(objects: Objects, file: SourceFile, form: Format, notes: Notes) -> bytes:
    """The unpacked bytes of a document, as stored. Raises FileUnreadable above DOCUMENT_LIMIT_BYTES or when empty."""
    parts: list[bytes] = []
    size = 0
    for piece in unpacked_pieces(objects, file, form, notes):
        size += len(piece)
        if size > DOCUMENT_LIMIT_BYTES:
            limit = DOCUMENT_LIMIT_BYTES // (1024 * 1024)
            raise FileUnreadable(f"'{file.key}' is a document of more than {limit} MiB; split it into several files", file.key)
        parts.append(piece)
    data = parts[0] if len(parts) == 1 else b"".join(parts)
    if not data.strip():
        raise FileUnreadable(f"'{file.key}' is empty, a document was expected", file.key)
    return data
