"""ORC: stripes in, chunks of records out, with the types that the file gives them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ...batch import SourceFile
from ...columns import Chunk
from ...contract import Contract
from ...errors import FileUnreadable
from ...native.plain import native_of
from ...native.rows import RowTexts, as_struct
from ...notes import Notes
from ...objects import Objects
from ..columnar.chunks import chunk_of, place_in
from ..columnar.fields import Way, find_fields, follow, is_all_known
from ..selection import Selection
from .file import OrcFile
from .footer import Stripe

_CHUNK_ROWS = 128 * 1024


def read_orc(
    objects: Objects, file: SourceFile, selection: Selection, contract: Contract, notes: Notes, start: int = 0, end: int | None = None
) -> Iterator[Chunk]:
    """The records of the stripes [start, end). Raises FileUnreadable, StructureChanged or FileMismatch."""
    orc = OrcFile(objects, file, proven=end is not None)
    ways = find_fields(orc.schema, selection, contract, file, notes)
    notes.tell(file.index, **orc.facts(sorted({way.top for way in ways.values()})))
    reader = _Reader(orc, selection, ways, is_all_known(orc.schema, contract))
    for stripe in orc.stripes[start:end]:
        yield from reader.chunks(stripe)


class _Reader:
    """Reads the stripes of one file."""

    def __init__(self, orc: OrcFile, selection: Selection, ways: dict[int, Way], is_all: bool):
        self.orc, self.selection, self.ways, self.is_all = orc, selection, ways, is_all
        every = list(range(len(orc.schema)))
        # Without any column of the file the first still tells how many records there are.
        self.fields = sorted({way.top for way in ways.values()}) or every[:1]
        self.every = every
        self.whole: tuple[int, pa.RecordBatch] | None = None

    def chunks(self, stripe: Stripe) -> Iterator[Chunk]:
        if not stripe.rows:
            return
        rows = self.orc.read(stripe, self.fields)
        for at in range(0, rows.num_rows, _CHUNK_ROWS):
            yield self._chunk(rows.slice(at, _CHUNK_ROWS), stripe, at)

    def _chunk(self, batch: pa.RecordBatch, stripe: Stripe, at: int) -> Chunk:
        columns = dict(zip(self.fields, batch.columns, strict=True))
        values = {position: native_of(follow(columns[way.top], way)) for position, way in self.ways.items()}
        first = 1 + stripe.rows_before + at
        raw = RowTexts(lambda: as_struct(self._whole(batch, stripe, at)))
        chunk = chunk_of(values, self.selection, np.arange(first, first + batch.num_rows), raw, self.is_all)
        chunk.place = place_in("stripe", stripe.number, at)
        return chunk

    def _whole(self, batch: pa.RecordBatch, stripe: Stripe, at: int) -> pa.RecordBatch:
        """The batch's records with all columns; with those that were read where others cannot be."""
        if len(self.fields) == len(self.every):
            return batch
        if self.whole is None or self.whole[0] != stripe.number:
            try:
                self.whole = (stripe.number, self.orc.read(stripe, self.every))
            except FileUnreadable:
                return batch
        return self.whole[1].slice(at, batch.num_rows)
