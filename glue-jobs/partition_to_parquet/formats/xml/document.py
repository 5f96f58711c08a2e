"""XML: records of one or several element names, each malformed one rejected alone, the file without them well-formed."""

import re
from collections.abc import Iterator

import numpy as np
from lxml import etree

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract
from ...errors import FileUnreadable
from ...nearest import nearest
from ...notes import Notes
from ..json.records import CHUNK_RECORDS
from ..selection import Selection
from .dtd import read_doctype
from .fast import FastReader
from .groups import GROUP, GroupReader
from .paths import Reach
from .plan import Plan, make_plan
from .skeleton import Skeleton, make_skeleton
from .spans import Spans, find_spans
from .text import decoded_xml
from .values import RecordValues

# Fewer records are read as soon by the strict way.
LEAST_RECORDS = 40
_TAG_NAME = re.compile(rb"<([^\s<>/]+)")


def read_xml(
    data: bytes, file: SourceFile, contract: Contract, selection: Selection, notes: Notes
) -> Iterator[Chunk]:
    """Chunks of the elements that `format.record` names. Raises FileUnreadable where the document itself cannot be read."""
    text = decoded_xml(data, file, contract.format.encoding)
    tokens = read_doctype(text, file)
    spans = find_spans(text, [name.rpartition(":")[2] for name in contract.format.record])
    skeleton = make_skeleton(text, spans, file)
    if not len(spans):
        _explain_none(skeleton.root, contract, file, notes)
        return
    values = RecordValues(contract, selection, file)
    looks_far = not skeleton.is_root and values.reach(skeleton.around) == Reach.DOCUMENT
    if looks_far:
        skeleton = make_skeleton(text, spans, file, each_alone=True)
    reader = GroupReader(text, spans, values, selection, skeleton, tokens)
    plan = None if looks_far or skeleton.is_root or spans.inner or tokens else make_plan(contract, selection, values)
    if plan and len(spans) >= LEAST_RECORDS and _are_all_records(text, spans, skeleton, plan):
        yield from _read_fast(FastReader(text, spans, skeleton, selection, plan), reader)
        return
    for start in range(0, len(spans), GROUP):
        reader.take(range(start, min(start + GROUP, len(spans))))
        if reader.size >= CHUNK_RECORDS:
            yield reader.chunk()
    reader.finish()
    yield reader.chunk()


def _read_fast(fast: FastReader, strict: GroupReader) -> Iterator[Chunk]:
    """The regular records of each block, and by the strict way those that are not."""
    strict.is_numbered = True
    for chunk in fast.chunks():
        if len(chunk.records):
            yield chunk
        strict.take(fast.left.tolist())
        if strict.size >= CHUNK_RECORDS:
            yield strict.chunk()
    if strict.size:
        yield strict.chunk()


def _are_all_records(text: bytes, spans: Spans, skeleton: Skeleton, plan: Plan) -> bool:
    """Whether every element of the local name is a record: with `namespaces` some may be of another one."""
    if not plan.namespaces:
        return True
    declared = np.array([match.start() for match in re.finditer(b"xmlns", text)], dtype=np.int64)
    records = np.searchsorted(spans.starts, declared, side="right") - 1
    if ((records >= 0) & (declared < spans.ends[records])).any():
        return False
    names = {bytes(_TAG_NAME.match(text, start)[1]) for start in spans.starts.tolist()}
    prefixes = frozenset(name.rpartition(b":")[0].decode() for name in names) - {""}
    spellings = [
        {spelling for name in plan.records for spelling in plan.spellings(name, around, prefixes)}
        for around in skeleton.maps
    ]  # fmt: skip
    return all(names <= each for each in spellings)


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
