"""Finds where each record of an XML text begins and ends, also where records are malformed, without parsing them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from .tokens import CLOSE, EMPTY, OPEN, Tags, find_tags

_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)([^\s<>/!?\"'=]+)((?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*?)(/?)>", re.S
)


@dataclass
class Span:
    """The bytes of one outermost record element; `inner` are those of records nested in it, itself first."""

    start: int
    end: int
    inner: list[tuple[int, int]]


@dataclass(frozen=True)
class Spans:
    """The bounds of all outermost records, in document order. `inner` holds nested ones where there are any.

    `specials` are the places of everything that begins with `<!` or `<?`.
    """

    starts: np.ndarray
    ends: np.ndarray
    specials: np.ndarray
    inner: Sequence[list[tuple[int, int]]] | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def span(self, index: int) -> Span:
        start, end = int(self.starts[index]), int(self.ends[index])
        return Span(start, end, self.inner[index] if self.inner else [(start, end)])


def find_spans(text: bytes, names: Collection[str]) -> Spans:
    """The records with one of the names (local ones; any prefix counts)."""
    tags = find_tags(text, names)
    depths = tags.depths
    if len(depths) and (depths[-1] != 0 or depths.min() < 0):
        return _broken_spans(text, tags)
    if len(depths) and (depths.max() > 1 or depths[tags.kinds == EMPTY].any()):
        return _nested_spans(tags)
    opens = np.flatnonzero(tags.kinds != CLOSE)
    closes = opens + (tags.kinds[opens] == OPEN)
    return Spans(tags.starts[opens], tags.ends[closes], tags.specials)


def _nested_spans(tags: Tags) -> Spans:
    inner: list[list[tuple[int, int]]] = []
    opened: list[int] = []
    for kind, start, end in zip(tags.kinds.tolist(), tags.starts.tolist(), tags.ends.tolist(), strict=True):
        if kind == CLOSE:
            at = opened.pop()
            inner[-1][at] = (inner[-1][at][0], end)
            continue
        if not opened:
            inner.append([])
        inner[-1].append((start, end))
        if kind == OPEN:
            opened.append(len(inner[-1]) - 1)
    bounds = np.array([each[0] for each in inner], dtype=np.int64)
    return Spans(bounds[:, 0], bounds[:, 1], tags.specials, inner)


def _broken_spans(text: bytes, tags: Tags) -> Spans:
    """Where tags are missing: a record without an end tag ends before its parent's, or before the next record."""
    kinds = tags.kinds
    count = len(kinds)
    ends = tags.ends.copy()
    is_paired = np.zeros(count, dtype=bool)
    is_paired[:-1] = (kinds[:-1] == OPEN) & (kinds[1:] == CLOSE)
    ends[:-1][is_paired[:-1]] = tags.ends[1:][is_paired[:-1]]
    is_stray = kinds == CLOSE
    is_stray[1:] &= kinds[:-1] != OPEN
    is_span = kinds != CLOSE
    starts = tags.starts.copy()
    whole = is_paired | (kinds == EMPTY)
    parents = _Parents(text, starts[whole], ends[whole])
    for at in np.flatnonzero((is_span & ~whole) | is_stray).tolist():
        start = int(tags.starts[at])
        if kinds[at] == OPEN:
            limit = int(tags.starts[at + 1]) if at + 1 < count else len(text)
            ends[at] = _cut(text, start, limit, parents)
            continue
        before = at - 1
        while before >= 0 and not is_span[before]:
            before -= 1
        behind = int(ends[before]) if before >= 0 else None
        if behind is not None and b"<" not in text[behind:start]:
            ends[before] = tags.ends[at]
        elif (opened := _opened_before(text, behind, start)) is not None:
            starts[at], is_span[at] = opened, True
    return Spans(starts[is_span], ends[is_span], tags.specials)


def _opened_before(text: bytes, behind: int | None, close: int) -> int | None:
    """Where the record of an end tag without a start begins: at an element whose start tag is misspelt."""
    stack: list[int] = []
    for match in _TAG.finditer(text, behind or 0, close):
        if match[2] is None or match[4]:
            continue
        if match[1]:
            if not stack:
                return None
            stack.pop()
        else:
            stack.append(match.start())
    return stack[-1] if stack and (behind is None or len(stack) == 1) else None


class _Parents:
    """The names of the elements around a place, from the text before it but whole records; asked for in rising places."""

    def __init__(self, text: bytes, starts: np.ndarray, ends: np.ndarray):
        self.text, self.position = text, 0
        self.starts, self.ends = starts, ends
        self.stack: list[bytes] = []

    def at(self, place: int, skip: bytes) -> list[bytes]:
        """Local names, outermost first. Elements called `skip` (records) are passed over."""
        first, last = np.searchsorted(self.starts, [self.position, place])
        starts, ends = self.starts[first:last], self.ends[first:last]
        begins = np.concatenate([[self.position], ends])
        stops = np.concatenate([starts, [place]])
        # Between most records there is only a line end.
        for at in np.flatnonzero(stops - begins > 2).tolist():
            for match in _TAG.finditer(self.text, int(begins[at]), int(stops[at])):
                self._take(match, skip)
        self.position = place
        return self.stack

    def _take(self, match: re.Match[bytes], skip: bytes) -> None:
        if match[2] is None or match[4] or _local(match[2]) == skip:
            return
        if not match[1]:
            self.stack.append(_local(match[2]))
        elif _local(match[2]) in self.stack:
            while self.stack.pop() != _local(match[2]):
                pass


def _local(name: bytes) -> bytes:
    return name.rpartition(b":")[2]


def _cut(text: bytes, start: int, limit: int, parents: _Parents) -> int:
    """The end of a record without an end tag: the first end tag of an element around it, at most `limit`."""
    match = _TAG.match(text, start)
    record = re.match(rb"<([^\s<>/]+)", text[start : start + 256])
    around = set(parents.at(start, _local(record.group(1)) if record else b""))
    inside: list[bytes] = []
    for tag in _TAG.finditer(text, match.end() if match else start + 1, limit):
        if tag[2] is None or tag[4]:
            continue
        name = _local(tag[2])
        if not tag[1]:
            inside.append(name)
        elif name in inside:
            while inside.pop() != name:
                pass
        elif name in around:
            return tag.start()
    return limit
