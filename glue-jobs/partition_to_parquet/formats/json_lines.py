"""JSON lines: one object a line, or one document a line that has records of its own."""

from collections.abc import Iterator

from ..batch import SourceFile
from ..columns import Chunk
from ..contract import Contract
from .json_records import CHUNK_RECORDS, GROUP, RecordReader
from .json_values import DECODE_ERRORS
from .json_walk import NotFound, Walk
from .selection import Selection


def line_blocks(blocks: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The lines of a text that comes in blocks, without their ends."""
    rest = b""
    for block in blocks:
        lines = (rest + block if rest else block).split(b"\n")
        rest = lines.pop()
        yield lines
    if rest:
        yield [rest]


def read_json_lines(
    blocks: Iterator[bytes], selection: Selection, contract: Contract, file: SourceFile, first_record: int = 1
) -> Iterator[Chunk]:
    """Chunks of records. Lines of white space alone are no records and are not numbered."""
    lines = ([line.rstrip(b"\r") for line in block if line and not line.isspace()] for block in line_blocks(blocks))
    yield from read_values(lines, selection, contract, file, first_record)


def read_values(
    groups: Iterator[list[bytes]], selection: Selection, contract: Contract, file: SourceFile, first_record: int = 1
) -> Iterator[Chunk]:
    """Chunks of JSON values: each a record, or with `records` a document that holds records."""
    reader = RecordReader(selection, contract, file)
    walk = Walk(contract.format.records) if contract.format.records else None
    number = first_record
    for values in groups:
        for start in range(0, len(values), GROUP):
            group = values[start : start + GROUP]
            if walk:
                for value in group:
                    number += add_document(reader, number, value, walk)
            else:
                reader.add_all(number, group)
                number += len(group)
            if reader.size >= CHUNK_RECORDS:
                yield reader.take()
    if reader.size:
        yield reader.take()


def add_document(reader: RecordReader, number: int, text: bytes, walk: Walk) -> int:
    """Takes the records of one document among others; one that cannot be read is rejected as if it were a record."""
    try:
        if not text.isascii():
            text.decode()
        found = list(walk.records_of(text))
    except NotFound as error:
        reader.reject(number, text, f"the records at '{walk.records}' cannot be found: it {error}")
        return 1
    except (UnicodeDecodeError, *DECODE_ERRORS):
        reader.reject(number, text)
        return 1
    for start in range(0, len(found), GROUP):
        group = found[start : start + GROUP]
        reader.add_all(number + start, [raw for _, raw in group], [place for place, _ in group])
    return len(found)
