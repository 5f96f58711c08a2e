"""The first pass over a large batch: counts records, and finds the identities that may occur more than once.

Hashes of identities go to the driver while they are few; else into objects by their first bits, and a task a bucket looks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from .columns import Typed
from .errors import Verdict
from .executors import Executor
from .finish import hash_identity
from .notes import Notes
from .parts import Part, Work
from .pipeline import run_groups
from .plan import expected_bytes, misread_files, plan_parts
from .suspects import EXACT_HASHES, NOBODY, Suspects, divide, gather, look_for_repeated

# Rows whose hashes (8 bytes each) the driver takes; more go into buckets.
DRIVER_ROWS = 8_000_000
# Hashes that a task holds before it writes them into buckets.
HELD_ROWS = 4_000_000
# A bucket's share of the batch.
BUCKET_BYTES = 1024 * 1024 * 1024
# More undecided rows than this, or bytes of them, are settled by tasks, in buckets of about this many.
SETTLE_ROWS = 100_000
SETTLE_BYTES = 64 * 1024 * 1024


@dataclass
class Survey:
    """What the first pass learns of one group: records by file, hashes of their identities or how often some were written."""

    records: dict[int, int]
    hashes: np.ndarray
    notes: Notes
    spills: int = 0


@dataclass(frozen=True)
class Surveyed:
    """Groups whose records are numbered, the suspects, and into how many buckets their rows go (0: they travel)."""

    groups: list[list[Part]]
    suspects: Suspects
    buckets: int


def survey(executor: Executor, work: Work) -> Surveyed:
    """Makes the first pass, if the batch needs one. Raises a Verdict."""
    parallelism = executor.parallelism
    groups = plan_parts(work, parallelism)
    has_ranges = any(part.start for group in groups for part in group)
    if not work.contract.identity and not has_ranges:
        return Surveyed(groups, NOBODY, 0)
    looking = _looking(work)
    total = sum(expected_bytes(work, file) for file in work.batch.files)
    bits = max(0, (total - 1) // BUCKET_BYTES).bit_length()
    end = partial(end_survey, DRIVER_ROWS // len(groups), bits)
    surveys = run_groups(executor, looking, groups, end)
    if whole := _to_read_whole(groups, surveys):
        groups = plan_parts(work, parallelism, whole)
        surveys = run_groups(executor, looking, groups, end)
    for judged in surveys:
        if isinstance(judged, Verdict):
            raise judged
    suspects, rows = _find_suspects(executor, looking, surveys, bits)
    read = sum(sum(one.records.values()) for one in surveys)
    rows = min(read, rows + int(read * suspects.share))
    held = rows * total // max(read, 1)
    buckets = max(-(-rows // SETTLE_ROWS), -(-held // SETTLE_BYTES))
    return Surveyed(_numbered(groups, surveys), suspects, buckets if buckets > 1 else 0)


def _find_suspects(executor: Executor, work: Work, surveys: Sequence[Survey], bits: int) -> tuple[Suspects, int]:
    names = [f"{part_name(number)}-{n}" for number, one in enumerate(surveys) for n in range(one.spills)]
    hashes = np.concatenate([one.hashes for one in surveys])
    if names:
        _spill(work, "driver", hashes, bits)
        looking = partial(look_in_bucket, work, [*names, "driver"], EXACT_HASHES >> bits)
        found = executor.map(looking, range(1 << bits))
    else:
        found = [look_for_repeated(hashes, EXACT_HASHES)]
    return gather(found), sum(part.rows for part in found)


def look_in_bucket(work: Work, names: Sequence[str], most: int, bucket: int) -> Any:
    """The repeated ones of the hashes that all tasks wrote into one bucket."""
    pieces = [work.objects.read(work.bucket, _key(work, bucket, name)) for name in names]
    return look_for_repeated(np.concatenate([np.frombuffer(piece, dtype="<u8") for piece in pieces]), most)


def _spill(work: Work, name: str, hashes: np.ndarray, bits: int) -> None:
    for bucket, part in enumerate(divide(hashes, bits)):
        work.objects.write(work.bucket, _key(work, bucket, name), part.astype("<u8").tobytes())


def _key(work: Work, bucket: int, name: str) -> str:
    return f"{work.folder}survey/{bucket:05d}/{name}.u64"


def part_name(number: int) -> str:
    """The name of what a task writes: a task that runs again overwrites its own."""
    return f"part-{number:05d}"


def _to_read_whole(groups: list[list[Part]], surveys: Sequence[Any]) -> frozenset[int]:
    """Divided files of which a range may have been read wrongly, or was judged: only the whole file tells."""
    notes = Notes()
    judged: set[int] = set()
    for group, survey in zip(groups, surveys, strict=True):
        if isinstance(survey, Verdict):
            judged |= {part.file for part in group if part.start or part.end is not None}
        else:
            notes.add(survey.notes)
    return misread_files(groups, notes) | judged


def _looking(work: Work) -> Work:
    """The work of the first pass: only the identity is read, unless SQL computes a part of it."""
    contract = replace(work.contract, checks=())
    identity = set(contract.identity)
    if any(column.name in identity for column in contract.expressions):
        return replace(work, contract=contract, proves=True)
    plain = replace(contract, columns=contract.plain)
    # Without an identity only the records are counted; one column must be read for that.
    return replace(work, contract=plain, reading=tuple(identity) or (plain.columns[0].name,), proves=True)


def _numbered(groups: Sequence[Sequence[Part]], surveys: Sequence[Survey]) -> list[list[Part]]:
    before: dict[int, int] = {}
    numbered = []
    for group, survey in zip(groups, surveys, strict=True):
        numbered.append([replace(part, first_record=1 + (before.get(part.file, 0) if part.start else 0)) for part in group])
        for file, records in survey.records.items():
            before[file] = before.get(file, 0) + records
    return numbered


def end_survey(
    share: int, bits: int, work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes
) -> Survey:
    """The end of a task of the first pass. Hashes of at most `share` records travel with the result."""
    result = Survey({}, np.zeros(0, dtype=np.uint64), notes)
    waiting: list[np.ndarray] = []
    held = 0

    def write() -> None:
        _spill(work, f"{part_name(number)}-{result.spills}", np.concatenate(waiting), bits)
        result.spills += 1
        waiting.clear()

    for file, typed in chunks:
        result.records[file] = result.records.get(file, 0) + typed.table.num_rows + len(typed.rejects)
        if work.contract.identity:
            waiting.append(hash_identity(typed.table, work))
            held += typed.table.num_rows
            if held >= HELD_ROWS:
                write()
                held = 0
    if waiting and (result.spills or held > share):
        write()
    if waiting:
        result.hashes = np.concatenate(waiting)
    return result
