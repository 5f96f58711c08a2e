"""JSON lines: one object a line."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract
from ..errors import Reject, StructureChanged
from ..json_paths import Step, parse_path
from ..nearest import hint
from .json_values import DECODE_ERRORS, DEPTH_LIMIT, Pick, fault_of, is_too_deep, picker, picker_of_all, unknown_member, value_of
from .selection import Selection

CHUNK_RECORDS = 50_000
# Records decoded at once; where one of them is not regular, it is found by halving.
GROUP = 256
LEAST_GROUP = 8
_LISTS = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder(msgspec.Raw)


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
    blocks: Iterator[bytes], selection: Selection, contract: Contract, file: SourceFile, first_record: int = 1
) -> Iterator[Chunk]:
    """Chunks of records. Lines of white space alone are no records and are not numbered."""
    reader = RecordReader(selection, contract, file)
    number = first_record
    for lines in line_blocks(blocks):
        held = [line.rstrip(b"\r") for line in lines if line and not line.isspace()]
        for start in range(0, len(held), GROUP):
            group = held[start : start + GROUP]
            reader.add_all(number, group)
            number += len(group)
            if reader.size >= CHUNK_RECORDS:
                yield reader.take()
    if reader.size:
        yield reader.take()


def _known_paths(contract: Contract) -> list[tuple[Step, ...]]:
    sources = [column.source for column in contract.columns]
    return [parse_path(source) for source in sources if isinstance(source, str) and not source.startswith("$")]


class RecordReader:
    """Collects records, each the bytes of one JSON value, into chunks."""

    def __init__(
        self, selection: Selection, contract: Contract, file: SourceFile, document: dict[int, str | None] | None = None
    ):
        self.selection, self.file = selection, file
        self.known = _known_paths(contract) if contract.unknown_columns == "refuse" else None
        self.template: list[str | None] = [None] * selection.size
        for position, value in (document or {}).items():
            self.template[position] = value
        paths = [(at, parse_path(str(path))) for at, path in selection.fields.items()]
        self.pick: Pick = picker(paths)
        is_plain = self.known is None and not selection.whole
        self.pick_all = picker_of_all(paths) if is_plain else None
        # A decoder that looks for members also checks the rest of the record.
        self.decodes_all = any(steps and isinstance(steps[0], str) for _, steps in paths)
        self._clear()

    def _clear(self) -> None:
        self.columns: list[list] = [[] for _ in self.template]
        self.raws: list[bytes] = []
        self.records: list[int] = []
        self.rejects: list[Reject] = []

    @property
    def size(self) -> int:
        return len(self.raws) + len(self.rejects)

    def add_all(self, number: int, records: list[bytes], stars: Sequence[tuple[str, ...]] | None = None) -> None:
        """Takes records that follow each other, at most GROUP of them."""
        if self.pick_all is None or len(records) <= LEAST_GROUP:
            for index, data in enumerate(records):
                self.add(number + index, data, stars[index] if stars else ())
        elif not self._add_regular(number, records, stars):
            half = len(records) // 2
            self.add_all(number, records[:half], stars[:half] if stars else None)
            self.add_all(number + half, records[half:], stars[half:] if stars else None)

    def _add_regular(self, number: int, records: list[bytes], stars: Sequence[tuple[str, ...]] | None) -> bool:
        """Takes the records if every one is a JSON object without fault; what `add` does, for all at once."""
        assert self.pick_all is not None
        bodies = [data.strip(b" \t\r\n") for data in records]
        joined = b"[" + b",".join(bodies) + b"]"
        try:
            if not joined.isascii():
                joined.decode()
            # Each must be one value as it stands: a bracket that one leaves open may be closed in the next.
            if list(map(len, _LISTS.decode(joined))) != list(map(len, bodies)):
                return False
            if any(len(body) > 2 * DEPTH_LIMIT and is_too_deep(body) for body in bodies):
                return False
            picked = self.pick_all(joined)
        except (UnicodeDecodeError, *DECODE_ERRORS):
            return False
        given = dict(picked)
        for position, column in enumerate(self.columns):
            column.extend(given.get(position) or [self.template[position]] * len(records))
        for position, star in self.selection.stars.items():
            of_stars = [each[star - 1] if star <= len(each) else None for each in stars or [()] * len(records)]
            self.columns[position][-len(records) :] = of_stars
        self.raws.extend(records)
        self.records.extend(range(number, number + len(records)))
        return True

    def add(self, number: int, data: bytes, stars: tuple[str, ...] = ()) -> None:
        """Takes one record, or notes why it is none. `stars` are the names that the stars of `records` stood for."""
        row = self.template.copy()
        try:
            if not data.isascii():
                data.decode()
            if not self._read(data, row) or is_too_deep(data):
                self._reject(number, data)
                return
        except (UnicodeDecodeError, *DECODE_ERRORS):
            self._reject(number, data)
            return
        for position, star in self.selection.stars.items():
            row[position] = stars[star - 1] if star <= len(stars) else None
        for column, value in zip(self.columns, row, strict=True):
            column.append(value)
        self.raws.append(data)
        self.records.append(number)

    def _read(self, data: bytes, row: list) -> bool:
        body = data.lstrip(b" \t\r\n")
        if body[:1] != b"{" and not self.selection.whole:
            return False
        if not self.decodes_all or body[:1] != b"{":
            _ANY.decode(data)
        self.pick(body, row)
        if self.known is not None and (unknown := unknown_member(body, self.known)):
            message = f"'{self.file.key}': a record has the unknown member '{unknown[0]}'{hint(*unknown)}"
            raise StructureChanged(message, self.file.key)
        for position in self.selection.whole:
            row[position] = value_of(body.rstrip(b" \t\r\n"))
        return True

    def _reject(self, number: int, data: bytes) -> None:
        code, message = fault_of(data)
        self.rejects.append(Reject(number, code, None, None, message, data))

    def take(self) -> Chunk:
        """The records collected so far, as a chunk."""
        columns, raws = self.columns, self.raws
        values = self.selection.with_constants(columns, len(raws))
        chunk = Chunk(np.array(self.records, dtype=np.int64), values, raws.__getitem__, self.rejects, members=True)
        self._clear()
        return chunk
