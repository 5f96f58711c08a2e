"""Collects JSON records, each the bytes of one value, into chunks of columns."""

from collections.abc import Sequence

import msgspec
import numpy as np

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract
from ...errors import Reject, StructureChanged
from ...json_paths import is_inside, parse_path
from ...nearest import hint
from ..selection import Selection
from .faults import DEPTH_LIMIT, fault_of, is_too_deep
from .places import Place, Surroundings
from .values import DECODE_ERRORS, Pick, picker, picker_of_all, unknown_member, value_of

CHUNK_RECORDS = 50_000
# A chunk's texts together: Arrow's strings end at 2 GB.
CHUNK_BYTES = 256 * 1024 * 1024
# Records decoded at once; where one of them is not regular, it is found by halving.
GROUP = 256
LEAST_GROUP = 8
_LISTS = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder(msgspec.Raw)


class RecordReader:
    """Collects records into chunks. Which columns are asked for may differ by pass; what is a record may not."""

    def __init__(self, selection: Selection, contract: Contract, file: SourceFile):
        self.selection, self.file = selection, file
        inside = [parse_path(str(column.source)) for column in contract.columns if is_inside(column.source)]
        self.known = inside if contract.unknown_columns == "refuse" else None
        takes_all = any(column.source == "$value" for column in contract.columns)
        by_index = any(steps and isinstance(steps[0], int) for steps in inside)
        by_name = not by_index or any(steps and isinstance(steps[0], str) for steps in inside)
        self.heads = None if takes_all else (b"{" if by_name else b"") + (b"[" if by_index else b"")
        self.around = Surroundings(selection)
        paths = [(at, parse_path(str(path))) for at, path in selection.fields.items() if is_inside(path)]
        self.pick: Pick = picker(paths)
        is_plain = self.known is None and self.heads == b"{"
        self.pick_all = picker_of_all(paths) if is_plain else None
        # A decoder that looks for members also checks the rest of the record.
        self.decodes_all = any(steps and isinstance(steps[0], str) for _, steps in paths)
        self._clear()

    def _clear(self) -> None:
        self.columns: list[list] = [[] for _ in range(self.selection.size)]
        self.raws: list[bytes] = []
        self.records: list[int] = []
        self.rejects: list[Reject] = []
        self.bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether what was collected is to be taken."""
        return len(self.raws) + len(self.rejects) >= CHUNK_RECORDS or self.bytes >= CHUNK_BYTES

    @property
    def size(self) -> int:
        return len(self.raws) + len(self.rejects)

    def add_all(self, number: int, records: list[bytes], places: Sequence[Place] | None = None) -> None:
        """Takes records that follow each other, at most GROUP of them."""
        if self.pick_all is None or len(records) <= LEAST_GROUP:
            for index, data in enumerate(records):
                self.add(number + index, data, places[index] if places else None)
        elif not self._add_regular(number, records, places):
            half = len(records) // 2
            self.add_all(number, records[:half], places[:half] if places else None)
            self.add_all(number + half, records[half:], places[half:] if places else None)

    def _add_regular(self, number: int, records: list[bytes], places: Sequence[Place] | None) -> bool:
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
            column.extend(given.get(position) or [None] * len(records))
        if places and self.around.positions:
            rows = [self.around.row_at(place) for place in places]
            for position in self.around.positions:
                self.columns[position][-len(records) :] = [row[position] for row in rows]
        self.raws.extend(records)
        self.bytes += len(joined)
        self.records.extend(range(number, number + len(records)))
        return True

    def add(self, number: int, data: bytes, place: Place | None = None) -> None:
        """Takes one record, or notes why it is none."""
        row = self.around.row_at(place).copy() if place else [None] * self.selection.size
        try:
            if not data.isascii():
                data.decode()
            if not self._read(data, row) or is_too_deep(data):
                self.reject(number, data)
                return
        except (UnicodeDecodeError, *DECODE_ERRORS):
            self.reject(number, data)
            return
        for column, value in zip(self.columns, row, strict=True):
            column.append(value)
        self.raws.append(data)
        self.bytes += len(data)
        self.records.append(number)

    def _read(self, data: bytes, row: list) -> bool:
        body = data.lstrip(b" \t\r\n")
        if self.heads is not None and body[:1] not in (self.heads[:1], self.heads[1:]):
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

    def reject(self, number: int, data: bytes, message: str | None = None) -> None:
        """Notes that a record cannot be read."""
        code, told = fault_of(data, self.heads == b"[") if message is None else ("malformed_record", message)
        self.rejects.append(Reject(number, code, None, None, told, data))

    def take(self) -> Chunk:
        """The records collected so far, as a chunk."""
        columns, raws = self.columns, self.raws
        values = self.selection.with_constants(columns, len(raws))
        chunk = Chunk(np.array(self.records, dtype=np.int64), values, raws.__getitem__, self.rejects, members=True)
        self._clear()
        return chunk
