"""CSV: blocks of text in, chunks of records out, by the fast way where the text is regular and by the slow one elsewhere."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from ..batch import SourceFile
from ..columns import Chunk, RawColumn
from ..contract import Contract
from ..errors import FileUnreadable, Reject
from ..notes import Notes
from .csv_fast import Lines, is_regular, last_boundary, parse_block
from .csv_layout import Layout, read_layout
from .csv_records import Record, Splitter
from .selection import Selection


class CsvReader:
    """Reads one part of a file."""

    def __init__(self, selection: Selection, contract: Contract, file: SourceFile, notes: Notes, part: int):
        self.selection, self.contract, self.file, self.notes = selection, contract, file, notes
        self.part = part
        self.splitter = Splitter(contract.format)
        self.layout: Layout | None = None

    def read_head(self, blocks: Iterator[bytes]) -> None:
        """Learns the layout from the file's beginning, for a part that begins elsewhere. Raises FileUnreadable."""
        head = b""
        for block in blocks:
            head += block
            self.layout = read_layout(head, False, self.splitter, self.contract, self.file)
            if self.layout:
                return
        raise FileUnreadable(f"'{self.file.key}': the first {len(head)} bytes do not hold the header whole", self.file.key)

    def chunks(self, blocks: Iterator[bytes], first_record: int) -> Iterator[Chunk]:
        """The part's records. The text must begin at the file's beginning, or at a record after read_head."""
        number, text = first_record, b""
        for block, final in _with_last(blocks):
            text = text + block if text else block
            position = 0
            if self.layout is None:
                self.layout = read_layout(text, final, self.splitter, self.contract, self.file)
                if self.layout is None:
                    continue
                self.notes.warnings |= self.layout.warnings
                position = self.layout.body
            for chunk, consumed in self._read(text, position, final, number):
                number += len(chunk.records) + len(chunk.rejects)
                yield chunk
                position = consumed
            text = text[position:]

    def _read(self, text: bytes, position: int, final: bool, number: int) -> Iterator[tuple[Chunk, int]]:
        end = len(text)
        if not final:
            boundary = last_boundary(text[position:] if position else text, self.splitter)
            end = position + boundary if boundary > 0 else -1
        body = text[position:end] if end >= 0 and (position or end < len(text)) else text
        if not body or body.isspace():
            return
        if end >= 0 and is_regular(body, self.splitter):
            self._note_quotes(body, True)
            yield self._fast(body, number), end
        else:
            records = list(self.splitter.split(text, position, final))
            if records:
                consumed = _behind(text, records[-1])
                self._note_quotes(text[position:consumed], False)
                yield self._slow(text, records, number), consumed

    def _note_quotes(self, text: bytes, are_regular: bool) -> None:
        quote = self.splitter.quote
        if quote and quote in text:
            self.notes.count_quotes(self.part, text.count(quote), are_regular)

    def _wanted(self) -> tuple[list[int], list[int]]:
        """Positions in the selection that the file has, and their fields' places."""
        assert self.layout is not None
        at = [position for position, source in self.selection.fields.items() if source in self.layout.places]
        return at, [self.layout.places[self.selection.fields[position]] for position in at]

    def _fast(self, text: bytes, number: int) -> Chunk:
        assert self.layout is not None
        at, places = self._wanted()
        width = self.layout.width or 0
        distinct = sorted(set(places)) or [0]
        table, ragged = parse_block(text, self.splitter, width, distinct)
        lines = Lines(text, self.splitter)
        total = table.num_rows + len(ragged)
        index = np.arange(total)
        if ragged:
            index = np.delete(index, [row.index for row in ragged])
        values = self._columns(at, [_one_array(table.column(distinct.index(place))) for place in places], table.num_rows)
        rejects = [self._ragged(number + row.index, row.fields, lines.raw(row.index)) for row in ragged]
        return Chunk(index + number, values, lambda i: lines.raw(int(index[i])), rejects)

    def _slow(self, text: bytes, records: Sequence[Record], number: int) -> Chunk:
        assert self.layout is not None
        at, places = self._wanted()
        rows: list[list[str]] = []
        kept: list[Record] = []
        numbers: list[int] = []
        rejects: list[Reject] = []
        for record_number, record in enumerate(records, number):
            raw = text[record.start : record.end]
            if record.fields is None:
                rejects.append(Reject(record_number, "malformed_record", None, None, str(record.fault), raw))
            elif len(record.fields) != self.layout.width:
                rejects.append(self._ragged(record_number, len(record.fields), raw))
            else:
                try:
                    if not raw.isascii():
                        raw.decode()
                    rows.append([str(record.fields[place], "utf-8") for place in places])
                except UnicodeDecodeError as error:
                    rejects.append(self._undecoded(record_number, raw, error))
                    continue
                kept.append(record)
                numbers.append(record_number)
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in at]
        values = self._columns(at, columns, len(kept))

        def raw_of(i: int) -> bytes:
            return text[kept[i].start : kept[i].end]

        return Chunk(np.array(numbers, dtype=np.int64), values, raw_of, rejects)

    def _columns(self, at: Sequence[int], columns: Sequence[RawColumn], length: int) -> list[RawColumn]:
        found = dict(zip(at, columns, strict=True))
        absent: list[str | None] = [None] * length
        return self.selection.with_constants([found.get(position, absent) for position in range(self.selection.size)], length)

    def _ragged(self, number: int, fields: int, raw: bytes) -> Reject:
        width = self.layout.width if self.layout else 0
        return Reject(number, "ragged_row", None, None, f"the record has {fields} fields, {width} are expected", raw)

    def _undecoded(self, number: int, raw: bytes, error: UnicodeDecodeError) -> Reject:
        encoding = self.contract.format.encoding or "utf-8"
        return Reject(number, "invalid_encoding", None, None, f"byte {error.start + 1} of the record is no {encoding}", raw)


def _one_array(column: object) -> RawColumn:
    assert isinstance(column, pa.ChunkedArray)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _behind(text: bytes, record: Record) -> int:
    end = text.find(b"\n", record.end)
    return len(text) if end < 0 else end + 1


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block with whether it is the last; at least one, which may be empty."""
    held = next(blocks, b"")
    for block in blocks:
        yield held, False
        held = block
    yield held, True
