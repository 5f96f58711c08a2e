"""What stands around a JSON record: names that stars stood for, objects above it, the document."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Raw

from ...json_paths import UP, parse_path, split_up
from ...values.kinds import Faulty
from ..selection import Selection
from .faults import without_halves
from .values import DECODE_ERRORS, Pick, picker

Json = bytes | Raw


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands. `stars` are the names that the stars of `records` stood for, `above` the objects around it,
    outermost first. Records side by side share one Place."""

    document: Json
    stars: tuple[str, ...] = ()
    above: tuple[Json, ...] = ()


class _Outer:
    """The values of some columns from one object; records side by side have the same, so it is read once."""

    def __init__(self, pick: Pick, positions: Sequence[int], size: int):
        self.pick, self.positions, self.size = pick, positions, size
        self.last: Json | None = None
        self.values: list[str | None] = []

    def put(self, raw: Json, row: list[str | None]) -> None:
        if raw is not self.last:
            text = bytes(raw).strip(b" \t\r\n")
            try:
                found = self._picked(text)
            except DECODE_ERRORS:
                found = self._without_halves(text)
            self.last, self.values = raw, [found[position] for position in self.positions]
        for position, value in zip(self.positions, self.values, strict=True):
            row[position] = value

    def _picked(self, text: bytes) -> list[str | None]:
        found: list[str | None] = [None] * self.size
        self.pick(text, found)
        return found

    def _without_halves(self, text: bytes) -> list[str | None]:
        """A value that holds half of a surrogate pair differs by what stands for it."""
        one, other = (self._picked(without_halves(text, instead)) for instead in (b"\\ufffd", b"\\ufffc"))
        fault = Faulty("the text around the record holds half of a surrogate pair, which is not a character")
        return [value if value == same else fault for value, same in zip(one, other, strict=True)]


class Surroundings:
    """Reads the columns whose values are not in the record itself."""

    def __init__(self, selection: Selection):
        self.stars = selection.stars
        levels: dict[int, list] = {}
        for position, source in selection.fields.items():
            if str(source).startswith(UP):
                ups, steps = split_up(str(source))
                levels.setdefault(ups, []).append((position, steps))
        self.above = {ups: _outer(paths, selection.size) for ups, paths in levels.items()}
        document = [(position, parse_path(path)) for position, path in selection.document.items()]
        self.document = _outer(document, selection.size) if document else None
        self.positions = [*self.stars, *selection.document, *(at for paths in levels.values() for at, _ in paths)]
        self._last: Place | None = None
        self._row: list[str | None] = [None] * selection.size

    def row_at(self, place: Place) -> list[str | None]:
        """The values around a record, by position; None where the record itself has the value. Not to be changed."""
        if place is not self._last:
            row: list[str | None] = [None] * len(self._row)
            for position, star in self.stars.items():
                row[position] = place.stars[star - 1] if star <= len(place.stars) else None
            for ups, outer in self.above.items():
                if ups <= len(place.above):
                    outer.put(place.above[-ups], row)
            if self.document:
                self.document.put(place.document, row)
            self._last, self._row = place, row
        return self._row


def _outer(paths: list, size: int) -> _Outer:
    return _Outer(picker(paths), [position for position, _ in paths], size)
