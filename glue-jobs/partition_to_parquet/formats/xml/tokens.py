"""The tags of record elements in an XML text, found without parsing it; also where the text is malformed."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from .bytes import CLOSING, OPENING, SLASH, Bytes

OPEN, CLOSE, EMPTY = 1, -1, 0
# Text is searched in blocks that the processor's cache holds.
BLOCK_BYTES = 2 * 1024 * 1024
# No tag of a record is looked for in comments, CDATA sections, processing instructions and the DTD.
_SPECIAL = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE(?:[^<>\[]|\[.*?\])*>", re.S)


@dataclass(frozen=True)
class Tags:
    """Tags of records in the order of the text: OPEN, CLOSE or EMPTY, and their bounds; places of `<!` and `<?`."""

    kinds: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    specials: np.ndarray

    @property
    def depths(self) -> np.ndarray:
        """How many records are open behind each tag."""
        return np.cumsum(self.kinds, dtype=np.int64)


def find_tags(text: bytes, names: Collection[str]) -> Tags:
    """The tags of all elements with one of the local names, whatever their prefix."""
    finder = _Finder([name.encode() for name in names])
    position = 0
    while position < len(text):
        # A block ends before a tag, so that no tag is cut.
        end = min(position + BLOCK_BYTES, len(text))
        cut = text.rfind(b"<", position + 1, end) if end < len(text) else end
        end = cut if cut > position else end
        finder.take(text, position, end)
        position = end
    return finder.tags(text)


class _Finder:
    def __init__(self, names: list[bytes]):
        self.names = names
        local = rb"(?:[^\s<>/:\"'=]+:)?(?:" + b"|".join(map(re.escape, names)) + rb")"
        self.pattern = re.compile(
            rb"<(/?)" + local + rb"(?=[\s/>])[^<>\"'/]*(?:(?:\"[^\"<]*\"|'[^'<]*'|/(?!>))[^<>\"'/]*)*(/?)>"
            rb"|<" + local + rb"(?=[\s/>])",
            re.S,
        )
        self.kinds: list[np.ndarray] = []
        self.starts: list[np.ndarray] = []
        self.ends: list[np.ndarray] = []
        self.specials: list[int] = []

    def take(self, text: bytes, start: int, end: int) -> None:
        """Notes the tags that begin in [start, end) of the text."""
        block = Bytes(text[start : end + 1])
        data = block.data
        begins = block.places(OPENING)
        begins = begins[begins < end - start]
        second = data[begins + 1]
        self.specials.extend((begins[(second == 33) | (second == 63)] + start).tolist())
        closing = second == SLASH
        found = np.zeros(len(begins), dtype=bool)
        for name in self.names:
            found |= block.named(begins + 1 + closing, name)
        all_begins, begins, closing = begins, begins[found], closing[found]
        if not len(begins):
            return
        stops = block.places(CLOSING)
        at = np.searchsorted(stops, begins)
        ends = stops[np.minimum(at, len(stops) - 1)] if len(stops) else begins
        kinds = np.where(closing, CLOSE, np.where(data[np.maximum(ends - 1, 0)] == SLASH, EMPTY, OPEN)).astype(np.int8)
        ends = ends + 1
        odd = np.flatnonzero(_are_odd(block, begins, ends, at < len(stops), all_begins))
        kept = np.ones(len(begins), dtype=bool)
        for row in odd.tolist():
            match = self.pattern.match(text, start + int(begins[row]))
            kept[row] = match is not None
            if match:
                ends[row] = match.end() - start
                kinds[row] = CLOSE if match[1] else EMPTY if match[2] else OPEN
        self.kinds.append(kinds[kept])
        self.starts.append(begins[kept] + start)
        self.ends.append(ends[kept] + start)

    def tags(self, text: bytes) -> Tags:
        """All tags but those in comments and the like."""
        none = np.zeros(0, dtype=np.int64)
        kinds = np.concatenate([none.astype(np.int8), *self.kinds])
        starts, ends = np.concatenate([none, *self.starts]), np.concatenate([none, *self.ends])
        specials = np.array(self.specials, dtype=np.int64)
        hidden = [(match.start(), match.end()) for match in _specials(text, self.specials)]
        if not hidden:
            return Tags(kinds, starts, ends, specials)
        bounds = np.array(hidden, dtype=np.int64)
        before = np.searchsorted(bounds[:, 0], starts, side="right") - 1
        seen = (before < 0) | (starts >= bounds[np.maximum(before, 0), 1])
        return Tags(kinds[seen], starts[seen], ends[seen], specials)


def _specials(text: bytes, places: list[int]) -> list[re.Match[bytes]]:
    found: list[re.Match[bytes]] = []
    behind = 0
    for place in places:
        if place >= behind and (match := _SPECIAL.match(text, place)):
            found.append(match)
            behind = match.end()
    return found


def _are_odd(
    block: Bytes, begins: np.ndarray, ends: np.ndarray, is_ended: np.ndarray, opening: np.ndarray
) -> np.ndarray:  # fmt: skip
    """Tags whose end only the pattern tells: no `>` in sight, `<` in them, or quotes that may hold the `>`."""
    following = np.searchsorted(opening, begins) + 1
    has_other = (following < len(opening)) & (opening[np.minimum(following, len(opening) - 1)] < ends)
    odd = ~is_ended | has_other
    counts = []
    for quote in (34, 39):
        places = block.places(quote)
        count = np.searchsorted(places, ends) - np.searchsorted(places, begins)
        odd |= count % 2 == 1
        counts.append(count)
    return odd | ((counts[0] > 0) & (counts[1] > 0))
