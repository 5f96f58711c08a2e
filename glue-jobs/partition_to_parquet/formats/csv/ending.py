"""What a CSV file shows only at its end: a footer, and that all its records are of another length than declared."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ...batch import SourceFile
from ...contract import Format
from ...errors import StructureChanged
from .layout import Layout
from .records import Record, Splitter

# A footer that is longer is text that happens in the data.
FOOTER_LINES = 20


class Footer:
    """From the first record that begins with the contract's `footer` on, nothing is a record."""

    def __init__(self, splitter: Splitter, file: SourceFile):
        self.footer, self.file = splitter.footer, file
        self.found = False
        self.lines = 0
        self._open = b""

    def cut(self, text: bytes, records: Sequence[Record]) -> Sequence[Record]:
        """The records before the footer."""
        if not self.footer:
            return records
        for index, record in enumerate(records):
            if text.startswith(self.footer, record.start):
                self.found = True
                self.take(text[record.start :])
                return records[:index]
        return records

    def take(self, text: bytes) -> None:
        """Counts the lines behind the footer's beginning. Raises StructureChanged where they are too many."""
        self.lines += text.count(b"\n")
        self._open = text[text.rfind(b"\n") + 1 :] if b"\n" in text else self._open + text
        if self.lines + bool(self._open.strip()) > FOOTER_LINES:
            beginning = (self.footer or b"").decode()
            message = f"'{self.file.key}': more than {FOOTER_LINES} lines follow the first record that begins with the footer '{beginning}'"
            raise StructureChanged(f"{message}; it stands inside the data: write a 'footer' that no record begins with", self.file.key)

    def close(self) -> None:
        """The last line may have no line end."""
        self.lines += bool(self._open.strip())


class Lengths:
    """Counts how many fields the records of a part have that have another number than the contract says."""

    def __init__(self, form: Format):
        self.form = form
        self.fitting = 0
        self.others: Counter[int] = Counter()
        self.single: bytes | None = None

    def count_other(self, fields: Sequence[bytes]) -> None:
        self.others[len(fields)] += 1
        self.single = fields[0] if len(fields) == 1 else None

    def hint(self, layout: Layout) -> str | None:
        """How the file as a whole looks, where none of its records has the length that it should have."""
        if self.fitting or len(self.others) != 1:
            return None
        fields = next(iter(self.others))
        if other := self._other_delimiter(layout):
            return f"every record is one field, and looks delimited by {other}; correct 'delimiter'"
        if self.form.header in (False, "skip"):
            return f"every record has {fields} fields, the contract's columns need {layout.width}; correct the positions"
        return f"every record has {fields} fields, the header {layout.width}: the header is what differs; use 'header: skip' and positions"

    def _other_delimiter(self, layout: Layout) -> str | None:
        for other, name in ((b",", "','"), (b";", "';'"), (b"\t", "a tab"), (b"|", "'|'")):
            if self.single and layout.width > 1 and self.single.count(other) == layout.width - 1:
                return name
        return None


def with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last; at least one, which may be empty."""
    held = next(blocks, b"")
    for block in blocks:
        yield held, False
        held = block
    yield held, True
