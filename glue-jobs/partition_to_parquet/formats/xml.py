"""XML: records of one element name, each malformed one rejected alone, the file without them well-formed."""

import re
from collections.abc import Iterator

import numpy as np
from lxml import etree

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract
from ..errors import FileUnreadable, Reject
from ..nearest import nearest
from ..notes import Notes
from ..source import CODECS, without_bom
from .json_lines import CHUNK_RECORDS
from .selection import Selection
from .xml_spans import Span, find_spans
from .xml_values import RecordValues, depth_of, without_namespaces

DEPTH_LIMIT = 100
# Records parsed at once; a malformed one among them is found by halving.
GROUP = 500
_PARSER = dict(resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False)
_DECLARATION = re.compile(rb"\s*<\?xml\b([^>]*?)\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_SAME = {"utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "latin1": "iso-8859-1", "cp1252": "windows-1252"}
_PROLOG = re.compile(rb"(?:\s|<!--.*?-->|<\?.*?\?>|<!DOCTYPE(?:[^<>\[]|\[.*?\])*>)*\Z", re.S)
_ROOT = b"sluice-root"


def read_xml(
    data: bytes, file: SourceFile, contract: Contract, selection: Selection, notes: Notes
) -> Iterator[Chunk]:
    """Chunks of the elements called `format.record`. Raises FileUnreadable where the document itself cannot be read."""
    text = _decoded(data, file, contract)
    name = contract.format.record.rpartition(":")[2]
    spans = find_spans(text, name)
    skeleton, places = _skeleton(text, spans, file)
    if not spans:
        _explain_none(skeleton, contract, file, notes)
        return
    reader = _Reader(text, contract, file, selection)
    for start in range(0, len(spans), GROUP):
        reader.take(spans[start : start + GROUP], places[start : start + GROUP])
        if len(reader.rows) + len(reader.rejects) >= CHUNK_RECORDS:
            yield reader.chunk()
    yield reader.chunk()


def _decoded(data: bytes, file: SourceFile, contract: Contract) -> bytes:
    """UTF-8 without byte order mark and XML declaration."""
    wanted = contract.format.encoding
    data = without_bom(data, file, wanted or "utf-8")
    declaration = _DECLARATION.match(data)
    found = _ENCODING.search(declaration.group(1)) if declaration else None
    declared = found.group(1).decode().lower() if found else None
    declared = _SAME.get(declared or "", declared)
    if declared and wanted and declared != wanted:
        raise FileUnreadable(f"'{file.key}' declares the encoding {declared}, the contract says {wanted}", file.key)
    encoding = declared or wanted or "utf-8"
    if encoding not in CODECS:
        known = ", ".join(CODECS)
        raise FileUnreadable(f"'{file.key}' declares the encoding {encoding}; supported are {known}", file.key)
    body = data[declaration.end() :] if declaration else data
    try:
        text = body.decode(CODECS[encoding])
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"'{file.key}' holds bytes that are no {encoding}: {error}", file.key) from error
    return body if encoding == "utf-8" else text.encode()


def _skeleton(text: bytes, spans: list[Span], file: SourceFile) -> tuple[etree._Element, list[etree._Element]]:
    """The document with a processing instruction in place of each record. It must be well-formed, without entities."""
    pieces: list[bytes] = []
    position = 0
    is_root = bool(spans) and _PROLOG.match(text[: spans[0].start]) is not None
    for span in spans:
        pieces.append(text[position : span.start])
        if is_root and position == 0:
            pieces.append(b"<" + _ROOT + b">")
        pieces.append(b"<?sluice-record?>")
        position = span.end
    if is_root:
        pieces.append(b"</" + _ROOT + b">")
    pieces.append(text[position:])
    try:
        root = etree.fromstring(b"".join(pieces), etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError as error:
        raise FileUnreadable(f"'{file.key}' is no well-formed XML outside its records: {error.msg}", file.key) from error
    dtd = root.getroottree().docinfo.internalDTD
    declared = [entity.name for entity in dtd.iterentities()] if dtd is not None else []
    if declared or next(root.iter(etree.Entity), None) is not None:
        raise FileUnreadable(f"'{file.key}' uses entities ({', '.join(map(str, declared[:3]))}), which are refused", file.key)
    places = list(root.iter(etree.ProcessingInstruction))
    places = [place for place in places if place.target == "sluice-record"]
    if len(places) != len(spans) or (is_root and len(spans) > 1):
        raise FileUnreadable(f"'{file.key}' is no well-formed XML outside its records", file.key)
    return root, places


def _explain_none(root: etree._Element, contract: Contract, file: SourceFile, notes: Notes) -> None:
    """A document without records may be an empty one. One that looks as if its records had another name is refused."""
    record = contract.format.record
    names = [etree.QName(element).localname for element in root.iter(etree.Element)]
    near = nearest(record.rpartition(":")[2], set(names[1:]))
    repeated = {name for name in names[1:] if names.count(name) > 1} if len(names) < 2_000 else set(names[1:])
    if near or repeated:
        found = near or sorted(repeated)[0]
        raise FileUnreadable(f"'{file.key}' has no <{record}> element; the nearest name is <{found}>", file.key)
    notes.warn(f"there is no <{record}> element", file.key)


class _Reader:
    """Parses groups of records and collects their values."""

    def __init__(self, text: bytes, contract: Contract, file: SourceFile, selection: Selection):
        self.text, self.selection = text, selection
        self.values = RecordValues(contract, selection, file)
        self.number = 0
        self._clear()

    def _clear(self) -> None:
        self.rows: list[list[str | None]] = []
        self.places: list[tuple[int, int]] = []
        self.records: list[int] = []
        self.rejects: list[Reject] = []

    def take(self, spans: list[Span], places: list[etree._Element]) -> None:
        """Reads records that follow each other; those with the same namespaces around them are parsed together."""
        start = 0
        for end in range(1, len(spans) + 1):
            if end == len(spans) or places[end].getparent().nsmap != places[start].getparent().nsmap:
                self._parse(spans[start:end], places[start:end])
                start = end

    def _parse(self, spans: list[Span], places: list[etree._Element]) -> None:
        around = places[0].getparent().nsmap
        opening = b"<sluice-records" + b"".join(_declared(prefix, uri) for prefix, uri in around.items()) + b">"
        body = b"".join(self.text[span.start : span.end] for span in spans)
        try:
            group = etree.fromstring(opening + body + b"</sluice-records>", etree.XMLParser(**_PARSER))
            elements = list(group.iterchildren(etree.Element))
            if len(elements) != len(spans):
                raise etree.XMLSyntaxError("the record is not one element", 0, 0, 0)
        except etree.XMLSyntaxError as error:
            if len(spans) > 1:
                half = len(spans) // 2
                self._parse(spans[:half], places[:half])
                self._parse(spans[half:], places[half:])
            else:
                self._reject(spans[0], error)
            return
        if not self.values.keeps_namespaces and (around or b"xmlns" in body):
            without_namespaces(group)
        for span, element, place in zip(spans, elements, places, strict=True):
            self._read(span, element, place)

    def _read(self, span: Span, element: etree._Element, place: etree._Element) -> None:
        parent = place.getparent()
        if self.values.looks_around:
            parent.replace(place, element)
        found = list(element.iter(self.values.tag))
        exact = len(found) == len(span.inner)
        for index, each in enumerate(found):
            self.number += 1
            start, end = span.inner[index] if exact else (span.start, span.end)
            # Each level takes at least the seven bytes of <a></a>.
            if end - start > 7 * DEPTH_LIMIT and depth_of(each) > DEPTH_LIMIT:
                self._fail("too_deep", f"elements are nested deeper than {DEPTH_LIMIT} levels", start, end)
                continue
            self.rows.append(self.values.read(each))
            self.places.append((start, end))
            self.records.append(self.number)
        if self.values.looks_around:
            parent.replace(element, place)

    def _reject(self, span: Span, error: etree.XMLSyntaxError) -> None:
        self.number += 1
        is_deep = "depth" in str(error.msg)
        code = "too_deep" if is_deep else "malformed_record"
        self._fail(code, f"the record is no well-formed XML: {error.msg}", span.start, span.end)

    def _fail(self, code: str, message: str, start: int, end: int) -> None:
        self.rejects.append(Reject(self.number, code, None, None, message, self.text[start:end]))

    def chunk(self) -> Chunk:
        """The records collected so far."""
        rows, places, text = self.rows, self.places, self.text
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(self.selection.size)]
        values = self.selection.with_constants(columns, len(rows))
        records = np.array(self.records, dtype=np.int64)
        chunk = Chunk(records, values, lambda i: text[places[i][0] : places[i][1]], self.rejects)
        self._clear()
        return chunk


def _declared(prefix: str | None, uri: str) -> bytes:
    value = uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f' xmlns{"" if prefix is None else ":" + prefix}="{value}"'.encode()
