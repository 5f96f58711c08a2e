"""Fixed width: lines in, chunks of records out; fields are ranges of characters or of bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..batch import SourceFile
from ..columns import Chunk, RawColumn
from ..contract import Contract
from ..encodings import CODECS, shown
from ..errors import Reject, StructureChanged
from ..line_numbers import LineOf, RecordLines
from ..notes import Notes
from ..objects import Objects
from ..source import text_blocks, unpacked_pieces
from ..values.kinds import Faulty
from .json.lines import line_blocks
from .selection import Selection

_MARK = b"\xef\xbb\xbf"
FOOTER_LINES = 20


@dataclass(frozen=True)
class Field:
    """A column's range [start, end) in a line."""

    position: int
    name: str
    start: int
    end: int


def read_fixed(
    objects: Objects, file: SourceFile, selection: Selection, contract: Contract, notes: Notes,
    start: int, end: int | None, first_record: int, places: RecordLines,
) -> Iterator[Chunk]:  # fmt: skip
    """The records of the bytes [start, end), which begin a line. Raises FileUnreadable or StructureChanged."""
    form = contract.format
    if form.unit == "bytes":
        notes.tell(file.index, encoding=form.encoding or "utf-8")
        blocks = _without_mark(unpacked_pieces(objects, file, form, notes, start, end), start)
    else:
        blocks = text_blocks(objects, file, form, notes, start, end)
    reader = _Reader(file, selection, contract)
    reader.skip = 0 if start else form.skip_lines
    number = first_record
    for lines in line_blocks(blocks):
        records, kept = reader.records(lines)
        places.add(number, len(lines), None if len(kept) == len(lines) else kept)
        if records:
            yield reader.chunk(records, number, places)
            number += len(records)
    reader.close(notes)


def _without_mark(pieces: Iterator[bytes], start: int) -> Iterator[bytes]:
    first = next(pieces, b"")
    yield first[len(_MARK) :] if not start and first.startswith(_MARK) else first
    yield from pieces


def parse_range(source: str) -> tuple[int, int]:
    """`"1-10"` → (0, 10), `"7"` → (6, 7)."""
    first, _, last = source.partition("-")
    return int(first) - 1, int(last or first)


class _Reader:
    """Reads one part of a file."""

    def __init__(self, file: SourceFile, selection: Selection, contract: Contract):
        self.file, self.selection, self.form = file, selection, contract.format
        fields = selection.fields.items()
        self.fields = [Field(position, selection.columns[position].name, *parse_range(str(source))) for position, source in fields]
        # All columns count, also where only some are read.
        read = [column for column in contract.plain if column.source and not str(column.source).startswith("$")]
        self.width = max((parse_range(str(column.source))[1] for column in read), default=0)
        # A retired column at the end may be there still, or not.
        self.least = max((parse_range(str(column.source))[1] for column in read if not column.retired), default=0)
        codec = CODECS[self.form.encoding or "utf-8"]
        self.codec = codec if self.form.unit == "bytes" else "utf-8"
        self.footer = self.form.footer.encode(self.codec) if self.form.footer else None
        self.comment = self.form.comment.encode(self.codec) if self.form.comment else None
        self.skip = 0
        self.footer_lines = 0

    def records(self, lines: list[bytes]) -> tuple[list[bytes], list[int]]:
        """The lines that are records, without line ends, and their places among all."""
        kept: list[bytes] = []
        places: list[int] = []
        for place, line in enumerate(lines):
            line = line[:-1] if line.endswith(b"\r") else line
            if self.skip:
                self.skip -= 1
            elif self.footer_lines or (self.footer and line.startswith(self.footer)):
                self._below(line)
            elif not line.isspace() and line and not (self.comment and line.startswith(self.comment)):
                kept.append(line)
                places.append(place)
        return kept, places

    def _below(self, line: bytes) -> None:
        self.footer_lines += 1
        if self.footer_lines > FOOTER_LINES and line.strip():
            message = f"more than {FOOTER_LINES} lines follow the footer '{self.form.footer}'; it may be a text of the data"
            raise StructureChanged(f"'{self.file.key}': {message}", self.file.key)

    def close(self, notes: Notes) -> None:
        if self.skip:
            message = f"the file ends within the {self.form.skip_lines} lines of skip_lines"
            raise StructureChanged(f"'{self.file.key}': {message}", self.file.key)
        if self.footer_lines:
            notes.tell(self.file.index, footer_lines=self.footer_lines)

    def chunk(self, lines: list[bytes], number: int, line_of: LineOf) -> Chunk:
        rejects: list[Reject] = []
        kept: list[bytes | str] = []
        raws: list[bytes] = []
        numbers: list[int] = []
        for at, line in enumerate(lines, number):
            try:
                # Bytes of ASCII are characters.
                text: bytes | str = line if self.form.unit == "bytes" or line.isascii() else line.decode()
            except UnicodeDecodeError as error:
                encoding = self.form.encoding or "utf-8"
                message = f"byte {error.start + 1} of the record is no {encoding}"
                rejects.append(Reject(at, "invalid_encoding", None, None, message, shown(line)))
                continue
            if fault := self._fault(text):
                rejects.append(Reject(at, "ragged_row", None, None, fault, self._shown(line)))
                continue
            kept.append(text)
            raws.append(line)
            numbers.append(at)
        columns: list[RawColumn] = [[None] * len(kept)] * self.selection.size
        for field in self.fields:
            columns[field.position] = self._values(kept, field)
        values = self.selection.with_constants(columns, len(kept))
        return Chunk(np.array(numbers, dtype=np.int64), values, lambda row: self._shown(raws[row]), rejects, line=line_of)

    def _shown(self, line: bytes) -> bytes:
        """The line in UTF-8."""
        return line if self.form.unit == "characters" or line.isascii() else line.decode(self.codec, "backslashreplace").encode()

    def _fault(self, line: bytes | str) -> str | None:
        size = len(line)
        if size > self.width:
            if not line[self.width :].strip():
                return None
            return f"the line has {size} {self.form.unit}, {self.width} are expected"
        if size < self.least and self.form.short_rows == "reject":
            return f"the line has {size} {self.form.unit}, its fields reach to {self.least}; 'short_rows: fill' reads what there is"
        return None

    def _values(self, lines: Sequence[bytes | str], field: Field) -> list[str | None]:
        start, end = field.start, field.end
        try:
            return [str(piece, self.codec) if isinstance(piece := line[start:end], bytes) else piece for line in lines]
        except UnicodeDecodeError:
            return [self._value(line[start:end], field) for line in lines]

    def _value(self, piece: bytes | str, field: Field) -> str:
        try:
            return str(piece, self.codec) if isinstance(piece, bytes) else piece
        except UnicodeDecodeError as error:
            encoding = self.form.encoding or "utf-8"
            message = f"the bytes {field.start + 1}-{field.end} are no {encoding} from byte {field.start + error.start + 1} on, or cut a character"
            return Faulty(message, "invalid_encoding")
