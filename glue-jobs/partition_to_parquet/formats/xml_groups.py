"""Parses groups of XML records and collects their values."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from lxml import etree

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract
from ..errors import Reject
from .selection import Selection
from .xml_dtd import Tokens, normalise_tokens
from .xml_parser import parse
from .xml_paths import Reach, reach_of
from .xml_skeleton import Skeleton
from .xml_spans import Span
from .xml_values import RecordValues, depth_of, without_namespaces

DEPTH_LIMIT = 100
# Records parsed at once; a malformed one among them is found by halving.
GROUP = 500
_NAME = re.compile(rb"<(?:[^\s<>/:]+:)?([^\s<>/]+)")


class _Parsed(NamedTuple):
    """A record's element, or why it has none."""

    span: Span
    place: etree._Element
    element: etree._Element | None
    fault: str


class GroupReader:
    """Reads the values of records that follow each other."""

    def __init__(
        self, text: bytes, contract: Contract, file: SourceFile, selection: Selection, skeleton: Skeleton, tokens: Tokens
    ):  # fmt: skip
        self.text, self.selection, self.skeleton, self.tokens = text, selection, skeleton, tokens
        self.values = RecordValues(contract, selection, file)
        names = frozenset(name.rpartition(":")[2] for name in contract.format.record)
        reaches = [reach_of(source, names, skeleton.around) for source in self.values.sources]
        # A record that is the root is a document of its own.
        self.reach = Reach.RECORD if skeleton.is_root else max(reaches, default=Reach.RECORD)
        self.keeps_language = any("lang(" in source for source in self.values.sources)
        if self.reach > Reach.RECORD and not self.values.keeps_namespaces:
            without_namespaces(skeleton.root, self.keeps_language)
        # Where values come from the whole document, records wait until all of them are in the tree.
        self.waiting: list[_Parsed] = []
        self.number = 0
        self._clear()

    def _clear(self) -> None:
        self.rows: list[list[str | None]] = []
        self.bounds: list[tuple[int, int]] = []
        self.records: list[int] = []
        self.rejects: list[Reject] = []

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.rejects)

    def take(self, spans: Sequence[Span], places: Sequence[etree._Element]) -> None:
        """Reads records that follow each other; those with the same namespaces around them are parsed together."""
        start = 0
        for end in range(1, len(spans) + 1):
            if end < len(spans) and _are_alike(places[end], places[start]):
                continue
            for parsed in self._parse(spans[start:end], places[start:end]):
                if self.reach == Reach.DOCUMENT:
                    self._put(parsed)
                else:
                    self._read(parsed)
            start = end

    def finish(self) -> None:
        """Reads the records that waited for the whole document."""
        for parsed in self.waiting:
            self._read(parsed)

    def _parse(self, spans: Sequence[Span], places: Sequence[etree._Element]) -> list[_Parsed]:
        body = b"".join(self.text[span.start : span.end] for span in spans)
        around = places[0].getparent().nsmap
        try:
            elements = self._elements(body, around)
            if len(elements) != len(spans):
                raise etree.XMLSyntaxError("the record is not one element", 0, 0, 0)
        except etree.XMLSyntaxError as error:
            if len(spans) == 1:
                return [_Parsed(spans[0], places[0], None, str(error.msg))]
            half = len(spans) // 2
            return self._parse(spans[:half], places[:half]) + self._parse(spans[half:], places[half:])
        return [_Parsed(span, place, each, "") for span, place, each in zip(spans, places, elements, strict=True)]

    def _elements(self, body: bytes, around: dict[str | None, str]) -> list[etree._Element]:
        if self.skeleton.is_root:
            group = parse(body)
            elements = [group]
        else:
            opening = b"<sluice-records" + b"".join(_declared(prefix, uri) for prefix, uri in around.items()) + b">"
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
            name = _NAME.match(self.text, parsed.span.start)
            local = name[1].decode() if name else ""
            tag = next((tag for tag in self.values.tags if tag.rpartition("}")[2] == local), None)
            element = etree.Element(tag) if tag else None
        if element is not None:
            element.tail = parsed.place.tail
            parsed.place.getparent().replace(parsed.place, element)
        self.waiting.append(parsed)

    def _read(self, parsed: _Parsed) -> None:
        span, place, element, fault = parsed
        if element is None:
            self.number += 1
            code = "too_deep" if "depth" in fault else "malformed_record"
            self._fail(code, f"the record is no well-formed XML: {fault}", span.start, span.end)
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
            self.records.append(self.number)
        if self.reach == Reach.AROUND:
            parent.replace(element, place)

    def _fail(self, code: str, message: str, start: int, end: int) -> None:
        self.rejects.append(Reject(self.number, code, None, None, message, self.text[start:end]))

    def chunk(self) -> Chunk:
        """The records collected so far. Texts are texts: in `super` they are JSON strings."""
        rows, bounds, text = self.rows, self.bounds, self.text
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(self.selection.size)]
        values = self.selection.with_constants(columns, len(rows))
        records = np.array(self.records, dtype=np.int64)
        chunk = Chunk(records, values, lambda i: text[bounds[i][0] : bounds[i][1]], self.rejects, members=True)
        self._clear()
        return chunk


def _are_alike(place: etree._Element, other: etree._Element) -> bool:
    parent, first = place.getparent(), other.getparent()
    return parent is first or parent.nsmap == first.nsmap


def _declared(prefix: str | None, uri: str) -> bytes:
    value = uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f' xmlns{"" if prefix is None else ":" + prefix}="{value}"'.encode()
