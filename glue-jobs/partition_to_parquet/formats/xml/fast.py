"""The fast way through XML: libxml2 judges whether a block of records is well-formed, numpy finds the values in it.

Records that are malformed, or of which the places of tags do not tell everything, are left to the strict reader.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
from lxml import etree

from ...columns import Chunk, RawColumn
from ...line_numbers import PlacedLines, TextLines
from ..selection import Selection
from .block import Block, without_specials
from .parser import declared
from .plan import Around, Plan
from .skeleton import Skeleton
from .spans import Spans

# Records of about this many bytes are read at once, or at least a few.
BLOCK_BYTES = 2 * 1024 * 1024
# Of a block that is not well-formed so many are judged at once.
JUDGED = 32
# libxml2 takes no more than ten million bytes at once.
_FED_BYTES = 256 * 1024
_WRAPPER = b"sluice-records"


class FastReader:
    """Reads a document's records block by block. `left` are the records of the last block that the strict reader must take."""

    def __init__(self, text: bytes, spans: Spans, skeleton: Skeleton, selection: Selection, plan: Plan):
        self.text, self.spans, self.skeleton = text, spans, skeleton
        self.selection, self.plan = selection, plan
        self.lines = TextLines(text)
        self.left: np.ndarray = np.zeros(0, dtype=np.int64)
        self._outer: dict[int, list[str | None]] = {}

    def chunks(self) -> Iterator[Chunk]:
        """A chunk a block, with the records that were regular; `left` changes with each."""
        for first, behind in self._blocks():
            yield self._read(np.arange(first, behind))

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """Records with the same namespaces around them, of BLOCK_BYTES."""
        count = len(self.spans)
        regions = self.skeleton.regions
        changes = np.append(np.flatnonzero(self.skeleton.namespaces[1:] != self.skeleton.namespaces[:-1]) + 1, len(self.skeleton.places))
        bounds = np.searchsorted(regions, changes)
        first = 0
        while first < count:
            behind = int(np.searchsorted(self.spans.ends, self.spans.starts[first] + BLOCK_BYTES))
            limit = int(bounds[np.searchsorted(bounds, first, side="right")])
            behind = min(max(behind, first + 1), limit)
            yield first, behind
            first = behind

    def _read(self, rows: np.ndarray) -> Chunk:
        around: Around = self.skeleton.around_of(int(rows[0]))
        opening = b"<" + _WRAPPER + b"".join(declared(prefix, uri) for prefix, uri in around.items()) + b">"
        body, starts = self._joined(rows)
        kept = rows
        if _first_fault(opening, [body]) is not None:
            kept = self._well_formed(opening, rows)
            body, starts = self._joined(kept)
        if self._has_specials(rows):
            bounds = [*starts.tolist(), len(body)]
            pieces = without_specials([body[start:end] for start, end in zip(bounds, bounds[1:], strict=False)])
            body = b"".join(pieces)
            starts = np.cumsum([0, *map(len, pieces)])[:-1]
        block = Block(body, starts, self.plan, around)
        columns = block.read() if len(kept) else None
        if columns is None:
            self.left = rows
            return self._chunk(rows[:0], {position: pa.nulls(0, pa.string()) for position in self._positions()})
        for position, (values, odd) in self._around(kept).items():
            columns[position] = values
            block.suspects |= odd
        good = ~block.suspects
        if not good.all():
            columns = {position: values.filter(pa.array(good)) for position, values in columns.items()}
        read = kept[good]
        self.left = np.setdiff1d(rows, read, assume_unique=True) if len(read) < len(rows) else rows[:0]
        return self._chunk(read, columns)

    def _has_specials(self, rows: np.ndarray) -> bool:
        """Whether comments, CDATA sections or processing instructions stand among the records."""
        first, behind = self.spans.starts[rows[0]], self.spans.ends[rows[-1]]
        found = np.searchsorted(self.spans.specials, [first, behind])
        return bool(found[0] != found[1])

    def _positions(self) -> list[int]:
        plan = self.plan
        return [*(each.position for each in plan.wanted), *plan.elements, *(position for position, _ in plan.outer)]

    def _joined(self, rows: np.ndarray) -> tuple[bytes, np.ndarray]:
        """The records' text, as it stands where only blanks are between them, and where each begins in it."""
        if not len(rows):
            return b"", rows
        starts, ends = self.spans.starts[rows], self.spans.ends[rows]
        regions = self.skeleton.regions[rows]
        is_first = np.ones(len(rows), dtype=bool)
        is_first[1:] = (rows[1:] != rows[:-1] + 1) | (regions[1:] != regions[:-1])
        firsts = np.flatnonzero(is_first)
        begins, stops = starts[firsts], ends[np.append(firsts[1:], len(rows)) - 1]
        body = b"".join([self.text[begin:stop] for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True)])
        offsets = np.concatenate([[0], np.cumsum(stops - begins)[:-1]])
        run = np.cumsum(is_first) - 1
        return body, starts - begins[run] + offsets[run]

    def _well_formed(self, opening: bytes, rows: np.ndarray) -> np.ndarray:
        """The records but those that stand among malformed ones."""
        parts = [rows[at : at + JUDGED] for at in range(0, len(rows), JUDGED)]
        texts = [self._joined(part)[0] for part in parts]
        good: list[np.ndarray] = []
        waiting = [(0, len(parts))]
        while waiting:
            first, behind = waiting.pop()
            fault = _first_fault(opening, texts[first:behind]) if first < behind else None
            if fault is None:
                good.extend(parts[first:behind])
            elif behind - first > 1:
                # libxml2 looks ahead: the fault may be in the part before. Where it saw it at the end, it may be anywhere.
                at = first + (fault if fault < behind - first else fault // 2)
                ranges = [(first, at - 1), (max(at - 1, first), at), (at, at + 1), (at + 1, behind)]
                waiting.extend((start, end) for start, end in reversed(ranges) if start < end)
        return np.concatenate(good) if good else rows[:0]

    def _around(self, rows: np.ndarray) -> dict[int, tuple[pa.Array, np.ndarray]]:
        """Columns from the elements around the records, with the records whose value is no plain text."""
        if not self.plan.outer:
            return {}
        regions = self.skeleton.regions[rows]
        first, last = int(regions[0]), int(regions[-1])
        for region in range(first, last + 1):
            if region not in self._outer:
                self._outer[region] = self._beside(self.skeleton.places[region])
        found = {}
        for at, (position, _) in enumerate(self.plan.outer):
            values = [self._outer[region][at] for region in range(first, last + 1)]
            odd = np.array([value is not None and type(value) is not str for value in values])
            plain = pa.array([None if is_odd else value for value, is_odd in zip(values, odd, strict=True)], pa.string())
            found[position] = (plain.take(pa.array(regions - first)), odd[regions - first])
        return found

    def _beside(self, place: etree._Element) -> list[str | None]:
        """The values around any record that stands in the place; XPath wants an element there."""
        parent, element = place.getparent(), etree.Element(_WRAPPER.decode())
        parent.replace(place, element)
        values = [_tried(read, element) for _, read in self.plan.outer]
        parent.replace(element, place)
        return values

    def _chunk(self, rows: np.ndarray, columns: dict[int, pa.Array]) -> Chunk:
        absent = pa.nulls(len(rows), pa.string())
        values: Sequence[RawColumn] = [columns.get(position, absent) for position in range(self.selection.size)]
        starts, ends, text = self.spans.starts[rows], self.spans.ends[rows], self.text
        every, lines = self.spans.starts, self.lines
        return Chunk(
            rows + 1, self.selection.with_constants(values, len(rows)), lambda i: text[starts[i] : ends[i]], [], members=True,
            line=PlacedLines(lines, lambda numbers: every[numbers - 1]),
        )  # fmt: skip


def _tried(read: Callable[[etree._Element], str | None], place: etree._Element) -> str | None:
    try:
        return read(place)
    except etree.XPathError:
        return _NOT_PLAIN


class _NotPlain(str):
    """Stands for a value that only the strict reader can tell."""


_NOT_PLAIN = _NotPlain()


class _Nothing:
    """A target that libxml2 calls for nothing, so that it builds nothing."""

    def close(self) -> None:
        return None


def _first_fault(opening: bytes, texts: Sequence[bytes]) -> int | None:
    """The first of the texts in which libxml2 finds a fault without a tree (all but namespaces and depth); None: in none."""
    parser = etree.XMLParser(target=_Nothing(), resolve_entities=False, load_dtd=False, no_network=True)
    index = 0
    try:
        parser.feed(opening)
        for number, text in enumerate(texts):
            index = number
            for at in range(0, len(text), _FED_BYTES):
                parser.feed(text[at : at + _FED_BYTES])
        index = len(texts)
        parser.feed(b"</" + _WRAPPER + b">")
        parser.close()
    except etree.XMLSyntaxError:
        return index
    return None
