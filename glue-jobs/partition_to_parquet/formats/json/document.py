"""A JSON document a file: a path leads to the records."""

from collections.abc import Iterator

import pyarrow as pa

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract, Format
from ...encodings import CODECS, UNKNOWN, without_bom
from ...errors import FileUnreadable
from ..selection import Selection
from .batches import BATCH_RECORDS, BatchReader
from .places import Json, Place
from .values import DECODE_ERRORS
from .walk import NotFound, Runs, Walk


def read_json_document(
    data: bytes, file: SourceFile, contract: Contract, selection: Selection
) -> Iterator[Chunk]:
    """Chunks of the records that `format.records` leads to. Raises FileUnreadable where the document or the path fails."""
    form = contract.format
    walk = Walk(form.records or "$")
    reader = BatchReader(contract, selection, file)
    text = _decoded(data, file, form)
    number = 1
    try:
        for values, places in _batches(walk.records_of(text)):
            yield from reader.take(number, values, places)
            number += len(values)
    except NotFound as error:
        message = f"'{file.key}': the records at '{walk.records}' cannot be found: the document {error}"
        raise FileUnreadable(message, file.key) from error
    except DECODE_ERRORS as error:
        raise FileUnreadable(f"'{file.key}' is not a JSON document: {error}", file.key) from error
    yield from reader.finish()


def _batches(runs: Runs) -> Iterator[tuple[list[Json], list[Place]]]:
    values: list[Json] = []
    places: list[Place] = []
    for place, records in runs:
        for at in range(0, len(records), BATCH_RECORDS):
            part = records[at : at + BATCH_RECORDS]
            values.extend(part)
            places.extend([place] * len(part))
            if len(values) >= BATCH_RECORDS:
                yield values, places
                values, places = [], []
    if values:
        yield values, places


def _decoded(data: bytes, file: SourceFile, form: Format) -> bytes:
    encoding = form.encoding or "utf-8"
    data = without_bom(data, file, encoding)
    try:
        if encoding != "utf-8":
            return data.decode(CODECS[encoding], UNKNOWN).encode()
        # Arrow checks UTF-8 without building a second copy of the document.
        pa.array([data], pa.binary()).cast(pa.string())
    except (UnicodeError, pa.ArrowInvalid) as error:
        raise FileUnreadable(f"'{file.key}' contains bytes that are not {encoding}: {error}", file.key) from error
    return data
