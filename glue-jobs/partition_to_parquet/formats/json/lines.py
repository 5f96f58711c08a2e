"""JSON lines: one object a line, or one document a line that has records of its own."""

from collections.abc import Iterator

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract
from ...line_numbers import RecordLines
from ..selection import Selection
from .batches import BATCH_RECORDS, BatchReader
from .places import Json, Place
from .values import DECODE_ERRORS
from .walk import NotFound, Walk


def line_blocks(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The lines of a text that comes in blocks, without their ends."""
    rest = b""
    for block in blocks:
        lines = (rest + block if rest else block).split(b"\n")
        rest = lines.pop()
        yield lines
    if rest:
        yield [rest]


def read_json_lines(
    blocks: Iterator[bytes], selection: Selection, contract: Contract, file: SourceFile, first_record: int, lines: RecordLines
) -> Iterator[Chunk]:
    """Chunks of records. Lines of white space alone are no records and are not numbered."""
    if contract.format.records:
        # A line holds many records: none of them is told its line.
        yield from read_values(_noted(line_blocks(blocks), RecordLines(), 1), selection, contract, file, first_record)
        return
    for chunk in read_values(_noted(line_blocks(blocks), lines, first_record), selection, contract, file, first_record):
        chunk.line = lines
        yield chunk


def _noted(groups: Iterator[list[bytes]], lines: RecordLines, number: int) -> Iterator[list[bytes]]:
    """The lines of each group that are records; which lines they are is noted."""
    for group in groups:
        # A blank below the visible characters tells which lines may be white space alone.
        held = [line for line in group if line and (line[0] > 32 or not line.isspace())]
        is_whole = len(held) == len(group)
        lines.add(number, len(group), None if is_whole else [at for at, line in enumerate(group) if line and not line.isspace()])
        number += len(held)
        yield [line.rstrip(b"\r") if line[-1] == 13 else line for line in held]


def read_values(
    groups: Iterator[list[bytes]], selection: Selection, contract: Contract, file: SourceFile, first_record: int = 1
) -> Iterator[Chunk]:
    """Chunks of JSON values: each a record, or with `records` a document that holds records."""
    reader = BatchReader(contract, selection, file)
    number = first_record
    if contract.format.records:
        yield from _Documents(reader, Walk(contract.format.records), number).read(groups)
    else:
        for group in groups:
            for at in range(0, len(group), BATCH_RECORDS):
                yield from reader.take(number + at, group[at : at + BATCH_RECORDS])
            number += len(group)
    yield from reader.finish()


class _Documents:
    """Collects the records of many documents into batches."""

    def __init__(self, reader: BatchReader, walk: Walk, number: int):
        self.reader, self.walk, self.number = reader, walk, number
        self.values: list[Json] = []
        self.places: list[Place] = []

    def read(self, groups: Iterator[list[bytes]]) -> Iterator[Chunk]:
        """Chunks; a document that cannot be read is rejected as if it were a record."""
        for text in (text for group in groups for text in group):
            try:
                if not text.isascii():
                    text.decode()
                found = list(self.walk.records_of(text))
            except NotFound as error:
                yield from self._flush()
                self._reject(text, f"the records at '{self.walk.records}' cannot be found: it {error}")
                continue
            except (UnicodeDecodeError, *DECODE_ERRORS):
                yield from self._flush()
                self._reject(text, None)
                continue
            for place, records in found:
                self.values.extend(records)
                self.places.extend([place] * len(records))
            if len(self.values) >= BATCH_RECORDS:
                yield from self._flush()
        yield from self._flush()

    def _flush(self) -> Iterator[Chunk]:
        if self.values:
            yield from self.reader.take(self.number, self.values, self.places)
            self.number += len(self.values)
            self.values, self.places = [], []

    def _reject(self, text: bytes, message: str | None) -> None:
        self.reader.strict.reject(self.number, text, message)
        self.number += 1
