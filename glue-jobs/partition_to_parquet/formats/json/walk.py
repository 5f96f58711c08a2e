"""Follows the path `records` through a JSON document to its records."""

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
from msgspec import Raw

from ...json_paths import Star, Step, parse_path
from ...nearest import hint
from .faults import without_halves
from .places import Json, Place
from .values import DECODE_ERRORS

WHOLE = "$"
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_ARRAY = msgspec.json.Decoder(list[Raw])
_ANY = msgspec.json.Decoder(Raw)
# Records side by side, with the place that they share.
Runs = Iterator[tuple[Place, Sequence[Json]]]


class NotFound(Exception):
    """The document has nothing at the path; says what it has instead."""


class Walk:
    """The way that `records` describes. `$` is the document itself."""

    def __init__(self, records: str):
        self.records = records
        self.steps = () if records == WHOLE else parse_path(records)
        # A path that does not end in a star leads to an array of records, or to an object that is one.
        self.spread = records != WHOLE and not (self.steps and isinstance(self.steps[-1], Star))

    def records_of(self, text: bytes) -> Runs:
        """All records in order. Raises NotFound, or a msgspec error where the document is no JSON."""
        text = text.strip(b" \t\r\n")
        scanned, back = text, bytes
        try:
            _ANY.decode(text)
        except DECODE_ERRORS:
            # Half of a surrogate pair is no fault of the document's: the record that holds it is rejected, as it stood.
            scanned = without_halves(text)
            if scanned == text:
                raise
            _ANY.decode(scanned)
            back = _original(text, scanned)
        if self.records == WHOLE:
            yield Place(text), [text]
            return
        yield from self._walk(scanned, self.steps, Place(text), back)

    def _walk(self, raw: Json, steps: Sequence[Step], place: Place, back: Callable[[Json], bytes]) -> Runs:
        if not steps:
            yield from self._ends(raw, place, back)
            return
        step, rest = steps[0], steps[1:]
        is_object = _head(raw) == b"{"
        above = (*place.above, raw if back is bytes else back(raw)) if is_object else place.above
        for name, child in self._children(raw, step):
            if child is not None and not (place.stars and not rest and self.spread and _head(child) == b"n"):
                stars = (*place.stars, name) if isinstance(step, Star) else place.stars
                inner = Place(place.document, stars, above)
                yield from self._walk(child, rest, inner, back)
            elif not place.stars:
                known = _OBJECT.decode(raw) if is_object else ()
                raise NotFound(f"has no {_shown(step)}{hint(str(step), known)}")

    def _ends(self, raw: Json, place: Place, back: Callable[[Json], bytes]) -> Runs:
        if not self.spread or _head(raw) == b"{":
            yield place, [raw if back is bytes else back(raw)]
        elif _head(raw) == b"[":
            elements = _ARRAY.decode(raw)
            yield place, elements if back is bytes else list(map(back, elements))
        else:
            raise NotFound(f"holds {_head(raw, 30)!r}, which is neither array nor object")

    def _children(self, raw: Json, step: Step) -> Iterator[tuple[str, Raw | None]]:
        if _head(raw) == b"{":
            members = _OBJECT.decode(raw)
            if isinstance(step, Star):
                yield from members.items()
                return
            if isinstance(step, str):
                yield step, members.get(step)
                return
        elif _head(raw) == b"[":
            elements = _ARRAY.decode(raw)
            if isinstance(step, Star):
                yield from ((str(index), element) for index, element in enumerate(elements))
                return
            if isinstance(step, int):
                yield str(step), elements[step] if step < len(elements) else None
                return
        raise NotFound(f"has no {_shown(step)} at {_head(raw, 30)!r}")


def _original(text: bytes, scanned: bytes) -> Callable[[Json], bytes]:
    """From a piece of `scanned` to the same bytes of `text`, which is as long."""
    base = _address(scanned)

    def back(raw: Json) -> bytes:
        start = _address(raw) - base
        return text[start : start + len(memoryview(raw))]

    return back


def _address(raw: Json) -> int:
    return np.frombuffer(raw, dtype=np.uint8).__array_interface__["data"][0]


def _head(raw: Json, length: int = 1) -> bytes:
    return bytes(memoryview(raw)[:length])


def _shown(step: Step) -> str:
    return f"element [{step}]" if isinstance(step, int) else f"member '{step}'"
