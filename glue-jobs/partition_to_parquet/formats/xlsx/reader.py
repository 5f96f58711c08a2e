"""Excel: the rows of a sheet in, chunks of records out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Column, Contract
from ...errors import FileUnreadable, StructureChanged
from ...native.kinds import BOOLEAN, FLOATING, LOCAL, TEXT, TIME, Branches, Native
from ...native.numbers import number_text
from ...native.pairs import fits, type_text
from ...nearest import hint
from ...notes import Notes
from ...objects import Objects
from ...values.kinds import WHITE_SPACE, Faulty
from ..columnar.chunks import chunk_of
from ..selection import Selection
from .cells import Row, column_letters, rows_of
from .workbook import SHEET_ERRORS, Workbook

_CHUNK_ROWS = 8_192
_HEADER_ROWS = 100
_KINDS: tuple[tuple[type, str, pa.DataType, str], ...] = (
    (bool, BOOLEAN, pa.bool_(), "a boolean"),
    (float, FLOATING, pa.float64(), "a number"),
    (str, TEXT, pa.string(), "a text"),
    (datetime, LOCAL, pa.timestamp("us"), "a date"),
    (time, TIME, pa.time64("us"), "a time of day"),
)


def read_xlsx(objects: Objects, file: SourceFile, selection: Selection, contract: Contract, notes: Notes) -> Iterator[Chunk]:
    """The records of the contract's sheet. Raises FileUnreadable or StructureChanged."""
    workbook = Workbook(objects, file)
    sheet = workbook.sheet(contract.format.sheet)
    notes.tell(file.index, sheet=sheet.name, calendar="1904" if workbook.is_1904 else "1900")
    rows = rows_of(workbook, sheet.part)
    try:
        reader = _Reader(workbook, sheet.name, selection, contract, notes)
        found = reader.header(rows, sheet.part)
        held: list[Row] = []
        for row in chain(found, rows):
            held.append(row)
            if len(held) == _CHUNK_ROWS:
                yield reader.chunk(held)
                held = []
        if held:
            yield reader.chunk(held)
    except SHEET_ERRORS as error:
        raise workbook.refusal(f"cannot be read as a workbook: {error}; it is damaged or was cut off") from error


class _Reader:
    """Reads one sheet."""

    def __init__(self, workbook: Workbook, sheet: str, selection: Selection, contract: Contract, notes: Notes):
        self.workbook, self.sheet, self.selection, self.contract, self.notes = workbook, sheet, selection, contract, notes
        self.file = workbook.file
        self.names: Mapping[int, str] = {}
        self.places: dict[int, int] = {}

    def header(self, rows: Iterator[Row], part: str) -> list[Row]:
        """Learns where the columns are; returns rows that were read and are records already."""
        form = self.contract.format
        wanted = self.selection.fields
        if form.header is False:
            self.places = {position: int(source) - 1 for position, source in wanted.items()}
            first = self._first_behind(rows, form.skip_lines)
            return [] if first is None else [first]
        first = self._find(rows, part) if form.header == "find" else self._first_behind(rows, form.skip_lines)
        if first is None:
            raise FileUnreadable(f"'{self.file.key}' has no header in the sheet '{self.sheet}', which is empty", self.file.key)
        if form.header == "skip":
            self.places = {position: int(source) - 1 for position, source in wanted.items()}
        else:
            self.names = _names(first)
            self._find_columns(part)
        below = self._first_behind(rows, first.number + form.skip_after_header)
        return [] if below is None else [below]

    def _first_behind(self, rows: Iterator[Row], number: int) -> Row | None:
        return next((row for row in rows if row.number > number), None)

    def _find(self, rows: Iterator[Row], part: str) -> Row:
        needed = {str(column.source) for column in self._asked() if not column.optional and not column.retired}
        for row in rows:
            if row.number > _HEADER_ROWS:
                break
            if row.number > self.contract.format.skip_lines and needed <= set(_names(row).values()):
                self.notes.tell(self.file.index, preamble_lines=row.number - 1)
                return row
        message = f"'{self.file.key}': none of the first {_HEADER_ROWS} rows of the sheet '{self.sheet}' has the name of every column that is not optional"
        raise FileUnreadable(f"{message}{self._merged(part)}", self.file.key)

    def _asked(self) -> list[Column]:
        return [column for column in self.contract.plain if column.source is not None and not str(column.source).startswith("$")]

    def _find_columns(self, part: str) -> None:
        wanted = {str(column.source) for column in self._asked()}
        for position, source in self.selection.fields.items():
            column = self.selection.columns[position]
            found = [place for place, name in self.names.items() if name == source]
            if len(found) == 1:
                self.places[position] = found[0]
                continue
            if found:
                cells = " and ".join(column_letters(place) for place in found)
                raise self._changed(f"the header has '{source}' twice, in the columns {cells}; rename one of them")
            other = next((name for name in self.names.values() if name.lower() == str(source).lower() and name not in wanted), None)
            if other is not None:
                raise self._changed(f"the header says '{other}' where the contract says '{source}'; names are exact")
            if not column.optional:
                known = [name for name in self.names.values() if name not in wanted]
                near = hint(str(source), known)
                has = ", ".join(list(self.names.values())[:50])
                raise self._changed(f"the header has no '{source}' (column '{column.name}'){near}; it has {has}{self._merged(part)}")
            self.notes.warn(f"the optional column '{column.name}' is absent", self.file.key)
        unknown = [name for name in dict.fromkeys(self.names.values()) if name not in wanted]
        if unknown and self.contract.unknown_columns == "refuse":
            raise self._changed(f"the header has the unknown column '{unknown[0]}'")
        if self.contract.unknown_columns == "warn":
            for name in unknown:
                self.notes.warn(f"the column '{name}' is not in the contract", self.file.key)

    def _merged(self, part: str) -> str:
        """What there is to say about merged cells: only the first of them has the value."""
        with self.workbook.open(part) as stream:
            if b"<mergeCell " not in stream.read():
                return ""
        return "; the sheet has merged cells, of which only the first has the text: unmerge the header, or say 'skip_lines' or 'header: find'"

    def _changed(self, message: str) -> StructureChanged:
        return StructureChanged(f"'{self.file.key}', sheet '{self.sheet}': {message}", self.file.key)

    def chunk(self, rows: Sequence[Row]) -> Chunk:
        values: dict[int, Native | Branches] = {}
        for position, place in self.places.items():
            values[position] = _typed([row.values.get(place) for row in rows], self.selection.columns[position])
        numbers = np.array([row.number for row in rows], dtype=np.int64)
        made = chunk_of(values, self.selection, numbers, lambda row: self._raw(rows[row]))
        by_name = {self.selection.columns[position].name: place for position, place in self.places.items()}
        made.place = lambda row, name: f"{self.sheet}!{column_letters(by_name[name]) if name in by_name else ''}{rows[row].number}"
        return made

    def _raw(self, row: Row) -> bytes:
        return msgspec.json.encode({self.names.get(place) or column_letters(place): _shown(value) for place, value in row.values.items()})


def _names(row: Row) -> dict[int, str]:
    names = {place: _header_text(value).strip(WHITE_SPACE) for place, value in row.values.items()}
    return {place: name for place, name in names.items() if name}


def _header_text(value: Any) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value if isinstance(value, bool) else value.isoformat() if isinstance(value, (datetime, time)) else str(value)


def _typed(values: Sequence[Any], column: Column) -> Native | Branches:
    """Cells by their kinds; a kind that the column does not take is wrong for each cell that has it."""
    which = np.zeros(len(values), dtype=np.int64)
    held: list[list[Any]] = [[None] * len(values) for _ in _KINDS]
    faults: list[tuple[int, str, str]] = []
    for row, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, Faulty):
            faults.append((row, value.code, str(value)))
            continue
        number = next(number for number, (kind, *_) in enumerate(_KINDS) if isinstance(value, kind))
        _, kind, _, spelled = _KINDS[number]
        if not fits(kind, column):
            faults.append((row, "wrong_type", f"the cell holds {spelled}, which does not go into {type_text(column)}"))
            continue
        which[row], held[number][row] = number, value
    found = [Native(pa.array(cells, arrow), kind) for cells, (_, kind, arrow, _) in zip(held, _KINDS, strict=True)]
    if not faults:
        return Branches(which, tuple(found))
    marked = len(_KINDS)
    rows = [row for row, _, _ in faults]
    which[rows] = marked
    return Branches(which, (*found, Native(pa.nulls(len(values)), "null", faults=tuple(faults))))
