"""CSV: blocks of text in, chunks of records out, by the fast way where the text is regular and by the slow one elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...batch import SourceFile
from ...columns import Chunk, RawColumn
from ...contract import Column, Contract
from ...encodings import shown
from ...errors import FileUnreadable, Reject
from ...line_numbers import LineOf, PlacedLines, TextLines, count_lines
from ...notes import Notes
from ...rescue import Members, text_members
from ...values.kinds import WHITE_SPACE
from ..selection import Selection
from .ending import Footer, Lengths, with_last
from .fast import Lines, is_regular, last_boundary, one_array, parse_block
from .layout import Layout, place_of, read_layout
from .records import Record, Splitter

# As many fields more than expected as a block's first record may have for the fast way.
_MOST_EXTRA = 100


class CsvReader:
    """Reads one part of a file. `columns` are those of the selection."""

    def __init__(
        self, selection: Selection, columns: Sequence[Column], contract: Contract, file: SourceFile, notes: Notes, part: int
    ):
        self.selection, self.columns, self.contract, self.file = selection, columns, contract, file
        self.notes, self.part = notes, part
        self.splitter = Splitter(contract.format)
        self.layout: Layout | None = None
        self.lengths = Lengths(contract.format)
        # That of the text which is read next.
        self.line = 1
        self.fills = contract.format.short_rows == "fill"
        self.marks_nulls = any(columns[position].empty == "quoted" for position in selection.fields)

    def read_head(self, blocks: Iterator[bytes]) -> None:
        """Learns the layout from the file's beginning, for a part that begins elsewhere. Raises FileUnreadable."""
        head = b""
        for block in blocks:
            head += block
            self.layout = read_layout(head, False, self.splitter, self.contract, self.file)
            if self.layout:
                return
        raise FileUnreadable(f"'{self.file.key}': the first {len(head)} bytes do not hold the header whole", self.file.key)

    def chunks(self, blocks: Iterator[bytes], first_record: int, first_line: int) -> Iterator[Chunk]:
        """The part's records. The text must begin at the file's beginning, or at a record after read_head."""
        number, text = first_record, b""
        self.line = first_line
        footer = Footer(self.splitter, self.file)
        for block, final in with_last(blocks):
            if footer.found:
                footer.take(block)
                continue
            text = text + block if text else block
            position = 0
            if self.layout is None:
                self.layout = read_layout(text, final, self.splitter, self.contract, self.file)
                if self.layout is None:
                    continue
                self._tell_beginning()
                position = self.layout.beginning.body
            for chunk, consumed in self._read(text, position, final, number, footer):
                number += len(chunk.records) + len(chunk.rejects)
                yield chunk
                position = consumed
            self.line += count_lines(text[:position])
            text = text[position:]
        footer.close()
        self.notes.lines[self.part] = self.line + count_lines(text) - first_line
        if footer.found:
            self.notes.tell(self.file.index, footer_lines=footer.lines)
        if self.lengths.fitting:
            self.notes.fitting.add(self.file.key)
        elif self.layout is not None and (hint := self.lengths.hint(self.layout)):
            self.notes.hint(hint, self.file.key)

    def _tell_beginning(self) -> None:
        assert self.layout is not None
        self.notes.warnings |= self.layout.warnings
        beginning = self.layout.beginning
        facts = {"preamble_lines": beginning.preamble_lines, "lines_after_header": beginning.lines_after_header}
        self.notes.tell(self.file.index, **{name: lines for name, lines in facts.items() if lines})

    def _read(self, text: bytes, position: int, final: bool, number: int, footer: Footer) -> Iterator[tuple[Chunk, int]]:
        end = len(text)
        if not final:
            boundary = last_boundary(text[position:] if position else text, self.splitter)
            end = position + boundary if boundary > 0 else -1
        body = text[position:end] if end >= 0 and (position or end < len(text)) else text
        if not body or body.isspace():
            return
        if end >= 0 and is_regular(body, self.splitter):
            self._note_quotes(body, True)
            line = self.line + (count_lines(text[:position]) if position else 0)
            for chunk in self._fast(body, number, line):
                yield chunk, end
            return
        records = list(self.splitter.split(text, position, final))
        kept = footer.cut(text, records)
        if records:
            consumed = len(text) if footer.found else _behind(text, records[-1])
            if not footer.found:
                self._note_quotes(text[position:consumed], False)
            starts = np.array([record.start for record in kept], dtype=np.int64)
            line = PlacedLines(TextLines(text, self.line), lambda numbers: starts[numbers - number])
            yield self._slow(text, kept, range(number, number + len(kept)), line), consumed

    def _note_quotes(self, text: bytes, are_regular: bool) -> None:
        quote = self.splitter.quote
        if quote and quote in text:
            self.notes.count_quotes(self.part, text.count(quote), are_regular)

    def _wanted(self, width: int) -> tuple[list[int], list[int]]:
        """Positions in the selection that records of `width` fields have, and their fields' places."""
        assert self.layout is not None
        places = {position: self.layout.places.get(place_of(self.columns[position]), width) for position in self.selection.fields}
        at = [position for position, place in places.items() if place < width]
        return at, [places[position] for position in at]

    def _fast(self, text: bytes, number: int, line: int) -> Iterator[Chunk]:
        """A chunk of the records of the commonest length, then one of those that need a closer look."""
        assert self.layout is not None
        width, expected = self._width(text), self.layout.width
        at, places = self._wanted(width)
        extra = list(range(expected, width))
        beside = [(place, name) for place, name in self._beside() if place < width]
        distinct = sorted({*places, *extra, *(place for place, _ in beside)}) or [0]
        block = parse_block(text, self.splitter, width, distinct, self.marks_nulls)
        table, others = block.table, block.others
        lines = Lines(text, self.splitter)
        line_of = PlacedLines(TextLines(text, line), lambda numbers: lines.starts(numbers - number))
        index = np.arange(table.num_rows + len(others))
        if others:
            index = np.delete(index, others)
        odd = self._odd(table, [distinct.index(place) for place in extra])
        odd |= self._odd_blanks(table, {distinct.index(place): self.columns[position] for position, place in zip(at, places, strict=True)})
        if odd.any():
            others = sorted([*others, *index[odd].tolist()])
            table, index = table.filter(pa.array(~odd)), index[~odd]
        arrays = [one_array(table.column(distinct.index(place))) for place in places]
        if self.marks_nulls:
            kept = [self.columns[position].empty == "keep" for position in at]
            arrays = [pc.fill_null(array, "") if is_kept else array for array, is_kept in zip(arrays, kept, strict=True)]
        values = self._columns(at, arrays, table.num_rows)
        self.lengths.fitting += table.num_rows
        chunk = Chunk(index + number, values, lambda i: lines.raw(int(index[i])), [], line=line_of)
        if beside:
            texts = [(name, table.column(distinct.index(place)).to_pylist()) for place, name in beside]
            chunk.unknown = lambda row: text_members((name, column[row]) for name, column in texts)
        yield chunk
        if others:
            raws = [lines.raw(row) for row in others]
            starts = np.cumsum([0, *(len(raw) + 1 for raw in raws)])
            joined = b"\n".join(raws)
            records = [_moved(next(self.splitter.split(raw, 0, True)), start) for raw, start in zip(raws, starts.tolist(), strict=False)]
            yield self._slow(joined, records, [number + row for row in others], line_of)

    def _width(self, text: bytes) -> int:
        """How many fields the records are read with: as many as the first one has, if it may have them."""
        assert self.layout is not None
        record = next(self.splitter.split(text, 0, True), None)
        found = len(record.fields) if record and record.fields else 0
        least = 1 if self.fills else self.layout.least
        return found if max(least, 1) <= found <= self.layout.width + _MOST_EXTRA else max(self.layout.width, 1)

    def _odd(self, table: pa.Table, extra: Sequence[int]) -> np.ndarray:
        """The rows that have text in fields beyond the header."""
        odd = np.zeros(table.num_rows, dtype=bool)
        for column in extra:
            texts = one_array(table.column(column))
            odd |= pc.fill_null(pc.greater(pc.binary_length(texts), 0), False).to_numpy(zero_copy_only=False)
        return odd

    def _odd_blanks(self, table: pa.Table, columns: dict[int, Column]) -> np.ndarray:
        """The rows with white space alone where it matters whether that stood in quotes."""
        odd = np.zeros(table.num_rows, dtype=bool)
        for place, column in columns.items():
            if column.empty == "quoted":
                texts = one_array(table.column(place))
                is_blank = pc.and_(pc.greater(pc.binary_length(texts), 0), pc.equal(pc.utf8_trim_whitespace(texts), ""))
                odd |= pc.fill_null(is_blank, False).to_numpy(zero_copy_only=False)
        return odd

    def _slow(self, text: bytes, records: Sequence[Record], numbers: Sequence[int], line_of: LineOf) -> Chunk:
        assert self.layout is not None
        kept: list[Record] = []
        kept_numbers: list[int] = []
        rejects: list[Reject] = []
        for number, record in zip(numbers, records, strict=True):
            raw = text[record.start : record.end]
            if record.fields is None:
                rejects.append(Reject(number, "malformed_record", None, None, str(record.fault), shown(raw)))
                continue
            if not self._fits(record.fields):
                self.lengths.count_other(record.fields)
                rejects.append(self._ragged(number, len(record.fields), raw))
            elif (problem := _decoding_problem(raw)) is not None:
                rejects.append(self._undecoded(number, raw, problem))
            else:
                kept.append(record)
                kept_numbers.append(number)
        self.lengths.fitting += len(kept)
        at, places = self._wanted(self.layout.width)
        columns = [self._texts(kept, place, self.columns[position]) for position, place in zip(at, places, strict=True)]
        values = self._columns(at, columns, len(kept))

        def raw_of(i: int) -> bytes:
            return text[kept[i].start : kept[i].end]

        chunk = Chunk(np.array(kept_numbers, dtype=np.int64), values, raw_of, rejects, line=line_of)
        if beside := self._beside():
            chunk.unknown = lambda row: _fields_beside(kept[row], beside)
        return chunk

    def _beside(self) -> Sequence[tuple[int, str]]:
        """The fields that no column asks for, where they are kept."""
        assert self.layout is not None
        return self.layout.unknown if self.selection.takes_rescued else ()

    def _fits(self, fields: Sequence[bytes]) -> bool:
        assert self.layout is not None
        if len(fields) > self.layout.width:
            return not any(field.strip() for field in fields[self.layout.width :])
        return len(fields) >= self.layout.least or self.fills

    def _texts(self, records: Sequence[Record], place: int, column: Column) -> list[str | None]:
        """A field of each record; None where it is absent, or where it says NULL by how it is written."""
        texts = [str(record.fields[place], "utf-8") if record.fields and place < len(record.fields) else None for record in records]
        nulls = {text.encode() for text in column.nulls} if self.splitter.escape else set()
        is_empty = column.empty == "quoted"
        if not nulls and not is_empty:
            return texts
        for row, record in enumerate(records):
            bare = record.bare[place] if place < len(record.bare) else None
            if bare is None:
                continue
            stripped = bare.strip() if column.trim else bare
            if stripped in nulls or bare in nulls or (is_empty and not bare.decode("utf-8", "replace").strip(WHITE_SPACE)):
                texts[row] = None
        return texts

    def _columns(self, at: Sequence[int], columns: Sequence[RawColumn], length: int) -> list[RawColumn]:
        found = dict(zip(at, columns, strict=True))
        absent: list[str | None] = [None] * length
        return self.selection.with_constants([found.get(position, absent) for position in range(self.selection.size)], length)

    def _ragged(self, number: int, fields: int, raw: bytes) -> Reject:
        least, width = (self.layout.least, self.layout.width) if self.layout else (0, 0)
        expected = str(width) if least == width else f"{least} to {width}"
        piece = shown(raw[:100]).decode("utf-8", "backslashreplace") + ("…" if len(raw) > 100 else "")
        message = f"the record has {fields} fields, {expected} are expected: '{piece}'"
        return Reject(number, "ragged_row", None, None, message, shown(raw))

    def _undecoded(self, number: int, raw: bytes, error: UnicodeDecodeError) -> Reject:
        encoding = self.contract.format.encoding or "utf-8"
        around = shown(raw[max(error.start - 20, 0) : error.end + 20]).decode("utf-8", "backslashreplace")
        message = f"byte {error.start + 1} of the record is no {encoding}: '{around}'"
        return Reject(number, "invalid_encoding", None, None, message, shown(raw))


def _fields_beside(record: Record, beside: Sequence[tuple[int, str]]) -> Members:
    fields = record.fields or []
    return text_members((name, str(fields[place], "utf-8")) for place, name in beside if place < len(fields))


def _decoding_problem(raw: bytes) -> UnicodeDecodeError | None:
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            return error
    return None


def _moved(record: Record, start: int) -> Record:
    return replace(record, start=record.start + start, end=record.end + start)


def _behind(text: bytes, record: Record) -> int:
    end = text.find(b"\n", record.end)
    return len(text) if end < 0 else end + 1
