"""The stored bytes of a file of the batch, in its noted version; and the proof that they are what was noted."""

import hashlib
from collections.abc import Iterator

from .batch import SourceFile
from .errors import FileMismatch
from .objects import Objects

PIECE_BYTES = 16 * 1024 * 1024


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
