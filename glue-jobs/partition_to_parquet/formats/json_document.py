"""A JSON document a file: a path leads to the records."""

from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec
import pyarrow as pa
from msgspec import Raw

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract, Format
from ..errors import FileUnreadable
from ..json_paths import Star, Step, parse_path
from ..nearest import hint
from ..source import CODECS, without_bom
from .json_lines import CHUNK_RECORDS, GROUP, RecordReader
from .json_values import DECODE_ERRORS, picker
from .selection import Selection

_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_ARRAY = msgspec.json.Decoder(list[Raw])


def read_json_document(
    data: bytes, file: SourceFile, contract: Contract, selection: Selection
) -> Iterator[Chunk]:
    """Chunks of the records that `format.records` leads to. Raises FileUnreadable where the document or the path fails."""
    form = contract.format
    text = _decoded(data, file, form)
    steps = parse_path(form.records or "")
    reader = RecordReader(selection, contract, file, _document_values(text, selection))
    number = 0
    try:
        found = _records(text, steps, file, form)
        while group := list(islice(found, GROUP)):
            reader.add_all(number + 1, [bytes(raw) for _, raw in group], [stars for stars, _ in group])
            number += len(group)
            if reader.size >= CHUNK_RECORDS:
                yield reader.take()
    except DECODE_ERRORS as error:
        raise FileUnreadable(f"'{file.key}' is no JSON document: {error}", file.key) from error
    if reader.size:
        yield reader.take()


def _decoded(data: bytes, file: SourceFile, form: Format) -> bytes:
    encoding = form.encoding or "utf-8"
    data = without_bom(data, file, encoding)
    try:
        if encoding != "utf-8":
            return data.decode(CODECS[encoding]).encode()
        # Arrow checks UTF-8 without building a second copy of the document.
        pa.array([data], pa.binary()).cast(pa.string())
    except (UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise FileUnreadable(f"'{file.key}' holds bytes that are no {encoding}: {error}", file.key) from error
    return data


def _document_values(text: bytes, selection: Selection) -> dict[int, str | None]:
    values: list = [None] * selection.size
    if selection.document:
        try:
            picker([(at, parse_path(path)) for at, path in selection.document.items()])(text.strip(), values)
        except DECODE_ERRORS:
            return {}  # The records are read next, and say what is wrong.
    return {at: values[at] for at in selection.document}


def _records(
    text: bytes, steps: Sequence[Step], file: SourceFile, form: Format
) -> Iterator[tuple[tuple[str, ...], bytes | Raw]]:
    """Walks the path level by level; each level is scanned once more, at about a gigabyte a second."""
    text = text.strip(b" \t\r\n")
    if not steps or not isinstance(steps[-1], Star):
        yield from _walk(text, steps, (), file, form, spread=True)
    else:
        yield from _walk(text, steps, (), file, form, spread=False)


def _walk(
    raw: bytes | Raw, steps: Sequence[Step], stars: tuple[str, ...], file: SourceFile, form: Format, spread: bool
) -> Iterator[tuple[tuple[str, ...], bytes | Raw]]:  # fmt: skip
    if not steps:
        if not spread:
            yield stars, raw
        elif _head(raw) == b"[":
            yield from ((stars, element) for element in _ARRAY.decode(raw))
        elif _head(raw) == b"{":
            _OBJECT.decode(raw)
            yield stars, raw
        else:
            msgspec.json.decode(raw, type=Raw)
            raise _not_found(file, form, f"holds {_head(raw, 30)!r}, which is neither array nor object")
        return
    step, rest = steps[0], steps[1:]
    for name, child in _children(raw, step, file, form):
        if child is not None:
            yield from _walk(child, rest, (*stars, name) if isinstance(step, Star) else stars, file, form, spread)
        elif not stars:
            known = _OBJECT.decode(raw) if _head(raw) == b"{" else ()
            raise _not_found(file, form, f"has no {_shown(step)}{hint(str(step), known)}")


def _head(raw: bytes | Raw, length: int = 1) -> bytes:
    return bytes(memoryview(raw)[:length])


def _children(raw: bytes | Raw, step: Step, file: SourceFile, form: Format) -> Iterator[tuple[str, Raw | None]]:
    if _head(raw) == b"{":
        members = _OBJECT.decode(raw)
        if isinstance(step, Star):
            yield from members.items()
            return
        if isinstance(step, str):
            yield step, members.get(step)
            return
    elif _head(raw) == b"[":
        elements = _ARRAY.decode(raw)
        if isinstance(step, Star):
            yield from ((str(index), element) for index, element in enumerate(elements))
            return
        if isinstance(step, int):
            yield str(step), elements[step] if step < len(elements) else None
            return
    else:
        msgspec.json.decode(raw, type=Raw)
    raise _not_found(file, form, f"has no {_shown(step)} at {_head(raw, 30)!r}")


def _shown(step: Step) -> str:
    return f"element [{step}]" if isinstance(step, int) else f"member '{step}'"


def _not_found(file: SourceFile, form: Format, what: str) -> FileUnreadable:
    return FileUnreadable(f"'{file.key}': the records at '{form.records}' cannot be found: the document {what}", file.key)
