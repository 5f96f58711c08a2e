"""A JSON document a file: a path leads to the records."""

from collections.abc import Iterator
from itertools import islice

import pyarrow as pa

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract, Format
from ..encodings import CODECS, UNKNOWN, without_bom
from ..errors import FileUnreadable
from .json_records import CHUNK_RECORDS, GROUP, RecordReader
from .json_values import DECODE_ERRORS
from .json_walk import NotFound, Walk
from .selection import Selection


def read_json_document(
    data: bytes, file: SourceFile, contract: Contract, selection: Selection
) -> Iterator[Chunk]:
    """Chunks of the records that `format.records` leads to. Raises FileUnreadable where the document or the path fails."""
    form = contract.format
    walk = Walk(form.records or "$")
    reader = RecordReader(selection, contract, file)
    number = 0
    text = _decoded(data, file, form)
    try:
        found = walk.records_of(text)
        while group := list(islice(found, GROUP)):
            reader.add_all(number + 1, [raw for _, raw in group], [place for place, _ in group])
            number += len(group)
            if reader.size >= CHUNK_RECORDS:
                yield reader.take()
    except NotFound as error:
        message = f"'{file.key}': the records at '{walk.records}' cannot be found: the document {error}"
        raise FileUnreadable(message, file.key) from error
    except DECODE_ERRORS as error:
        raise FileUnreadable(f"'{file.key}' is no JSON document: {error}", file.key) from error
    if reader.size:
        yield reader.take()


def _decoded(data: bytes, file: SourceFile, form: Format) -> bytes:
    encoding = form.encoding or "utf-8"
    data = without_bom(data, file, encoding)
    try:
        if encoding != "utf-8":
            return data.decode(CODECS[encoding], UNKNOWN).encode()
        # Arrow checks UTF-8 without building a second copy of the document.
        pa.array([data], pa.binary()).cast(pa.string())
    except (UnicodeError, pa.ArrowInvalid) as error:
        raise FileUnreadable(f"'{file.key}' holds bytes that are no {encoding}: {error}", file.key) from error
    return data
