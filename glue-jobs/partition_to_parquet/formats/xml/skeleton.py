"""The document around the records: it must be well-formed, so that a file that was cut off is noticed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from lxml import etree

from ...batch import SourceFile
from ...errors import FileUnreadable
from .parser import parse, reason_of
from .spans import Spans

_PROLOG = re.compile(rb"(?:\s|<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^<>\[]|\[.*?\])*>)*\Z", re.S)
_ROOT = b"sluice-root"
_PLACE = "sluice-record"
# Between records so many blanks may be looked at.
_BLANKS = 256
_SPACE = np.zeros(256, dtype=bool)
_SPACE[list(b" \t\n\r")] = True
# An entity in an attribute; libxml2 passes over undeclared ones in silence where there is a DTD of another file.
_ENTITY = re.compile(rb"<[^<>!?]*=\s*[\"'][^<>]*&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")


@dataclass(frozen=True)
class Skeleton:
    """`places` are processing instructions in the records' places; records with only blanks between them share one.

    `regions` gives each record's place. `is_root`: the only record is the document.
    """

    root: etree._Element
    places: Sequence[etree._Element]
    regions: np.ndarray
    is_root: bool

    def place(self, record: int) -> etree._Element:
        return self.places[self.regions[record]]

    @cached_property
    def around(self) -> frozenset[str]:
        """Local names of the elements that hold records."""
        parents = {place.getparent() for place in self.places} - {None}
        found = {etree.QName(parent).localname for parent in parents}
        for parent in parents:
            found |= {etree.QName(each).localname for each in parent.iterancestors()}
        return frozenset(found)

    @property
    def maps(self) -> list[dict[str | None, str]]:
        """The different sets of namespaces that are declared around records."""
        return self._numbered[0]

    @property
    def namespaces(self) -> np.ndarray:
        """For each place, which of `maps` is declared around it."""
        return self._numbered[1]

    @cached_property
    def _numbered(self) -> tuple[list[dict[str | None, str]], np.ndarray]:
        maps: list[dict[str | None, str]] = []
        numbers, last, number = [], None, -1
        for place in self.places:
            parent = place.getparent()
            if parent is not last and (number < 0 or parent.nsmap != maps[number]):
                known = parent.nsmap
                number = maps.index(known) if known in maps else len(maps)
                if number == len(maps):
                    maps.append(known)
            last = parent
            numbers.append(number)
        return maps, np.array(numbers, dtype=np.int64)

    def around_of(self, record: int) -> dict[str | None, str]:
        """The namespaces that are declared around a record."""
        return self.maps[self.namespaces[self.regions[record]]]

    def are_alike(self, record: int, other: int) -> bool:
        """Whether the same namespaces are declared around two records."""
        return bool(self.namespaces[self.regions[record]] == self.namespaces[self.regions[other]])


def make_skeleton(text: bytes, spans: Spans, file: SourceFile, each_alone: bool = False) -> Skeleton:
    """The document without its records. Raises FileUnreadable where it is not well-formed, or has entities.

    `each_alone` gives every record a place of its own.
    """
    is_root = len(spans) > 0 and _PROLOG.match(text[: spans.starts[0]]) is not None
    begins = _first_of_regions(text, spans, each_alone)
    whole = _without_records(text, spans, begins, is_root)
    if b"<!DOCTYPE" in whole[:100_000] and _ENTITY.search(whole):
        raise FileUnreadable(f"'{file.key}' uses entities that are not declared, which are refused", file.key)
    try:
        root = parse(whole)
    except etree.XMLSyntaxError as error:
        raise FileUnreadable(f"'{file.key}' is not well-formed XML outside its records: {reason_of(error)}", file.key) from error
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        raise FileUnreadable(f"'{file.key}' uses the entity {entity.text}, which is refused", file.key)
    places = [place for place in root.iter(etree.ProcessingInstruction) if place.target == _PLACE]
    if len(places) != begins.sum() or (is_root and len(spans) > 1):
        raise FileUnreadable(f"'{file.key}' is not well-formed XML outside its records", file.key)
    return Skeleton(root, places, np.cumsum(begins) - 1, is_root)


def _first_of_regions(text: bytes, spans: Spans, each_alone: bool) -> np.ndarray:
    """Which records stand first of those with only blanks between them."""
    first = np.ones(len(spans), dtype=bool)
    if each_alone or len(spans) < 2:
        return first
    begins, sizes = spans.ends[:-1], spans.starts[1:] - spans.ends[:-1]
    short = np.flatnonzero(sizes <= _BLANKS)
    offsets = np.concatenate([[0], np.cumsum(sizes[short])])
    places = np.repeat(begins[short] - offsets[:-1], sizes[short]) + np.arange(offsets[-1])
    inked = np.concatenate([[0], np.cumsum(~_SPACE[np.frombuffer(text, dtype=np.uint8)[places]])])
    first[short + 1] = inked[offsets[1:]] > inked[offsets[:-1]]
    return first


def _without_records(text: bytes, spans: Spans, begins: np.ndarray, is_root: bool) -> bytes:
    rows = np.flatnonzero(begins)
    starts = spans.starts[rows].tolist()
    # A region ends with the last record before the next one.
    ends = spans.ends[np.append(rows[1:] - 1, len(spans) - 1)].tolist() if len(rows) else []
    pieces: list[bytes] = []
    position = 0
    for start, end in zip(starts, ends, strict=True):
        pieces.append(text[position:start])
        if is_root and position == 0:
            pieces.append(b"<" + _ROOT + b">")
        pieces.append(b"<?" + _PLACE.encode() + b"?>")
        position = end
    if is_root:
        pieces.append(b"</" + _ROOT + b">")
    pieces.append(text[position:])
    return b"".join(pieces)
