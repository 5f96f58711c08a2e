"""The first pass over a large batch: counts records, and finds the identities that may occur more than once.

Hashes of identities go to the driver while they are few; else to one task for each range of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from .columns import Typed
from .errors import Verdict
from .executors import Exchange, Executor, Pieces
from .finish import hash_identity
from .notes import Notes
from .parts import Part, Work
from .pipeline import run_exchange, run_groups
from .plan import expected_bytes, misread_files, plan_parts
from .suspects import EXACT_HASHES, Repeated, Suspects, divide, gather, look_for_repeated

# The hashes of a larger batch (8 bytes a row) do not go to the driver.
DRIVER_BYTES = 128 * 1024 * 1024
# Hashes that a task holds before it hands them over to those who look for repeated ones.
HELD_ROWS = 1_000_000
# A bucket's share of the batch.
BUCKET_BYTES = 512 * 1024 * 1024
# More undecided rows than this, or bytes of them, are settled by tasks, in buckets of about this many.
SETTLE_ROWS = 100_000
SETTLE_BYTES = 64 * 1024 * 1024


@dataclass
class Survey:
    """What the first pass learns of one group: records by file, hashes of their identities unless they went elsewhere."""

    records: dict[int, int]
    hashes: np.ndarray
    notes: Notes


@dataclass(frozen=True)
class Surveyed:
    """Groups whose records are numbered, the suspects, and into how many buckets their rows go (0: they travel)."""

    groups: list[list[Part]]
    suspects: Suspects
    buckets: int


def needs_survey(work: Work, groups: Sequence[Sequence[Part]]) -> bool:
    """Whether anything must be known of the whole batch before a part of it is written."""
    has_ranges = any(part.start and part.first_record == 1 for group in groups for part in group)
    return bool(work.contract.identity) or has_ranges


def survey(executor: Executor, work: Work, groups: list[list[Part]]) -> Surveyed:
    """Makes the first pass. Raises a Verdict."""
    first = looking(work)
    total = sum(expected_bytes(work, file) for file in work.batch.files)
    surveys, found = _survey_groups(executor, first, groups, total)
    if whole := _to_read_whole(groups, surveys):
        groups = plan_parts(work, executor.parallelism, whole)
        surveys, found = _survey_groups(executor, first, groups, total)
    for judged in surveys:
        if isinstance(judged, Verdict):
            raise judged
    if not found:
        found = [look_for_repeated(np.concatenate([one.hashes for one in surveys]), EXACT_HASHES)]
    return concluded(groups, surveys, found, total)


def concluded(groups: Sequence[Sequence[Part]], surveys: Sequence[Survey], found: Sequence[Repeated], total: int) -> Surveyed:
    """What all groups together come to: `found` are their repeated hashes, `total` is the batch's expected bytes."""
    suspects, rows = gather(found), sum(part.rows for part in found)
    read = sum(sum(one.records.values()) for one in surveys)
    rows = min(read, rows + int(read * suspects.share))
    held = rows * total // max(read, 1)
    buckets = max(-(-rows // SETTLE_ROWS), -(-held // SETTLE_BYTES))
    return Surveyed(numbered(groups, surveys), suspects, buckets if buckets > 1 else 0)


def _survey_groups(
    executor: Executor, work: Work, groups: list[list[Part]], total: int
) -> tuple[list[Survey | Verdict], list[Repeated]]:
    """What each group learns, and, of a large batch, the repeated hashes of each range."""
    if total <= DRIVER_BYTES:
        return run_groups(executor, work, groups, end_survey), []
    bits = max(0, (total - 1) // BUCKET_BYTES).bit_length()
    exchange = Exchange(1 << bits, partial(look_in_bucket, EXACT_HASHES >> bits))
    return run_exchange(executor, work, groups, partial(spread_survey, bits), exchange)


def look_in_bucket(most: int, bucket: int, pieces: Iterator[bytes]) -> Repeated:
    """The repeated ones of the hashes of one range."""
    return look_for_repeated(np.concatenate([np.frombuffer(piece, dtype="<u8") for piece in pieces]), most)


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


def looking(work: Work) -> Work:
    """The work of a first pass: only the identity is read, unless SQL computes a part of it."""
    contract = replace(work.contract, checks=())
    identity = set(contract.identity)
    if any(column.name in identity for column in contract.expressions):
        return replace(work, contract=contract, proves=True)
    plain = replace(contract, columns=contract.plain)
    # Without an identity only the records are counted; one column must be read for that.
    one = next((column for column in plain.columns if not column.protect), plain.columns[0])
    return replace(work, contract=plain, reading=tuple(identity) or (one.name,), proves=True)


def numbered(groups: Sequence[Sequence[Part]], surveys: Sequence[Survey]) -> list[list[Part]]:
    """The same parts; those that begin inside a file with the number of their first record."""
    before: dict[int, int] = {}
    lines: dict[int, int] = {}
    numbered = []
    for group, survey in zip(groups, surveys, strict=True):
        numbered.append([
            replace(part, first_record=1 + before.get(part.file, 0), first_line=1 + lines.get(part.file, 0)) if part.start else part
            for part in group
        ])  # fmt: skip
        for file, records in survey.records.items():
            before[file] = before.get(file, 0) + records
        for part in group:
            lines[part.file] = lines.get(part.file, 0) + survey.notes.lines.get(part.index, 0)
    return numbered


def end_survey(work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Survey:
    """The end of a task of the first pass: the hashes travel with the result."""
    result = Survey({}, np.zeros(0, dtype=np.uint64), notes)
    result.hashes = np.concatenate([result.hashes, *_hashed(result, work, chunks)])
    return result


def spread_survey(bits: int, work: Work, number: int, chunks: Iterator[tuple[int, Typed]], notes: Notes) -> Pieces:
    """The same for a large batch: the hashes go to the tasks that look for repeated ones."""
    result = Survey({}, np.zeros(0, dtype=np.uint64), notes)
    waiting: list[np.ndarray] = []
    held = 0
    for hashes in _hashed(result, work, chunks):
        waiting.append(hashes)
        held += len(hashes)
        if held >= HELD_ROWS:
            yield from _divided(waiting, bits)
            waiting, held = [], 0
    yield from _divided(waiting, bits)
    return result


def _hashed(survey: Survey, work: Work, chunks: Iterator[tuple[int, Typed]]) -> Iterator[np.ndarray]:
    """Counts the records, and gives the hashes of their identities."""
    for file, typed in chunks:
        survey.records[file] = survey.records.get(file, 0) + typed.table.num_rows + len(typed.rejects)
        if work.contract.identity:
            yield hash_identity(typed.table, work)


def _divided(waiting: list[np.ndarray], bits: int) -> Iterator[tuple[int, bytes]]:
    if waiting:
        for bucket, part in enumerate(divide(np.concatenate(waiting), bits)):
            if len(part):
                yield bucket, part.astype("<u8").tobytes()
