"""A part is what one task reads: a file, or a range of one. Reading a part gives its records, typed.

A reader is imported where it reads: a Lambda that starts for one format need not wait for the libraries of the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .batch import Batch
from .columns import Chunk, Typed, standardise
from .contract import RESCUED_SOURCE, Column, Contract
from .formats.beside import unknown_finder, with_beside
from .formats.selection import select
from .line_numbers import RecordLines
from .notes import Notes
from .objects import Objects
from .protection.protect import Protection
from .protection.withheld import withheld
from .restricted import Alike, Numbered
from .source import text_blocks, whole_document
from .stored import prove_sha256

# As much of a file's beginning as a range of it reads to learn the header.
HEAD_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """The bytes [start, end) of a file of the batch; end None: to its end. `first_record` numbers its records.

    Of a format with units (row groups, stripes) start and end count these. `first_line` is the number of its first line, of text with lines.
    """

    index: int
    file: int
    start: int = 0
    end: int | None = None
    first_record: int = 1
    first_line: int = 1


@dataclass(frozen=True)
class Work:
    """What every task of a run needs to know. It travels to the tasks."""

    objects: Objects
    batch: Batch
    contract: Contract
    bucket: str
    folder: str
    # Names of the plain columns that are read; None: all of them.
    reading: tuple[str, ...] | None = None
    # Whether files that are read in ranges are also read whole, to prove their sha256.
    proves: bool = False
    # Only these records are read; None: all of them.
    only: Numbered | Alike | None = None
    protection: Protection = field(default_factory=Protection)

    @property
    def plain(self) -> tuple[Column, ...]:
        """The plain columns that are read."""
        plain = self.contract.plain
        return plain if self.reading is None else tuple(column for column in plain if column.name in self.reading)


def read_part(work: Work, part: Part, notes: Notes) -> Iterator[Typed]:
    """The records of a part with the plain columns typed. Raises a Verdict for a file that cannot be judged."""
    if work.contract.format.type == "avro" and work.reading is not None and not work.contract.identity:
        from .formats.avro.reader import count_avro

        # Only the number of records is asked for, which each block says.
        yield from count_avro(work.objects, work.batch.files[part.file], work.plain, part.start, part.end)
        return
    coded = _carried(work.contract)
    is_rescued = any(column.source == RESCUED_SOURCE for column in work.plain)
    find = unknown_finder(work.contract) if is_rescued else None
    for chunk in _chunks(work, part, notes):
        if work.only is not None:
            notes.records[part.file] = notes.records.get(part.file, 0) + len(chunk.records) + len(chunk.rejects)
            chunk = work.only.of(chunk, part.file, work.plain, work.contract)
            if not len(chunk.records) and not chunk.rejects:
                continue
        chunk = with_beside(chunk, find, work.contract) if is_rescued else chunk
        typed = standardise(chunk, work.plain, coded)
        yield withheld(typed, work.contract)


def _carried(contract: Contract) -> frozenset[str]:
    """The columns whose texts are only carried from file to file, so that a dictionary of them may stay one."""
    if contract.checks or contract.expressions:
        return frozenset()
    texts = (column.name for column in contract.loaded if column.is_text and not column.protect)
    return frozenset(name for name in texts if name not in contract.compared)


def _chunks(work: Work, part: Part, notes: Notes) -> Iterator[Chunk]:
    form, file = work.contract.format, work.batch.files[part.file]
    selection = select(work.plain, file, work.batch)
    if (work.proves or form.has_units) and file.sha256 and part.end is not None and not part.start:
        prove_sha256(work.objects, file)
    if form.type == "parquet":
        from .formats.parquet.reader import read_parquet

        return read_parquet(work.objects, file, selection, work.contract, notes, part.start, part.end)
    if form.type == "xlsx":
        from .formats.xlsx.reader import read_xlsx

        return read_xlsx(work.objects, file, selection, work.contract, notes)
    if form.type == "orc":
        from .formats.orc.reader import read_orc

        return read_orc(work.objects, file, selection, work.contract, notes, part.start, part.end)
    if form.type == "avro":
        from .formats.avro.reader import read_avro

        return read_avro(work.objects, file, selection, work.contract, notes, part.start, part.end, part.first_record)
    if form.type == "csv":
        from .formats.csv.reader import CsvReader

        reader = CsvReader(selection, work.plain, work.contract, file, notes, part.index)
        if part.start:
            reader.read_head(text_blocks(work.objects, file, form, Notes(), 0, min(part.start, HEAD_BYTES)))
        return reader.chunks(text_blocks(work.objects, file, form, notes, part.start, part.end), part.first_record, part.first_line)
    if form.type == "json" and form.concatenated:
        from .formats.json.concatenated import read_json_concatenated

        return read_json_concatenated(text_blocks(work.objects, file, form, notes), selection, work.contract, file)
    if form.type == "json" and form.lines:
        from .formats.json.lines import read_json_lines

        blocks = text_blocks(work.objects, file, form, notes, part.start, part.end)
        lines = RecordLines(part.first_line)
        return counted(read_json_lines(blocks, selection, work.contract, file, part.first_record, lines), part, lines, notes)
    if form.type == "fixed":
        from .formats.fixed import read_fixed

        lines = RecordLines(part.first_line)
        chunks = read_fixed(work.objects, file, selection, work.contract, notes, part.start, part.end, part.first_record, lines)
        return counted(chunks, part, lines, notes)
    document = whole_document(work.objects, file, form, notes)
    if form.type == "json":
        from .formats.json.document import read_json_document

        return read_json_document(document, file, work.contract, selection)
    from .formats.xml.document import read_xml

    return read_xml(document, file, work.contract, selection, notes)


def counted(chunks: Iterator[Chunk], part: Part, lines: RecordLines, notes: Notes) -> Iterator[Chunk]:
    """The chunks; at their end the part's lines are noted."""
    yield from chunks
    notes.lines[part.index] = lines.next_line - part.first_line
