"""The document around the records: it must be well-formed, so that a file that was cut off is noticed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from ..batch import SourceFile
from ..errors import FileUnreadable
from .xml_parser import parse
from .xml_spans import Span

_PROLOG = re.compile(rb"(?:\s|<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^<>\[]|\[.*?\])*>)*\Z", re.S)
_ROOT = b"sluice-root"
_PLACE = "sluice-record"
# An entity in an attribute; libxml2 passes over undeclared ones in silence where there is a DTD of another file.
_ENTITY = re.compile(rb"<[^<>!?]*=\s*[\"'][^<>]*&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")


@dataclass(frozen=True)
class Skeleton:
    """`places` are processing instructions in the records' places. `is_root`: the only record is the document."""

    root: etree._Element
    places: Sequence[etree._Element]
    is_root: bool

    @cached_property
    def around(self) -> frozenset[str]:
        """Local names of the elements that hold records."""
        parents = {place.getparent() for place in self.places}
        found = {etree.QName(parent).localname for parent in parents if parent is not None}
        for parent in parents:
            found |= {etree.QName(each).localname for each in parent.iterancestors()}
        return frozenset(found)


def make_skeleton(text: bytes, spans: Sequence[Span], file: SourceFile) -> Skeleton:
    """The document without its records. Raises FileUnreadable where it is not well-formed, or has entities."""
    is_root = bool(spans) and _PROLOG.match(text[: spans[0].start]) is not None
    whole = _without_records(text, spans, is_root)
    if b"<!DOCTYPE" in whole[:100_000] and _ENTITY.search(whole):
        raise FileUnreadable(f"'{file.key}' uses entities that are not declared, which are refused", file.key)
    try:
        root = parse(whole)
    except etree.XMLSyntaxError as error:
        raise FileUnreadable(f"'{file.key}' is no well-formed XML outside its records: {error.msg}", file.key) from error
    entity = next(root.iter(etree.Entity), None)
    if entity is not None:
        raise FileUnreadable(f"'{file.key}' uses the entity {entity.text}, which is refused", file.key)
    places = [place for place in root.iter(etree.ProcessingInstruction) if place.target == _PLACE]
    if len(places) != len(spans) or (is_root and len(spans) > 1):
        raise FileUnreadable(f"'{file.key}' is no well-formed XML outside its records", file.key)
    return Skeleton(root, places, is_root)


def _without_records(text: bytes, spans: Sequence[Span], is_root: bool) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for span in spans:
        pieces.append(text[position : span.start])
        if is_root and position == 0:
            pieces.append(b"<" + _ROOT + b">")
        pieces.append(b"<?" + _PLACE.encode() + b"?>")
        position = span.end
    if is_root:
        pieces.append(b"</" + _ROOT + b">")
    pieces.append(text[position:])
    return b"".join(pieces)
