"""On which line of its file a record begins. Readers count line ends once; places are looked up for rejected records alone."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

# The line (from 1) of the record of a number; None where nobody knows.
LineOf = Callable[[int], int | None]


def unknown_line(number: int) -> int | None:
    """For formats without lines."""
    return None


def lines_of(line: LineOf, numbers: np.ndarray) -> pa.Array:
    """The lines of many records: at once where `line` has a way, `many`."""
    if line is unknown_line:
        return pa.nulls(len(numbers), pa.int64())
    many = getattr(line, "many", None)
    return pa.array([line(number) for number in numbers.tolist()] if many is None else many(numbers), pa.int64())


def count_lines(text: bytes) -> int:
    """The line ends in a text, in a fraction of the time that bytes.count takes."""
    return int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == 10))


class TextLines:
    """The lines of a text whose first line has the number `first`; its line ends are found when somebody asks."""

    def __init__(self, text: bytes, first: int = 1):
        self.text, self.first = text, first
        self._ends: np.ndarray | None = None

    def at(self, places: np.ndarray) -> np.ndarray:
        """The lines of places in the text."""
        if self._ends is None:
            self._ends = np.flatnonzero(np.frombuffer(self.text, dtype=np.uint8) == 10)
        return self.first + np.searchsorted(self._ends, places)


@dataclass(frozen=True)
class PlacedLines:
    """Lines of records by where they begin in a text: `places` gives that, by the records' numbers."""

    lines: TextLines
    places: Callable[[np.ndarray], np.ndarray]

    def __call__(self, number: int) -> int:
        return int(self.many(np.array([number]))[0])

    def many(self, numbers: np.ndarray) -> np.ndarray:
        return self.lines.at(self.places(numbers))


class RecordLines:
    """Lines of records in text whose records are lines: a group of lines at a time, of which some may be no records."""

    def __init__(self, first_line: int = 1):
        self.next_line = first_line
        self._numbers: list[int] = []
        self._lines: list[int | np.ndarray] = []

    def add(self, first_number: int, lines: int, kept: Sequence[int] | np.ndarray | None = None) -> None:
        """The next `lines` lines. `kept` are the places of those that are records; None: all of them."""
        self._numbers.append(first_number)
        self._lines.append(self.next_line if kept is None else np.asarray(kept, dtype=np.int64) + self.next_line)
        self.next_line += lines

    def __call__(self, number: int) -> int | None:
        """The line of a record."""
        group = bisect_right(self._numbers, number) - 1
        if group < 0:
            return None
        lines, place = self._lines[group], number - self._numbers[group]
        if isinstance(lines, int):
            return lines + place
        return int(lines[place]) if place < len(lines) else None

    def many(self, numbers: np.ndarray) -> pa.Array:
        """The lines of many records."""
        groups = np.searchsorted(self._numbers, numbers, side="right") - 1
        found, is_known = np.zeros(len(numbers), dtype=np.int64), groups >= 0
        for group in np.unique(groups[is_known]).tolist():
            rows = np.flatnonzero(groups == group)
            lines, places = self._lines[group], numbers[rows] - self._numbers[group]
            if isinstance(lines, int):
                found[rows] = lines + places
                continue
            is_known[rows] = places < len(lines)
            found[rows[is_known[rows]]] = lines[places[is_known[rows]]]
        return pa.array(found, mask=~is_known)


class KnownLines:
    """Lines of the records of one table; NULL where nobody knows."""

    def __init__(self, numbers: np.ndarray, lines: pa.ChunkedArray):
        self.lines = lines
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]

    def __call__(self, number: int) -> int | None:
        return self.many(np.array([number]))[0].as_py()

    def many(self, numbers: np.ndarray) -> pa.Array:
        """Raises KeyError for a record of another table."""
        places = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        if len(numbers) and not (len(self._sorted) and (self._sorted[places] == numbers).all()):
            raise KeyError("a record that is not of this table")
        return self.lines.take(pa.array(self._order[places])).combine_chunks()
