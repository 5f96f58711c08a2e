"""Parses groups of XML records and collects their values."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from lxml import etree

from ...columns import Chunk
from ...errors import Reject
from ...line_numbers import PlacedLines, TextLines
from ..selection import Selection
from .dtd import Tokens, normalise_tokens
from .parser import declared, parse, reason_of
from .paths import Reach
from .plan import Around
from .skeleton import Skeleton
from .spans import Spans
from .values import RecordValues, depth_of, without_namespaces

DEPTH_LIMIT = 100
# Records parsed at once; a malformed one among them is found by halving.
GROUP = 500
_NAME = re.compile(rb"<(?:[^\s<>/:]+:)?([^\s<>/]+)")


class _Parsed(NamedTuple):
    """A record's element, or why it has none."""

    index: int
    place: etree._Element
    element: etree._Element | None
    fault: str


class GroupReader:
    """Reads the values of records that follow each other."""

    def __init__(
        self, text: bytes, spans: Spans, values: RecordValues, selection: Selection, skeleton: Skeleton, tokens: Tokens
    ):  # fmt: skip
        self.text, self.spans, self.values, self.selection = text, spans, values, selection
        self.skeleton, self.tokens = skeleton, tokens
        self.lines = TextLines(text)
        # A record that is the root is a document of its own.
        self.reach = Reach.RECORD if skeleton.is_root else values.reach(skeleton.around)
        self.keeps_language = any("lang(" in source for source in values.sources)
        if self.reach > Reach.RECORD and not values.keeps_namespaces:
            without_namespaces(skeleton.root, self.keeps_language)
        # Where values come from the whole document, records wait until all of them are in the tree.
        self.waiting: list[_Parsed] = []
        self.number = 0
        # Whether each record's number is its place among all: then they may be taken in any order.
        self.is_numbered = False
        self._clear()

    def _clear(self) -> None:
        self.rows: list[list[str | None]] = []
        self.bounds: list[tuple[int, int]] = []
        self.records: list[int] = []
        self.rejects: list[Reject] = []
        # Where a record begins, by its number.
        self.starts: dict[int, int] = {}

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.rejects)

    def take(self, rows: Sequence[int]) -> None:
        """Reads records, by their places among all; those with the same namespaces around them are parsed together."""
        start = 0
        for end in range(1, len(rows) + 1):
            is_last = end == len(rows)
            if not is_last and end - start < GROUP and self.skeleton.are_alike(rows[start], rows[end]):
                continue
            for parsed in self._parse(rows[start:end]):
                if self.reach == Reach.DOCUMENT:
                    self._put(parsed)
                else:
                    self._read(parsed)
            start = end

    def finish(self) -> None:
        """Reads the records that waited for the whole document."""
        for parsed in self.waiting:
            self._read(parsed)

    def _parse(self, rows: Sequence[int]) -> list[_Parsed]:
        starts, ends = self.spans.starts, self.spans.ends
        body = b"".join(self.text[starts[row] : ends[row]] for row in rows)
        try:
            elements = self._elements(body, self.skeleton.around_of(rows[0]))
            if len(elements) != len(rows):
                raise etree.XMLSyntaxError("the record is not one element", 0, 0, 0)
        except etree.XMLSyntaxError as error:
            if len(rows) == 1:
                return [_Parsed(rows[0], self.skeleton.place(rows[0]), None, reason_of(error))]
            half = len(rows) // 2
            return self._parse(rows[:half]) + self._parse(rows[half:])
        return [_Parsed(row, self.skeleton.place(row), each, "") for row, each in zip(rows, elements, strict=True)]

    def _elements(self, body: bytes, around: Around) -> list[etree._Element]:
        if self.skeleton.is_root:
            group = parse(body)
            elements = [group]
        else:
            opening = b"<sluice-records" + b"".join(declared(prefix, uri) for prefix, uri in around.items()) + b">"
            group = parse(opening + body + b"</sluice-records>")
            elements = list(group.iterchildren(etree.Element))
        normalise_tokens(group, self.tokens)
        if not self.values.keeps_namespaces and (around or b"xmlns" in body or b"xml:" in body):
            without_namespaces(group, self.keeps_language)
        return elements

    def _put(self, parsed: _Parsed) -> None:
        element = parsed.element
        if element is None:
            # So that the records behind it keep their positions.
            name = _NAME.match(self.text, int(self.spans.starts[parsed.index]))
            local = name[1].decode() if name else ""
            tag = next((tag for tag in self.values.tags if tag.rpartition("}")[2] == local), None)
            element = etree.Element(tag) if tag else None
        if element is not None:
            element.tail = parsed.place.tail
            parsed.place.getparent().replace(parsed.place, element)
        self.waiting.append(parsed)

    def _read(self, parsed: _Parsed) -> None:
        index, place, element, fault = parsed
        span = self.spans.span(index)
        if self.is_numbered:
            self.number = index
        if element is None:
            self.number += 1
            code = "too_deep" if "depth" in fault else "malformed_record"
            self._fail(code, f"the record is not well-formed XML: {fault}", span.start, span.end)
            return
        parent = place.getparent()
        if self.reach == Reach.AROUND:
            parent.replace(place, element)
        found = list(element.iter(*self.values.tags))
        exact = len(found) == len(span.inner)
        for index, each in enumerate(found):
            self.number += 1
            start, end = span.inner[index] if exact else (span.start, span.end)
            # Each level takes at least the seven bytes of <a></a>.
            if end - start > 7 * DEPTH_LIMIT and depth_of(each) > DEPTH_LIMIT:
                self._fail("too_deep", f"elements are nested deeper than {DEPTH_LIMIT} levels", start, end)
                continue
            self.rows.append(self.values.read(each))
            self.bounds.append((start, end))
            self.starts[self.number] = start
            self.records.append(self.number)
        if self.reach == Reach.AROUND:
            parent.replace(element, place)

    def _fail(self, code: str, message: str, start: int, end: int) -> None:
        self.starts[self.number] = start
        self.rejects.append(Reject(self.number, code, None, None, message, self.text[start:end]))

    def chunk(self) -> Chunk:
        """The records collected so far. Texts are texts: in `super` they are JSON strings."""
        rows, bounds, text = self.rows, self.bounds, self.text
        starts, lines = self.starts, self.lines
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(self.selection.size)]
        values = self.selection.with_constants(columns, len(rows))
        records = np.array(self.records, dtype=np.int64)

        def raw_of(row: int) -> bytes:
            return text[bounds[row][0] : bounds[row][1]]

        line = PlacedLines(lines, lambda numbers: np.array([starts[number] for number in numbers.tolist()], dtype=np.int64))
        chunk = Chunk(records, values, raw_of, self.rejects, members=True, line=line)
        self._clear()
        return chunk

