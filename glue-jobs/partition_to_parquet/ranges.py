"""An object as a file that can be read anywhere, by ranges."""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from .batch import SourceFile
from .errors import FileMismatch
from .objects import Objects
from .stored import prove_sha256, stored_pieces

# A file of this size is read whole, at once, and is proven by that.
WHOLE_BYTES = 32 * 1024 * 1024
# The same where only its ends are wanted.
GLANCE_BYTES = 1024 * 1024
# Ranges with at most this between them are read as one.
_GAP_BYTES = 1024 * 1024
_PIECE_BYTES = 16 * 1024 * 1024
# Ranges that are loaded beforehand, at most; beyond it they are read as they are asked for.
LOADED_BYTES = 192 * 1024 * 1024


class Ranges(io.RawIOBase):
    """Storage's own errors pass as they are; `failure` keeps the last one, for those who are told by a library of theirs."""

    def __init__(self, objects: Objects, file: SourceFile):
        self.objects, self.file, self.position = objects, file, 0
        self.failure: BaseException | None = None
        self.loaded: list[tuple[int, bytes]] = []

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.file.content_length}[whence]
        self.position = max(0, base + offset)
        return self.position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self.read_range(self.position, min(self.position + len(buffer), self.file.content_length))
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def read_range(self, start: int, end: int) -> bytes | memoryview:
        """The bytes [start, end), from what is loaded where that has them."""
        if start >= end:
            return b""
        for begin, data in self.loaded:
            if begin <= start and end <= begin + len(data):
                return memoryview(data)[start - begin : end - begin]
        return self._fetch(start, end)

    def _fetch(self, start: int, end: int) -> bytes:
        file = self.file
        try:
            piece = self.objects.read(file.bucket, file.key, file.version_id, file.etag, start, end)
            if len(piece) != end - start:
                raise FileMismatch(f"'{file.key}' has {start + len(piece)} bytes, the manifest says {file.content_length}", file.key)
        except BaseException as error:
            self.failure = error
            raise
        return piece

    def load(self, wanted: Sequence[tuple[int, int]]) -> None:
        """Loads ranges that will be read soon, in place of those loaded before. Too much of it is left to be read piece by piece."""
        self.loaded = []
        spans = _joined([(max(0, start), min(end, self.file.content_length)) for start, end in wanted])
        if sum(end - start for start, end in spans) > LOADED_BYTES:
            return
        pieces = [(at, min(at + _PIECE_BYTES, end)) for start, end in spans for at in range(start, end, _PIECE_BYTES)]
        with ThreadPoolExecutor(4) as pool:
            read = dict(zip((start for start, _ in pieces), pool.map(lambda piece: self._fetch(*piece), pieces), strict=True))
        self.loaded = [(start, b"".join(read[at] for at in range(start, end, _PIECE_BYTES))) for start, end in spans]


def _joined(wanted: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(span for span in wanted if span[0] < span[1]):
        if spans and start <= spans[-1][1] + _GAP_BYTES:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


class Opened:
    """A file of the batch for a library that reads by place: small ones whole and in memory, others by ranges.

    Proves the sha256 unless `proven` says that this is done elsewhere. `is_glance`: only the file's ends are looked at.
    """

    def __init__(self, objects: Objects, file: SourceFile, proven: bool = False, is_glance: bool = False):
        self.file = file
        self.ranges: Ranges | None = None
        self.body: pa.Buffer | None = None
        if file.content_length <= (GLANCE_BYTES if is_glance else WHOLE_BYTES):
            self.body = pa.py_buffer(b"".join(stored_pieces(objects, file)))
            return
        if file.sha256 and not proven:
            prove_sha256(objects, file)
        self.ranges = Ranges(objects, file)

    def source(self) -> pa.NativeFile:
        """A new view of the file, from its beginning."""
        if self.body is not None:
            return pa.BufferReader(self.body)
        return pa.PythonFile(self.ranges, mode="r")

    def load(self, wanted: Sequence[tuple[int, int]]) -> None:
        """Loads what will be read soon."""
        if self.ranges is not None:
            self.ranges.load(wanted)

    def storage_failure(self) -> BaseException | None:
        """What went wrong in storage, where a library tells it in words of its own."""
        return self.ranges.failure if self.ranges is not None else None
