"""The end of the work on a part: duplicates are set aside or settled, good rows and rejects are written, all is counted."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Typed
from .contract import RESCUED
from .dedupe import CONFLICTING, DEDUPLICATED, WRITTEN, settle
from .errors import Reject
from .keys import hash_rows, repeated
from .line_numbers import lines_of
from .outcome import Outcome
from .output import ParquetPart
from .parts import Work
from .protection.hashes import decoded
from .rejects import RejectWriter, conflict_inside
from .suspects import NOBODY, Suspects

# What one task holds of a batch that it takes alone.
ALONE_HELD_BYTES = 256 * 1024 * 1024

FILE, RECORD, RAW, LINE = "__file", "__record", "__raw", "__line"


class Finisher:
    """Takes the typed records of one part, in any number of chunks."""

    def __init__(self, work: Work, name: str, suspects: Suspects):
        """`suspects` tell the identities that may occur twice in the batch; their rows are set aside."""
        self.work, self.name, self.suspects = work, name, suspects
        self.outcome = Outcome()
        self.parquet = ParquetPart(work.objects, work.bucket, work.folder, name, work.contract, work.batch)
        self.rejects = RejectWriter(work.objects, work.bucket, work.folder, name, work.batch)
        self.aside: list[pa.Table] = []
        self.aside_bytes = 0

    def take(self, file: int, typed: Typed, hashes: np.ndarray | None = None) -> None:
        """Counts and writes the records of one chunk of a file. `hashes` are those of their identities, where known."""
        counts = self.outcome.of(file)
        counts.read += typed.table.num_rows + len(typed.rejects)
        self.reject(file, typed.rejects)
        table = typed.table
        files = np.full(table.num_rows, file, dtype=np.int32)
        if self.suspects:
            is_suspect = self.suspects.among(hash_identity(table, self.work) if hashes is None else hashes)
            rows = np.flatnonzero(is_suspect)
            if len(rows):
                self._set_aside(with_places(table.take(pa.array(rows)), files[rows], typed, rows))
                table, files = table.filter(pa.array(~is_suspect)), files[~is_suspect]
        self.write(table, files)

    def _set_aside(self, table: pa.Table) -> None:
        self.aside.append(table)
        self.aside_bytes += table.nbytes

    def spread_aside(self, buckets: int) -> Iterator[tuple[int, bytes]]:
        """Hands over the rows that were set aside, by the hash of their identity, as Arrow streams."""
        if not self.aside:
            return
        table = pa.concat_tables(self.aside)
        self.aside, self.aside_bytes = [], 0
        places = hash_identity(table, self.work) % np.uint64(buckets)
        for bucket in np.unique(places):
            yield int(bucket), to_stream([table.take(pa.array(np.flatnonzero(places == bucket)))])

    def write(self, table: pa.Table, files: np.ndarray) -> None:
        """Writes rows whose fate it is to be written."""
        if not table.num_rows:
            return
        self.parquet.add(table, files)
        if RESCUED in table.column_names:
            self.outcome.rescued.take(table.column(RESCUED))
        for file, rows in zip(*np.unique(files, return_counts=True), strict=True):
            self.outcome.of(int(file)).written += int(rows)
        if self.work.contract.order_by:
            bounds = pc.min_max(table.column(self.work.contract.order_by))
            self.outcome.orders.extend(value for value in (bounds["min"].as_py(), bounds["max"].as_py()))

    def reject(self, file: int, rejects: list[Reject]) -> None:
        """Writes rejected records; of a contract that protects columns without their text."""
        if self.work.contract.protected and not self.work.contract.keeps_raw:
            rejects = [replace(each, raw=None) for each in rejects]
        self.rejects.add(self.work.batch.files[file].key, rejects)
        self.outcome.of(file).rejected += len(rejects)
        self.outcome.by_code.update(reject.code for reject in rejects)

    def settle(self, tables: Iterable[pa.Table]) -> None:
        """Decides the rows that were set aside; all rows of an identity must be among them.

        The outcome's `conflicts` are those to be rejected whose text was not held.
        """
        tables = list(tables)
        if not tables:
            return
        table = pa.concat_tables(tables)
        files, records = table.column(FILE).to_numpy(), table.column(RECORD).to_numpy()
        in_order = np.lexsort((records, files))
        table, files, records = table.take(pa.array(in_order)), files[in_order], records[in_order]
        fates = settle(table, files, records, self.work.contract)
        for row in np.flatnonzero(fates == CONFLICTING).tolist():
            file, record = int(files[row]), int(records[row])
            raw, line = table.column(RAW)[row].as_py(), table.column(LINE)[row].as_py()
            if raw is None:
                self.outcome.conflicts.append((file, record))
            else:
                self.reject(file, [conflict_inside(self.work.contract, record, raw, line)])
        for file, rows in zip(*np.unique(files[fates == DEDUPLICATED], return_counts=True), strict=True):
            self.outcome.of(int(file)).deduplicated += int(rows)
        written = fates == WRITTEN
        self.write(table.filter(pa.array(written)).drop_columns([FILE, RECORD, RAW, LINE]), files[written])

    def close(self) -> Outcome:
        """Writes what is still held and returns the part's numbers. Rows set aside travel with it as an Arrow stream."""
        self.rejects.flush()
        self.outcome.output = self.parquet.close()
        self.outcome.staged = self.parquet.staged()
        self.outcome.rejects = self.rejects.files
        if self.aside:
            self.outcome.asides = [to_stream(self.aside)]
        return self.outcome


def settle_streams(work: Work, name: str, streams: Iterable[bytes]) -> Outcome:
    """Decides rows that parts set aside, as Arrow streams; all rows of an identity must be among them."""
    finisher = Finisher(work, name, NOBODY)
    finisher.settle(from_stream(stream) for stream in streams)
    return finisher.close()


def settle_bucket(work: Work, bucket: int, streams: Iterable[bytes]) -> Outcome:
    """The same for the rows of one bucket."""
    return settle_streams(work, f"settled-{bucket:05d}", streams)


def hash_identity(table: pa.Table, work: Work) -> np.ndarray:
    """The hash of each row's identity: its key, or all its columns."""
    json_names = frozenset(column.name for column in work.contract.columns if column.type == "super")
    return hash_rows(table, work.contract.identity, json_names)


def finish_alone(work: Work, name: str, chunks: Iterable[tuple[int, Typed]]) -> Finisher | None:
    """For a batch that one task holds whole: finds repeated identities by itself. None when it is more than a task holds."""
    held: list[tuple[int, Typed]] = []
    size = 0
    for file, typed in chunks:
        held.append((file, typed))
        size += typed.table.nbytes + sum(len(reject.raw or b"") for reject in typed.rejects)
        if size > ALONE_HELD_BYTES:
            return None
    suspects = NOBODY
    if work.contract.identity and held:
        suspects = Suspects(repeated(np.concatenate([hash_identity(typed.table, work) for _, typed in held])))
    finisher = Finisher(work, name, suspects)
    for file, typed in held:
        finisher.take(file, typed)
    finisher.settle(finisher.aside)
    finisher.aside = []
    return finisher


def with_places(table: pa.Table, files: np.ndarray, typed: Typed, rows: np.ndarray) -> pa.Table:
    """Adds where each row came from, and its raw text; hashes are plain texts here, since rows are compared."""
    raw = pa.array([typed.raw(int(row)) for row in rows], pa.binary())
    lines = lines_of(typed.line, typed.records[rows])
    return (
        decoded(table)
        .append_column(FILE, pa.array(files, pa.int32()))
        .append_column(RECORD, pa.array(typed.records[rows], pa.int64()))
        .append_column(RAW, raw)
        .append_column(LINE, lines)
    )


def to_stream(tables: list[pa.Table]) -> bytes:
    """Tables of one schema as one Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, tables[0].schema) as writer:
        for table in tables:
            writer.write_table(table)
    return sink.getvalue().to_pybytes()


def from_stream(stream: bytes) -> pa.Table:
    """The inverse of to_stream."""
    return pa.ipc.open_stream(stream).read_all()
