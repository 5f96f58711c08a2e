"""Reads records that a load of the batch rejected once more, by the contract of today.

They alone are read and decided, together with the other records of their keys: what these came to stays as it is.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from .archives import expand
from .batch import Replay
from .columns import Typed
from .dedupe import CONFLICTING, DEDUPLICATED, WRITTEN, settle_replayed
from .errors import Reject, StructureChanged, Verdict
from .executors import Executor
from .finish import FILE, LINE, RAW, RECORD, Finisher, from_stream, hash_identity, to_stream, with_places
from .notes import Notes
from .outcome import Outcome
from .parts import Part, Work
from .pipeline import run_groups
from .plan import plan_parts
from .rejects import conflict_with_loaded
from .restricted import Alike, Numbered
from .suspects import NOBODY

_REMEDY = "load the batch again with 'sluice rerun --force'"
# The names of fates in the column `replayed`.
_FATES = {WRITTEN: "written", DEDUPLICATED: "deduplicated"}


@dataclass
class Collected:
    """What a task read: rows with their places as an Arrow stream, records that cannot be read, and what was noted."""

    streams: list[bytes] = field(default_factory=list)
    rejects: list[tuple[int, Reject]] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)


def run_replay(executor: Executor, work: Work, asked: Replay) -> Outcome:
    """Decides the records that `asked` names. Raises a Verdict where a file is not what it was, or is read otherwise."""
    before = [json.loads(line) for key in asked.rejects for line in work.objects.read(work.bucket, key).splitlines()]
    compression = work.contract.format.compression
    expanded = expand(work.batch, work.objects, compression)
    if not {row["source_file"] for row in before} <= {file.key for file in expanded.batch.files}:
        # An archive that only its first bytes tell: its members are the files of the records.
        expanded = expand(work.batch, work.objects, compression, looks_inside=True)
    outcome = _run(executor, replace(work, batch=expanded.batch), asked, before)
    return outcome.of_delivered(expanded.batch, expanded.passed_over)


def _run(executor: Executor, work: Work, asked: Replay, before: list[dict[str, Any]]) -> Outcome:
    files = {file.key: file.index for file in work.batch.files}
    wanted: dict[int, list[int]] = {}
    for row in before:
        if row["source_file"] not in files:
            raise StructureChanged(f"'{row['source_file']}' is not a file of the batch under today's contract: {_REMEDY}", row["source_file"])
        wanted.setdefault(files[row["source_file"]], []).append(row["record_number"])
    numbers = {file: np.unique(np.array(of, dtype=np.int64)) for file, of in wanted.items()}
    # Record numbers are known of files that are read whole.
    groups = plan_parts(work, executor.parallelism, frozenset(files.values()))
    read = _collect(executor, replace(work, only=Numbered(numbers)), _of_files(groups, set(numbers)))
    _check_numbers(work, read.notes, numbers, asked, read)
    table = _table(read)
    finisher = Finisher(work, "replayed", NOBODY)
    for file, reject in read.rejects:
        finisher.reject(file, [reject])
    fates: dict[tuple[int, int], int] = {}
    if table is not None:
        others = _others(executor, work, groups, table, numbers)
        fates = _decide(finisher, table, others)
    for file, of in numbers.items():
        finisher.outcome.of(file).read = len(of)
    outcome = finisher.close()
    outcome.note(read.notes)
    passed = [{**row, "replayed": _FATES[fate]} for row in before if (fate := fates.get((files[row["source_file"]], row["record_number"]))) in _FATES]
    if passed:
        outcome.replayed = [finisher.rejects.write_replayed(passed)]
    return outcome


def _of_files(groups: list[list[Part]], files: set[int]) -> list[list[Part]]:
    kept = ([part for part in group if part.file in files] for group in groups)
    return [group for group in kept if group]


def _collect(executor: Executor, work: Work, groups: list[list[Part]]) -> Collected:
    total = Collected()
    for result in run_groups(executor, work, groups, collect):
        if isinstance(result, Verdict):
            raise result
        total.streams.extend(result.streams)
        total.rejects.extend(result.rejects)
        total.notes.add(result.notes)
    return total


def collect(work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Collected:
    """The end of a task: what it read travels with its result."""
    found = Collected(notes=notes)
    for file, typed in chunks:
        found.rejects.extend((file, reject) for reject in typed.rejects)
        rows = np.arange(typed.table.num_rows)
        if isinstance(work.only, Alike):
            rows = rows[work.only.among(hash_identity(typed.table, work))]
            found.rejects.clear()
        if len(rows):
            files = np.full(len(rows), file, dtype=np.int32)
            found.streams.append(to_stream([with_places(typed.table.take(pa.array(rows)), files, typed, rows)]))
    return found


def _table(read: Collected) -> pa.Table | None:
    return pa.concat_tables([from_stream(stream) for stream in read.streams]) if read.streams else None


def _others(
    executor: Executor, work: Work, groups: list[list[Part]], table: pa.Table, numbers: dict[int, np.ndarray]
) -> pa.Table | None:  # fmt: skip
    """The records of the same identities that were not rejected."""
    if not work.contract.identity:
        return None
    alike = Alike(np.unique(hash_identity(table, work)), numbers)
    return _table(_collect(executor, replace(work, only=alike), groups))


def _decide(finisher: Finisher, table: pa.Table, others: pa.Table | None) -> dict[tuple[int, int], int]:
    """Writes or rejects the records that can be read now. Gives the fate of each, by file and record number."""
    contract = finisher.work.contract
    every = table if others is None else pa.concat_tables([table, others])
    is_replayed = np.arange(every.num_rows) < table.num_rows
    files, records = every.column(FILE).to_numpy(), every.column(RECORD).to_numpy()
    if contract.identity:
        fates = settle_replayed(every, files, records, is_replayed, contract)[: table.num_rows]
    else:
        fates = np.full(table.num_rows, WRITTEN, dtype=np.int8)
    for row in np.flatnonzero(fates == CONFLICTING):
        raw, line = table.column(RAW)[int(row)].as_py(), table.column(LINE)[int(row)].as_py()
        finisher.reject(int(files[row]), [conflict_with_loaded(contract, int(records[row]), raw, line)])
    for row in np.flatnonzero(fates == DEDUPLICATED):
        finisher.outcome.of(int(files[row])).deduplicated += 1
    written = fates == WRITTEN
    finisher.write(table.filter(pa.array(written)).drop_columns([FILE, RECORD, RAW, LINE]), files[: table.num_rows][written])
    return {(int(file), int(record)): int(fate) for file, record, fate in zip(files, records, fates, strict=False)}


def _check_numbers(work: Work, notes: Notes, numbers: dict[int, np.ndarray], asked: Replay, read: Collected) -> None:
    """Record numbers mean what they meant: each file has as many records as when it was loaded."""
    found: dict[int, int] = {}
    for file, _ in read.rejects:
        found[file] = found.get(file, 0) + 1
    for stream in read.streams:
        for file in from_stream(stream).column(FILE).to_pylist():
            found[file] = found.get(file, 0) + 1
    for file, of in numbers.items():
        key, now = work.batch.files[file].key, notes.records.get(file, 0)
        then: Any = asked.records.get(key)
        if found.get(file, 0) != len(of) or (then is not None and then != now):
            message = f"'{key}' has {now} records under today's contract and had {now if then is None else then} when it was loaded"
            raise StructureChanged(f"{message}: the numbers of its rejected records no longer match; {_REMEDY}", key)
