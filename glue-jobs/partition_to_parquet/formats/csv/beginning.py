"""What stands before a CSV file's records: Excel's sep= line, skipped lines, a preamble, the header, lines behind it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...batch import SourceFile
from ...contract import Format
from ...errors import FileUnreadable, StructureChanged
from .records import Record, Splitter

# `header: find` looks no further.
PREAMBLE_LINES = 100

_SEP = re.compile(rb'"?sep=(.+?)"?\r?', re.I)


@dataclass(frozen=True)
class Beginning:
    """Where the first record may stand, the header's record if there is one, and how many lines are no records."""

    body: int
    header: Record | None = None
    preamble_lines: int = 0
    lines_after_header: int = 0


class _Unfinished(Exception):
    """The text does not hold the beginning whole; more of it is needed."""


def read_beginning(
    head: bytes, final: bool, splitter: Splitter, form: Format, file: SourceFile, lacks: Callable[[Record], list[str]]
) -> Beginning | None:
    """The beginning of a file whose text begins with `head`; None when more of the text is needed.

    `lacks` says which names the header that `header: find` looks for would need and a record does not have. Raises FileUnreadable and StructureChanged.
    """
    text = _Text(head, final, splitter, file)
    if final and not head:
        return Beginning(0)  # An empty file has no records, whatever should stand before them.
    try:
        skipped = _sep_line(text)
        start = text.behind_lines(form.skip_lines, "skip_lines") if form.skip_lines else skipped
        lines = form.skip_lines or int(skipped > 0)
        if form.header == "find":
            header, lines = _found(text, start, lacks)
        elif form.header:
            header = text.record(start)
        else:
            return Beginning(start, None, lines)
        if header is None:
            return Beginning(len(head), None, lines)
        after = text.behind(header)
        body = text.behind_lines(form.skip_after_header, "skip_after_header", after)
        return Beginning(body, header, lines, form.skip_after_header)
    except _Unfinished:
        return None


class _Text:
    """The beginning of a file's text, as far as it is there."""

    def __init__(self, head: bytes, final: bool, splitter: Splitter, file: SourceFile):
        self.head, self.final, self.splitter, self.file = head, final, splitter, file

    def behind_lines(self, count: int, key: str, start: int = 0) -> int:
        """The place behind so many lines. Raises StructureChanged where the text has fewer."""
        position = start
        for line in range(count):
            end = self.head.find(b"\n", position)
            if end < 0 and not self.final:
                raise _Unfinished
            if end < 0 and position >= len(self.head):
                where = "" if key == "skip_lines" else " behind its header"
                found = "1 line" if line == 1 else f"{line} lines"
                message = f"'{self.file.key}' has {found}{where}, the contract says {key}: {count}"
                raise StructureChanged(f"{message}; correct '{key}'", self.file.key)
            position = end + 1 if end >= 0 else len(self.head)
        return position

    def record(self, start: int) -> Record | None:
        record = next(self.splitter.split(self.head, start, self.final), None)
        if record is None and not self.final:
            raise _Unfinished
        return record

    def behind(self, record: Record) -> int:
        end = self.head.find(b"\n", record.end)
        return len(self.head) if end < 0 else end + 1


def _sep_line(text: _Text) -> int:
    """The place behind a first line `sep=;` that names the contract's delimiter; 0 where there is none."""
    if text.head[:5].lower() not in (b"sep=", b'"sep=') and text.head[:4].lower() != b"sep=":
        return 0
    end = text.head.find(b"\n")
    if end < 0 and not text.final:
        raise _Unfinished
    line = text.head[: end if end >= 0 else None]
    match = _SEP.fullmatch(line)
    if match is None:
        return 0
    named, delimiter = match.group(1), text.splitter.delimiter
    if named == delimiter or (named == rb"\t" and delimiter == b"\t"):
        return len(line) + 1 if end >= 0 else len(line)
    shown = named.decode("utf-8", "backslashreplace")
    if len(shown) > 1 and shown != r"\t":
        return 0
    message = f"'{text.file.key}': its first line says sep={shown}, the contract's delimiter is '{delimiter.decode()}'"
    raise StructureChanged(f"{message}; correct 'delimiter'", text.file.key)


def _found(text: _Text, start: int, lacks: Callable[[Record], list[str]]) -> tuple[Record | None, int]:
    """The header, and how many lines stand above it; no header where the file has no record at all."""
    position, nearest = start, None
    lines = text.head.count(b"\n", 0, start)
    for record in text.splitter.split(text.head, start, text.final):
        lines += text.head.count(b"\n", position, record.start)
        position = record.start
        if lines >= PREAMBLE_LINES:
            break
        lacking = lacks(record)
        if not lacking:
            return record, lines
        if nearest is None or len(lacking) < nearest[0]:
            nearest = len(lacking), f"line {lines + 1} has no {', '.join(repr(name) for name in lacking[:5])}"
    else:
        if not text.final and text.head.count(b"\n", position) + lines < PREAMBLE_LINES:
            raise _Unfinished
        if text.final and nearest is None:
            return None, lines
    message = f"'{text.file.key}': none of its first {PREAMBLE_LINES} lines has the name of every column that is not optional"
    near = f"; {nearest[1]}" if nearest else ""
    raise FileUnreadable(f"{message}{near}; correct the names, or cut the lines above the header", text.file.key)


def names_of(record: Record, strip: str) -> Sequence[str]:
    """A header's names. Raises UnicodeDecodeError."""
    return [field.decode().strip(strip) for field in record.fields or ()]
