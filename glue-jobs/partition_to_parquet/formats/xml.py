"""XML: records of one or several element names, each malformed one rejected alone, the file without them well-formed."""

from collections.abc import Iterator

from lxml import etree

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract
from ..errors import FileUnreadable
from ..nearest import nearest
from ..notes import Notes
from .json_records import CHUNK_RECORDS
from .selection import Selection
from .xml_dtd import read_doctype
from .xml_groups import GROUP, GroupReader
from .xml_skeleton import make_skeleton
from .xml_spans import find_spans
from .xml_text import decoded_xml


def read_xml(
    data: bytes, file: SourceFile, contract: Contract, selection: Selection, notes: Notes
) -> Iterator[Chunk]:
    """Chunks of the elements that `format.record` names. Raises FileUnreadable where the document itself cannot be read."""
    text = decoded_xml(data, file, contract.format.encoding)
    tokens = read_doctype(text, file)
    spans = find_spans(text, [name.rpartition(":")[2] for name in contract.format.record])
    skeleton = make_skeleton(text, spans, file)
    if not spans:
        _explain_none(skeleton.root, contract, file, notes)
        return
    reader = GroupReader(text, contract, file, selection, skeleton, tokens)
    for start in range(0, len(spans), GROUP):
        reader.take(spans[start : start + GROUP], skeleton.places[start : start + GROUP])
        if reader.size >= CHUNK_RECORDS:
            yield reader.chunk()
    reader.finish()
    yield reader.chunk()


def _explain_none(root: etree._Element, contract: Contract, file: SourceFile, notes: Notes) -> None:
    """A document without records may be an empty one. One that looks as if its records had another name is refused."""
    record = "> or <".join(contract.format.record)
    names = [etree.QName(element).localname for element in root.iter(etree.Element)]
    local = [name.rpartition(":")[2] for name in contract.format.record]
    near = next((near for name in local if (near := nearest(name, set(names[1:])))), None)
    repeated = {name for name in names[1:] if names.count(name) > 1} if len(names) < 2_000 else set(names[1:])
    if near or repeated:
        found = near or sorted(repeated)[0]
        raise FileUnreadable(f"'{file.key}' has no <{record}> element; the nearest name is <{found}>", file.key)
    notes.warn(f"there is no <{record}> element", file.key)
