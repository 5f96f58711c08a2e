"""JSON values one behind the other, with or without white space between them."""

import re
from collections.abc import Iterator

import msgspec

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract
from ...errors import FileUnreadable
from ...source import DOCUMENT_LIMIT_BYTES
from ..selection import Selection
from .batches import BATCH_RECORDS
from .faults import without_halves
from .lines import read_values
from .values import DECODE_ERRORS

_ANY = msgspec.json.Decoder(msgspec.Raw)
# msgspec says at which byte the text goes on behind the first value, or at which it is no JSON.
_BEHIND = re.compile(r"trailing characters \(byte (\d+)\)")
_BYTE = re.compile(r"\(byte (\d+)\)")
_TRUNCATED = "truncated"
_SPACE = b" \t\r\n"
_INK = re.compile(rb"[^ \t\r\n]")
_NEXT = re.compile(rb"\n\{")
_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.S)


def read_json_concatenated(
    blocks: Iterator[bytes], selection: Selection, contract: Contract, file: SourceFile
) -> Iterator[Chunk]:
    """Chunks of records. Raises FileUnreadable where a malformed value leaves open where the next one begins."""
    yield from read_values(_groups(_Splitter(blocks, file).values()), selection, contract, file)


def _groups(values: Iterator[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    for value in values:
        group.append(value)
        if len(group) == BATCH_RECORDS:
            yield group
            group = []
    if group:
        yield group


class _Splitter:
    """Finds where each value ends. One that is no JSON ends before the next `{` in the first column."""

    def __init__(self, blocks: Iterator[bytes], file: SourceFile):
        self.blocks, self.file = blocks, file
        self.text = self.scanned = b""
        # Bytes of the file before `text`, and the place of the next value in `text`.
        self.before = self.at = 0
        self.is_whole = False

    def values(self) -> Iterator[bytes]:
        """The text of each value, also of those that are no JSON."""
        while self._is_at_value():
            end = self._end()
            while end is None:
                self._take_block()
                end = self._end()
            yield self.text[self.at : end].rstrip(_SPACE)
            self.at = end

    def _is_at_value(self) -> bool:
        while (ink := _INK.search(self.text, self.at)) is None:
            if self.is_whole:
                return False
            self.at = len(self.text)
            self._take_block()
        self.at = ink.start()
        return True

    def _take_block(self) -> None:
        block = next(self.blocks, None)
        self.is_whole = block is None
        self.before += self.at
        self.text = self.text[self.at :] + (block or b"")
        self.at = 0
        if len(self.text) > DOCUMENT_LIMIT_BYTES:
            raise self._unreadable(0, "a value of more than 256 MiB begins")
        self.scanned = without_halves(self.text) if b"\\u" in self.text else self.text

    def _end(self) -> int | None:
        """Where the value ends; None where only more text can tell."""
        try:
            _ANY.decode(memoryview(self.scanned)[self.at :])
        except DECODE_ERRORS as error:
            if behind := _BEHIND.search(str(error)):
                return self.at + int(behind[1]) - 1
            if not self.is_whole and _TRUNCATED in str(error):
                return None
            return self._end_of_malformed(str(error))
        return len(self.text) if self.is_whole else None

    def _end_of_malformed(self, fault: str) -> int | None:
        if following := _NEXT.search(self.text, self.at):
            return following.start() + 1
        if not self.is_whole:
            return None
        if self._closes_at_end():
            return len(self.text)
        byte = _BYTE.search(fault)
        raise self._unreadable(int(byte[1]) if byte else 0, f"the text is not JSON ({_BYTE.sub('', fault).strip()})")

    def _closes_at_end(self) -> bool:
        """Whether the brackets of the value close, and nothing follows: then no other value can hide in it."""
        depth = 0
        for bracket in _BRACKET.finditer(self.text, self.at):
            depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(bracket[0], 0)
            if depth <= 0:
                return bracket[0] in b"}]" and not self.text[bracket.end() :].strip(_SPACE)
        return False

    def _unreadable(self, byte: int, what: str) -> FileUnreadable:
        place = self.before + self.at + byte + 1
        remedy = "the next value can only be found where its '{' begins a line"
        return FileUnreadable(f"'{self.file.key}': at byte {place} {what}; {remedy}", self.file.key)
